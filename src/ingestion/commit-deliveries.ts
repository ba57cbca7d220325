import { type DuckDb, sqlList, sqlString } from '../database/duckdb.ts'
import type { AddFile } from '../lake/actions.ts'
import { dataFilePath, scanSql } from '../lake/scan.ts'
import type { LakeTable, TableState } from '../lake/table.ts'

/** Rows of several deliveries that enter a table in one commit. */
export interface DeliveryCommit {
  /** SELECT of the rows, in the table's columns. */
  readonly sql: string
  /** Column that names the delivery of a row. */
  readonly deliveryColumn: string
  /** Deliveries the rows belong to. */
  readonly deliveryIds: readonly string[]
  /** Earlier deliveries whose rows leave the table in the same commit. */
  readonly supersedes: readonly string[]
  /** Revision reached, per source and logical file name. */
  readonly positions: Readonly<Record<string, number>>
}

/** Beyond this many deliveries a data file does not list them; a scan then tells which it holds. */
const mostTaggedDeliveries = 50

/** Adds the rows, removes superseded ones and sets the positions, all in one commit. */
export async function commitDeliveries(db: DuckDb, table: LakeTable, commit: DeliveryCommit): Promise<void> {
  const { deliveryIds, supersedes, positions } = commit
  const tags = deliveryIds.length <= mostTaggedDeliveries ? { deliveries: deliveryIds.join(' ') } : undefined
  const files = await table.writeFiles(db, commit.sql, tags === undefined ? {} : { tags })
  await table.commit(async (state) => {
    if (supersedes.length === 0) return { adds: files, positions, operation: 'LAND' }
    const removes = await filesHolding(db, state, commit.deliveryColumn, supersedes)
    const kept = await rowsKept(db, table, state, removes, commit)
    return { adds: [...files, ...kept], removes, positions, operation: 'LAND' }
  })
}

async function filesHolding(
  db: DuckDb,
  state: TableState,
  column: string,
  deliveryIds: readonly string[],
): Promise<AddFile[]> {
  const sought = new Set(deliveryIds)
  const untold: AddFile[] = []
  const holding: AddFile[] = []
  for (const file of state.files) {
    const told = file.tags?.deliveries?.split(' ')
    if (told === undefined) untold.push(file)
    else if (told.some((id) => sought.has(id))) holding.push(file)
  }
  if (untold.length === 0) return holding
  const byPath = new Map(untold.map((file) => [dataFilePath(state.path, file), file]))
  const rows = await db.rows<{ filename: string }>(
    `SELECT DISTINCT filename FROM read_parquet(${sqlList([...byPath.keys()])}, filename = true, union_by_name = true, hive_partitioning = false)
     WHERE ${column} IN (${deliveryIds.map(sqlString).join(', ')})`,
  )
  for (const { filename } of rows) {
    const file = byPath.get(filename)
    if (file !== undefined) holding.push(file)
  }
  return holding
}

/** Rewrites what other deliveries have in files that are about to go. */
async function rowsKept(
  db: DuckDb,
  table: LakeTable,
  state: TableState,
  removes: readonly AddFile[],
  { deliveryColumn, supersedes }: DeliveryCommit,
): Promise<AddFile[]> {
  const gone = new Set(supersedes)
  const mixed = removes.filter((file) => !file.tags?.deliveries?.split(' ').every((id) => gone.has(id)))
  if (mixed.length === 0) return []
  return table.writeFiles(
    db,
    `SELECT * FROM (${scanSql(state, mixed)}) WHERE ${deliveryColumn} NOT IN (${supersedes.map(sqlString).join(', ')})`,
  )
}
