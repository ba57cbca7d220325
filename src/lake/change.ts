import { randomUUID } from 'node:crypto'
import { PlatformError } from '../contracts/errors.ts'
import { type AddFile, fileKey, removeAction } from './actions.ts'
import { type LakeColumn, mergeColumns, sameColumns, writeSchema } from './schema.ts'
import type { Snapshot, TableMetadata } from './snapshot.ts'

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

/** A change whose resulting files are known to fit its columns, because one version held them all. */
export interface CheckedChange extends Change {
  readonly isOfOneVersion?: true
}

interface Shape {
  readonly files: readonly AddFile[]
  readonly columns: readonly LakeColumn[]
  readonly partitionColumns: readonly string[]
}

/**
 * Whether the table has come as far as the change would bring it.
 *
 * @throws {PlatformError} `lake.version_conflict` when only some positions are reached: their rows would count
 *   twice, and without them the rest would be lost.
 */
export function isReached(path: string, { positions }: Snapshot, change: Change): boolean {
  const wanted = Object.entries(change.positions ?? {})
  const reached = wanted.filter(([id, position]) => (positions.get(id) ?? -1) >= position)
  if (reached.length > 0 && reached.length < wanted.length) {
    throw conflict(path, `it already holds ${reached.map(([id]) => id).join(', ')} of the same batch`)
  }
  return reached.length > 0
}

export function checkExpected(path: string, { positions }: Snapshot, change: Change): void {
  for (const [id, expected] of Object.entries(change.expectedPositions ?? {})) {
    const actual = positions.get(id)
    if (actual !== expected) {
      throw conflict(path, `position ${id} is ${actual ?? 'unset'}, expected ${expected ?? 'unset'}`)
    }
  }
}

export function restoration(state: Shape, target: Shape | undefined): CheckedChange | null {
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
  const shape = isSameShape ? {} : { columns, partitionColumns }
  return { adds, removes, operation: 'RESTORE', isOfOneVersion: true, ...shape }
}

export function actionsOf(path: string, snapshot: Snapshot, change: CheckedChange): object[] {
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
  const added = new Set(adds.map((file) => fileKey(file.path)))
  for (const file of removes) if (!added.has(fileKey(file.path))) actions.push(removeAction(file, now))
  for (const file of adds) actions.push({ add: file })
  return actions
}

function changedMetadata(path: string, snapshot: Snapshot, change: CheckedChange): TableMetadata | undefined {
  const { metadata } = snapshot
  const columns = change.columns ?? metadata.columns
  const partitionColumns = change.partitionColumns ?? metadata.partitionColumns
  const isSamePartitioning = partitionColumns.join() === metadata.partitionColumns.join()
  if (sameColumns(columns, metadata.columns) && isSamePartitioning) return undefined
  const isEmptied = (change.removes?.length ?? 0) === snapshot.files.size
  if (!isEmptied && change.isOfOneVersion !== true) {
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

export function firstActions(columns: readonly LakeColumn[], partitionColumns: readonly string[]): object[] {
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

export const conflict = (path: string, what: string) =>
  new PlatformError(
    'lake.version_conflict',
    `lake: the change of ${path} was refused: ${what}; run it again`,
    {
      canRetry: true,
    },
  )
