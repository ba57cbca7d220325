import { setTimeout } from 'node:timers/promises'
import { PlatformError } from '../contracts/errors.ts'
import type { DuckDb } from '../database/duckdb.ts'
import { type AddFile, fileKey, numRecordsOf, partitionKey, type RemovedFile } from './actions.ts'
import {
  actionsOf,
  type Change,
  type CheckedChange,
  type CommitOptions,
  checkExpected,
  conflict,
  firstActions,
  isReached,
  restoration,
} from './change.ts'
import { type CommitStore, diskCommitStore } from './commit-store.ts'
import { syncDataFiles } from './durability.ts'
import { commitPath, readCommits, readLatest, readVersion } from './log.ts'
import { type LakeColumn, mergeColumns, sameColumns } from './schema.ts'
import { checkWritable, type Snapshot } from './snapshot.ts'
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
  commit(build: (state: TableState) => MaybeLater<Change | null>): Promise<CommitResult>
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

type MaybeLater<T> = T | Promise<T>

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

  const commit = async (build: (state: TableState) => MaybeLater<CheckedChange | null>) => {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const snapshot = await readLatest(store, path)
      if (snapshot === undefined)
        throw new PlatformError('data.missing', `lake: there is no table at ${path}`)
      const change = await build(stateOf(path, snapshot))
      if (change === null || isReached(path, snapshot, change))
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
        onlyDate: options.onlyDate,
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
        if (files.length === 0 && state.files.length === 0 && !options.columns && !options.positions)
          return null
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

const publish = (store: CommitStore, path: string, version: number, actions: readonly object[]) =>
  store.createIfAbsent(
    commitPath(path, version),
    `${actions.map((action) => JSON.stringify(action)).join('\n')}\n`,
  )
