import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { PlatformError } from '../contracts/errors.ts'
import type { DuckDb } from '../database/duckdb.ts'
import {
  type AddFile,
  fileKey,
  numRecordsOf,
  partitionKey,
  type RemovedFile,
  removeAction,
} from './actions.ts'
import { type CommitStore, diskCommitStore } from './commit-store.ts'
import { syncDataFiles } from './durability.ts'
import { commitPath, readCommits, readLatest, readVersion } from './log.ts'
import { type LakeColumn, mergeColumns, sameColumns, writeSchema } from './schema.ts'
import { checkWritable, type Snapshot, type TableMetadata } from './snapshot.ts'
import { type FileLayout, writeDataFiles } from './write-files.ts'

/** A table at one version. */
export interface TableState {
  readonly path: string
  readonly version: number
  readonly columns: readonly LakeColumn[]
  readonly partitionColumns: readonly string[]
  readonly files: readonly AddFile[]
  /** Delta's `txn`: by application id, how far its source has been taken in. */
  readonly positions: ReadonlyMap<string, number>
  /** Rows of all files; undefined when a file's writer kept no count. */
  readonly numRecords: number | undefined
}

export interface CommitOptions {
  /** Positions reached with this commit; when the table has already reached all of them, nothing is done. */
  readonly positions?: Readonly<Record<string, number>>
  /** Positions the change starts from; refused with `lake.version_conflict` when the table's differ. */
  readonly expectedPositions?: Readonly<Record<string, number | undefined>>
  /** As shown in the table's history; default `WRITE`. */
  readonly operation?: string
  /** Further entries of `commitInfo`, e.g. the run. */
  readonly info?: Readonly<Record<string, unknown>>
}

/** What a commit does to a table; `removes` must be files of the state it was built from. */
export interface Change extends CommitOptions {
  readonly adds?: readonly AddFile[]
  readonly removes?: readonly AddFile[]
  readonly columns?: readonly LakeColumn[]
  readonly partitionColumns?: readonly string[]
}

export interface CommitResult {
  readonly version: number
  /** False when there was nothing to do. */
  readonly committed: boolean
}

/** A handle on a Delta table; nothing is kept open. Safe beside other handles and other processes. */
export interface LakeTable {
  readonly path: string
  /** Undefined when the table does not exist. @throws {PlatformError} `lake.version_missing`. */
  read(version?: number): Promise<TableState | undefined>
  /** @throws {PlatformError} `data.missing` when the table does not exist. */
  readExisting(version?: number): Promise<TableState>
  /** Makes the table, or adds the columns it lacks; otherwise does nothing. @throws `lake.schema_conflict`. */
  create(definition: {
    columns: readonly LakeColumn[]
    partitionColumns?: readonly string[]
  }): Promise<TableState>
  /**
   * Writes a query's rows, columns taken by name, as files that stay invisible until committed. The table
   * must exist unless `columns` says its shape.
   */
  writeFiles(db: DuckDb, sql: string, options?: Partial<FileLayout>): Promise<AddFile[]>
  /**
   * Commits what `build` makes of the newest state; after a lost race it is called again with the newer one.
   * Null means that there is nothing to do. @throws {PlatformError} `lake.version_conflict`.
   */
  commit(build: (state: TableState) => Change | null | Promise<Change | null>): Promise<CommitResult>
  append(files: readonly AddFile[], options?: CommitOptions): Promise<CommitResult>
  /**
   * Replaces, in one commit, every partition that `files` touch or `partitions` names. With `sinceVersion` it
   * is refused when rows of one of them were changed after that version.
   */
  replacePartitions(
    files: readonly AddFile[],
    options?: CommitOptions & {
      partitions?: readonly Readonly<Record<string, string | null>>[]
      sinceVersion?: number
    },
  ): Promise<CommitResult>
  /** Replaces all rows and, where given, the columns, in one commit. */
  replaceAll(
    files: readonly AddFile[],
    options?: CommitOptions & {
      columns?: readonly LakeColumn[]
      partitionColumns?: readonly string[]
      sinceVersion?: number
    },
  ): Promise<CommitResult>
  /** Makes the newest version hold what `version` held; undefined: no rows at all. Positions stay. */
  restoreTo(version: number | undefined): Promise<CommitResult>
  /** Files that changed rows after `version` up to `to`; compactions change none. */
  changesSince(
    version: number,
    to?: number,
  ): Promise<{ version: number; added: AddFile[]; removed: RemovedFile[] }>
}

/** Races lost in a row before a commit gives up; each one means that another writer got through. */
const mostAttempts = 500

export function openTable(path: string, store: CommitStore = diskCommitStore): LakeTable {
  const read = async (version?: number): Promise<TableState | undefined> => {
    const snapshot = await (version === undefined
      ? readLatest(store, path)
      : readVersion(store, path, version))
    return snapshot === undefined ? undefined : stateOf(path, snapshot)
  }

  const readExisting = async (version?: number): Promise<TableState> => {
    const state = await read(version)
    if (state === undefined) throw new PlatformError('data.missing', `lake: there is no table at ${path}`)
    return state
  }

  const commit: LakeTable['commit'] = async (build) => {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const snapshot = await readLatest(store, path)
      if (snapshot === undefined)
        throw new PlatformError('data.missing', `lake: there is no table at ${path}`)
      const change = await build(stateOf(path, snapshot))
      if (change === null || isReached(snapshot, change))
        return { version: snapshot.version, committed: false }
      checkWritable(path, snapshot)
      checkExpected(path, snapshot, change)
      const actions = actionsOf(path, snapshot, change)
      await syncDataFiles(path, change.adds ?? [])
      const version = snapshot.version + 1
      if (await publish(store, path, version, actions)) return { version, committed: true }
      if (attempt > 2) await setTimeout(Math.random() * Math.min(attempt, 20))
    }
    throw conflict(path, `${mostAttempts} other writers came first`)
  }

  const create: LakeTable['create'] = async ({ columns, partitionColumns = [] }) => {
    const existing = await read()
    if (existing === undefined) {
      await publish(store, path, 0, firstActions(columns, partitionColumns))
      const created = await readExisting()
      if (created.version === 0) return created
    }
    const { partitionColumns: present } = await readExisting()
    if (present.join() !== partitionColumns.join()) {
      throw new PlatformError(
        'lake.schema_conflict',
        `lake: ${path} is partitioned by (${present.join()}), expected (${partitionColumns.join()})`,
      )
    }
    await commit((state) => {
      const merged = mergeColumns(path, state.columns, columns)
      return sameColumns(merged, state.columns) ? null : { columns: merged, operation: 'ADD COLUMNS' }
    })
    return readExisting()
  }

  const refuseIfChanged = async (
    state: TableState,
    sinceVersion: number | undefined,
    isTouched: (file: RemovedFile) => boolean,
  ) => {
    if (sinceVersion === undefined || state.version === sinceVersion) return
    const { added, removed } = await changesSince(sinceVersion, state.version)
    if ([...added, ...removed].some(isTouched)) {
      throw conflict(path, `another writer changed the same rows after version ${sinceVersion}`)
    }
  }

  const changesSince: LakeTable['changesSince'] = async (version, to) => {
    const last = to ?? (await readExisting()).version
    const actions = await readCommits(store, path, version, last)
    const added: AddFile[] = []
    const removed: RemovedFile[] = []
    for (const { add, remove } of actions) {
      if (add?.dataChange === true) added.push(add)
      if (remove === undefined || remove.dataChange === false) continue
      const known = remove.partitionValues ?? (await partitionValuesAt(version, remove.path))
      removed.push({ path: remove.path, partitionValues: known })
    }
    return { version: last, added, removed }
  }

  const partitionValuesAt = async (version: number, filePath: string) => {
    const snapshot = await readVersion(store, path, version)
    return snapshot?.files.get(fileKey(filePath))?.partitionValues ?? {}
  }

  return {
    path,
    read,
    readExisting,
    create,
    commit,
    changesSince,
    writeFiles: async (db, sql, options = {}) => {
      const shape = options.columns === undefined ? await readExisting() : undefined
      return writeDataFiles(db, path, sql, {
        columns: options.columns ?? shape?.columns ?? [],
        partitionColumns: options.partitionColumns ?? shape?.partitionColumns ?? [],
        tags: options.tags,
      })
    },
    append: (files, options) =>
      commit(() => (files.length === 0 && !options?.positions ? null : { ...options, adds: files })),
    replacePartitions: (files, { partitions = [], sinceVersion, ...options } = {}) =>
      commit(async (state) => {
        const keyOf = (file: RemovedFile) => partitionKey(file.partitionValues, state.partitionColumns)
        const touched = new Set([
          ...files.map(keyOf),
          ...partitions.map((values) => partitionKey(values, state.partitionColumns)),
        ])
        await refuseIfChanged(state, sinceVersion, (file) => touched.has(keyOf(file)))
        const removes = state.files.filter((file) => touched.has(keyOf(file)))
        if (files.length === 0 && removes.length === 0 && !options.positions) return null
        return { ...options, adds: files, removes }
      }),
    replaceAll: (files, { sinceVersion, ...options } = {}) =>
      commit(async (state) => {
        await refuseIfChanged(state, sinceVersion, () => true)
        return { ...options, adds: files, removes: state.files }
      }),
    restoreTo: async (version) => {
      const target = version === undefined ? undefined : await readExisting(version)
      return commit((state) => restoration(state, target))
    },
  }
}

function stateOf(path: string, snapshot: Snapshot): TableState {
  const files = [...snapshot.files.values()]
  return {
    path,
    version: snapshot.version,
    columns: snapshot.metadata.columns,
    partitionColumns: snapshot.metadata.partitionColumns,
    files,
    positions: snapshot.positions,
    get numRecords() {
      let sum = 0
      for (const file of files) sum += numRecordsOf(file) ?? Number.NaN
      return Number.isNaN(sum) ? undefined : sum
    },
  }
}

const isReached = ({ positions }: Snapshot, change: Change): boolean => {
  const reached = Object.entries(change.positions ?? {})
  return reached.length > 0 && reached.every(([id, position]) => (positions.get(id) ?? -1) >= position)
}

function checkExpected(path: string, { positions }: Snapshot, change: Change): void {
  for (const [id, expected] of Object.entries(change.expectedPositions ?? {})) {
    const actual = positions.get(id)
    if (actual !== expected) {
      throw conflict(path, `position ${id} is ${actual ?? 'unset'}, expected ${expected ?? 'unset'}`)
    }
  }
}

function restoration(state: TableState, target: TableState | undefined): Change | null {
  const kept = new Set((target?.files ?? []).map((file) => fileKey(file.path)))
  const present = new Set(state.files.map((file) => fileKey(file.path)))
  const removes = state.files.filter((file) => !kept.has(fileKey(file.path)))
  const adds = (target?.files ?? [])
    .filter((file) => !present.has(fileKey(file.path)))
    .map((file) => ({ ...file, dataChange: true }))
  const columns = target?.columns ?? state.columns
  const partitionColumns = target?.partitionColumns ?? state.partitionColumns
  const isSameShape =
    sameColumns(columns, state.columns) && partitionColumns.join() === state.partitionColumns.join()
  if (removes.length === 0 && adds.length === 0 && isSameShape) return null
  return { adds, removes, operation: 'RESTORE', ...(isSameShape ? {} : { columns, partitionColumns }) }
}

function actionsOf(path: string, snapshot: Snapshot, change: Change): object[] {
  const now = Date.now()
  const { adds = [], removes = [], operation = 'WRITE' } = change
  for (const file of removes) {
    if (!snapshot.files.has(fileKey(file.path))) {
      throw conflict(path, `${file.path} is no longer part of the table`)
    }
  }
  const info = { timestamp: now, operation, operationParameters: {}, engineInfo: 'Sillage', ...change.info }
  const actions: object[] = [{ commitInfo: { ...info, isBlindAppend: removes.length === 0 } }]
  const metadata = changedMetadata(path, snapshot, change)
  if (metadata !== undefined) actions.push({ metaData: rawMetadata(metadata) })
  for (const [appId, version] of Object.entries(change.positions ?? {})) {
    actions.push({ txn: { appId, version, lastUpdated: now } })
  }
  for (const file of removes) actions.push(removeAction(file, now))
  for (const file of adds) actions.push({ add: file })
  return actions
}

function changedMetadata(path: string, snapshot: Snapshot, change: Change): TableMetadata | undefined {
  const { metadata } = snapshot
  const columns = change.columns ?? metadata.columns
  const partitionColumns = change.partitionColumns ?? metadata.partitionColumns
  const isSamePartitioning = partitionColumns.join() === metadata.partitionColumns.join()
  if (sameColumns(columns, metadata.columns) && isSamePartitioning) return undefined
  const isEmptied = (change.removes?.length ?? 0) === snapshot.files.size
  if (!isEmptied) {
    const merged = mergeColumns(path, metadata.columns, columns)
    if (!sameColumns(merged, columns) || !isSamePartitioning) {
      throw new PlatformError(
        'lake.schema_conflict',
        `lake: columns of ${path} can only be added at the end while it holds rows; replace all rows to change them`,
      )
    }
  }
  return { ...metadata, columns, partitionColumns }
}

const rawMetadata = ({ id, columns, partitionColumns, configuration, createdTime }: TableMetadata) => ({
  id,
  format: { provider: 'parquet', options: {} },
  schemaString: writeSchema(columns),
  partitionColumns,
  configuration,
  createdTime,
})

function firstActions(columns: readonly LakeColumn[], partitionColumns: readonly string[]): object[] {
  const now = Date.now()
  return [
    {
      commitInfo: {
        timestamp: now,
        operation: 'CREATE TABLE',
        operationParameters: {},
        engineInfo: 'Sillage',
      },
    },
    {
      protocol: {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: ['timestampNtz'],
        writerFeatures: ['timestampNtz'],
      },
    },
    {
      metaData: rawMetadata({
        id: randomUUID(),
        columns,
        partitionColumns,
        configuration: { 'delta.enableExpiredLogCleanup': 'false' },
        createdTime: now,
      }),
    },
  ]
}

const publish = (store: CommitStore, path: string, version: number, actions: readonly object[]) =>
  store.createIfAbsent(
    commitPath(path, version),
    `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`,
  )

const conflict = (path: string, what: string) =>
  new PlatformError(
    'lake.version_conflict',
    `lake: the change of ${path} was refused: ${what}; run it again`,
    {
      canRetry: true,
    },
  )
