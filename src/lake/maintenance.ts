import { stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { AddFile } from './actions.ts'
import { newestCheckpoint } from './checkpoint.ts'
import { diskCommitStore } from './commit-store.ts'
import { layerSchemas, listTables, tablePath } from './layout.ts'
import { logFolderOf } from './log.ts'
import type { Pointer } from './pointer.ts'
import { openTable, type TableState } from './table.ts'

/** The resident Python process, as far as maintenance needs it; a failed command rejects. */
export interface MaintenanceProcess {
  request(command: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>
}

export interface MaintenanceOptions {
  /** Versions that publications still need, beside the newest. */
  readonly keepVersions: readonly number[]
  /** Age below which no file is deleted: spares writers and readers in flight; default 24. */
  readonly retentionHours?: number
  /** Commits between checkpoints; default 100. */
  readonly checkpointEvery?: number
  /** Files of a partition below `smallFileBytes` that make it worth compacting; default 8. */
  readonly compactFrom?: number
  /** Default 16 MiB. */
  readonly smallFileBytes?: number
  /** Age below which no part of the log is deleted; default 30. */
  readonly logRetentionDays?: number
}

export interface MaintenanceResult {
  readonly isCheckpointed: boolean
  readonly filesCompacted: number
  readonly filesDeleted: number
  readonly logFilesDeleted: number
}

/** Does for one table what is due. Safe beside writers and readers: it deletes nothing that is young or kept. */
export async function maintainTable(
  process: MaintenanceProcess,
  path: string,
  options: MaintenanceOptions,
): Promise<MaintenanceResult> {
  const state = await openTable(path).readExisting()
  const request = (operation: string, rest: Record<string, unknown> = {}) =>
    process.request({ command: 'maintenance', operation, table: path, ...rest })
  const filesCompacted = await compact(request, state, options)
  const vacuumed = await request('vacuum', {
    keep_versions: options.keepVersions,
    retention_hours: options.retentionHours ?? 24,
  })
  const isCheckpointed = await checkpointWhenDue(request, path, options.checkpointEvery ?? 100)
  const logFilesDeleted = await cleanLog(path, options)
  return { isCheckpointed, filesCompacted, filesDeleted: Number(vacuumed.deleted), logFilesDeleted }
}

/**
 * Schemas whose tables a run first brings back to their published versions, which would undo a compaction. A run
 * writes whole partitions of them, each as few files, so that there is nothing to compact.
 */
const restoredSchemas: ReadonlySet<string> = new Set(['silver', 'measure', 'gold'])

/**
 * Maintains the tables of a data folder, keeping what the newest `keptPointers` publications need.
 *
 * @param options.only Names, with their schema, of the only tables to look at; default all.
 */
export async function maintainLake(
  process: MaintenanceProcess,
  dataDir: string,
  pointers: readonly Pointer[],
  options: Omit<MaintenanceOptions, 'keepVersions'> & {
    readonly keptPointers?: number
    readonly only?: readonly string[]
  } = {},
): Promise<Record<string, MaintenanceResult>> {
  const kept = [...pointers]
    .sort((left, right) => right.sequence - left.sequence)
    .slice(0, options.keptPointers ?? 30)
  const results: Record<string, MaintenanceResult> = {}
  for (const schema of layerSchemas) {
    for (const name of await listTables(dataDir, schema)) {
      if (options.only !== undefined && !options.only.includes(`${schema}.${name}`)) continue
      const path = tablePath(dataDir, `${schema}.${name}`)
      if ((await openTable(path).read()) === undefined) continue
      const versions = kept.map(({ tables, bronze }) =>
        schema === 'bronze' ? bronze[name] : tables[`${schema}.${name}`],
      )
      const keepVersions = [...new Set(versions.filter((version) => version !== undefined))]
      const compaction = restoredSchemas.has(schema) ? { compactFrom: Number.POSITIVE_INFINITY } : {}
      results[`${schema}.${name}`] = await maintainTable(process, path, {
        ...options,
        ...compaction,
        keepVersions,
      })
    }
  }
  return results
}

type Request = (operation: string, rest?: Record<string, unknown>) => Promise<Record<string, unknown>>

async function compact(request: Request, state: TableState, options: MaintenanceOptions): Promise<number> {
  const { compactFrom = 8, smallFileBytes = 16 * 1024 * 1024 } = options
  if (state.partitionColumns.length > 1) return 0
  const [column] = state.partitionColumns
  const small = new Map<string, AddFile[]>()
  for (const file of state.files) {
    if (file.size >= smallFileBytes) continue
    const value = column === undefined ? '' : file.partitionValues[column]
    if (value === null || value === undefined) continue
    const files = small.get(value)
    if (files === undefined) small.set(value, [file])
    else files.push(file)
  }
  const partitions = [...small].filter(([, files]) => files.length >= compactFrom).map(([value]) => value)
  if (partitions.length === 0) return 0
  const where = column === undefined ? {} : { partition_column: column, partitions }
  const { filesRemoved = 0 } = await request('compact', where)
  return Number(filesRemoved)
}

async function checkpointWhenDue(request: Request, path: string, every: number): Promise<boolean> {
  const { version } = await openTable(path).readExisting()
  const names = await diskCommitStore.list(logFolderOf(path))
  if (version - (newestCheckpoint(names)?.version ?? 0) < every) return false
  await request('checkpoint')
  return true
}

/** Deletes what the log no longer needs: all before the newest checkpoint that every kept version comes after. */
async function cleanLog(path: string, options: MaintenanceOptions): Promise<number> {
  const folder = logFolderOf(path)
  const names = await diskCommitStore.list(folder)
  const oldestKept = Math.min(...options.keepVersions)
  const base = newestCheckpoint(names, oldestKept)?.version ?? 0
  const oldestMs = Date.now() - (options.logRetentionDays ?? 30) * 86_400_000
  let deleted = 0
  for (const name of names) {
    const version = Number(/^(\d{20})\.(?:json|checkpoint\..*)$/.exec(name)?.[1] ?? Number.NaN)
    if (!name.startsWith('.tmp-') && !(version < base)) continue
    const { mtimeMs } = await stat(join(folder, name))
    if (mtimeMs >= oldestMs) continue
    await unlink(join(folder, name))
    deleted += 1
  }
  return deleted
}
