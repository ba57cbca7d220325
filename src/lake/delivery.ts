import { type DuckDb, sqlIdentifier, sqlList, sqlString } from '../database/duckdb.ts'
import { type AddFile, fileKey } from './actions.ts'
import type { CommitOptions } from './change.ts'
import { dataFilePath, scanSql } from './scan.ts'
import type { CommitResult, LakeTable, TableState } from './table.ts'

/** One content of a source's file, and which of the file's earlier ones it replaces. */
export interface DeliveryRevision {
  /** Without spaces. */
  readonly deliveryId: string
  /** Source and logical file name. */
  readonly positionId: string
  /** Counts up with each changed content of the same logical file, from 1. */
  readonly revision: number
  /** Ids of the earlier deliveries of the same logical file; none for the first revision. */
  readonly supersedes?: readonly string[]
}

export interface Landing {
  readonly deliveries: readonly DeliveryRevision[]
  /** SELECT of the rows of all of them, in the table's columns, perhaps made from what the table holds; may be run more than once. */
  readonly sql: string | ((state: TableState) => string)
  /** Column that holds a row's delivery; default `_delivery_id`. */
  readonly deliveryColumn?: string
  readonly info?: Readonly<Record<string, unknown>>
  /** As of `CommitOptions`. */
  readonly expectedPositions?: CommitOptions['expectedPositions']
}

/** Beyond this many deliveries a data file does not list them; its statistics or a scan then tell. */
const mostTaggedDeliveries = 50

/**
 * Puts deliveries into a table once, in the place of their earlier revisions, in one commit. Those that the
 * table has already taken in, in this revision or a later one, are left out, so that a batch cut short by a
 * crash may be landed again together with others.
 */
export async function landDeliveries(db: DuckDb, table: LakeTable, landing: Landing): Promise<CommitResult> {
  const { deliveries, deliveryColumn = '_delivery_id', info, expectedPositions } = landing
  const written = new Map<string, Promise<AddFile[]>>()
  const purgers = new Map<string, ReturnType<typeof purger>>()
  return table.commit(async (state) => {
    const pending = deliveries.filter(
      ({ positionId, revision }) => (state.positions.get(positionId) ?? 0) < revision,
    )
    if (pending.length === 0) return null
    const ids = pending.map(({ deliveryId }) => deliveryId)
    const dependsOn = typeof landing.sql === 'string' ? '' : String(state.version)
    const files = await remembered(written, [...ids, dependsOn].join(' '), () => {
      const isAll = pending.length === deliveries.length
      const rows = typeof landing.sql === 'string' ? landing.sql : landing.sql(state)
      const sql = isAll ? rows : `SELECT * FROM (${rows}\n) WHERE ${isOneOf(deliveryColumn, ids)}`
      return table.writeFiles(
        db,
        sql,
        ids.length > mostTaggedDeliveries ? {} : { tags: { deliveries: ids.join(' ') } },
      )
    })
    const gone = pending.flatMap(({ supersedes = [] }) => supersedes)
    const purge = remembered(purgers, gone.join(' '), () => purger(db, table, new Set(gone), deliveryColumn))
    const { adds, removes } = await purge(state)
    const positions = Object.fromEntries(pending.map(({ positionId, revision }) => [positionId, revision]))
    return { adds: [...files, ...adds], removes, positions, expectedPositions, operation: 'LAND', info }
  })
}

function remembered<T>(memory: Map<string, T>, key: string, make: () => T): T {
  const known = memory.get(key)
  if (known !== undefined) return known
  const made = make()
  memory.set(key, made)
  return made
}

interface Purge {
  readonly adds: AddFile[]
  readonly removes: AddFile[]
}

/** Remembers what it found and rewrote, so that a lost race costs no second scan. */
function purger(db: DuckDb, table: LakeTable, ids: ReadonlySet<string>, column: string) {
  const rewritten = new Map<string, AddFile[] | 'untouched'>()
  return async (state: TableState): Promise<Purge> => {
    if (ids.size === 0) return { adds: [], removes: [] }
    const unknown = state.files.filter(
      (file) => !rewritten.has(fileKey(file.path)) && holds(file, ids, column) === 'maybe',
    )
    for (const [file, share] of await sharesOf(db, state, unknown, ids, column)) {
      rewritten.set(fileKey(file.path), await without(db, table, state, file, share, ids, column))
    }
    const purge: Purge = { adds: [], removes: [] }
    for (const file of state.files) {
      const remains =
        rewritten.get(fileKey(file.path)) ?? (holds(file, ids, column) === 'only' ? [] : 'untouched')
      if (remains === 'untouched') continue
      purge.removes.push(file)
      purge.adds.push(...remains)
    }
    return purge
  }
}

/** What a file's tag and statistics say; compacted files carry no tag. */
function holds(file: AddFile, ids: ReadonlySet<string>, column: string): 'only' | 'none' | 'maybe' {
  const tagged = file.tags?.deliveries?.split(' ')
  if (tagged !== undefined && !tagged.some((id) => ids.has(id))) return 'none'
  if (tagged?.every((id) => ids.has(id))) return 'only'
  const stats = JSON.parse(file.stats ?? '{}') as {
    minValues?: Record<string, unknown>
    maxValues?: Record<string, unknown>
  }
  const min = stats.minValues?.[column]
  const max = stats.maxValues?.[column]
  if (typeof min !== 'string' || typeof max !== 'string') return 'maybe'
  return [...ids].some((id) => mayLieBetween(id, min, max)) ? 'maybe' : 'none'
}

/** Bounds may be cut short by their writer, and only ASCII sorts here as it does in Parquet. */
function mayLieBetween(id: string, min: string, max: string): boolean {
  if (!/^[ -~]*$/.test(id + min + max)) return true
  return id >= min && (id <= max || id.startsWith(max))
}

type Share = 'all' | 'some' | 'none'

async function sharesOf(
  db: DuckDb,
  state: TableState,
  files: readonly AddFile[],
  ids: ReadonlySet<string>,
  column: string,
): Promise<[AddFile, Share][]> {
  if (files.length === 0) return []
  const byPath = new Map(files.map((file) => [dataFilePath(state.path, file), file]))
  const rows = await db.rows<{ filename: string; hits: string; total: string }>(
    `SELECT filename, count(*) FILTER (${isOneOf(column, ids)}) AS hits, count(*) AS total
     FROM read_parquet(${sqlList([...byPath.keys()])}, filename = true, union_by_name = true, hive_partitioning = false)
     GROUP BY filename`,
  )
  return rows.flatMap(({ filename, hits, total }) => {
    const file = byPath.get(filename)
    if (file === undefined) return []
    return [[file, hits === '0' ? 'none' : hits === total ? 'all' : 'some']] as [AddFile, Share][]
  })
}

async function without(
  db: DuckDb,
  table: LakeTable,
  state: TableState,
  file: AddFile,
  share: Share,
  ids: ReadonlySet<string>,
  column: string,
): Promise<AddFile[] | 'untouched'> {
  if (share === 'none') return 'untouched'
  if (share === 'all') return []
  return table.writeFiles(
    db,
    `SELECT * FROM (${scanSql(state, [file])}) WHERE (${isOneOf(column, ids)}) IS NOT TRUE`,
    { columns: state.columns, partitionColumns: state.partitionColumns },
  )
}

const isOneOf = (column: string, ids: Iterable<string>): string =>
  `${sqlIdentifier(column)} IN (${[...ids].map(sqlString).join(', ')})`
