import { type DuckDb, sqlIdentifier } from '../../database/duckdb.ts'
import { tablePath } from '../../lake/layout.ts'
import { scanSql } from '../../lake/scan.ts'
import { openTable, type TableState } from '../../lake/table.ts'
import type { LoadedTable, Shape } from './gold-tables.ts'

/** A table's state at a version, or at its newest; undefined when the shop has no such table. */
export const tableState = (
  dataDir: string,
  name: string,
  version?: number,
): Promise<TableState | undefined> => openTable(tablePath(dataDir, name)).read(version)

/** SELECT of exactly these columns and types: null where the table lacks one, no rows where there is no table. */
export function shapedScan(state: TableState | undefined, shape: Shape): string {
  const known = new Set(state?.columns.map(({ name }) => name))
  const selected = Object.entries(shape).map(([name, type]) => {
    const source = known.has(name) ? sqlIdentifier(name) : 'NULL'
    return `CAST(${source} AS ${type}) AS ${sqlIdentifier(name)}`
  })
  const from = state === undefined ? 'WHERE false' : `FROM (${scanSql(state)})`
  return `SELECT ${selected.join(', ')} ${from}`
}

/** Copies a table into memory under a schema. */
export async function loadTable(
  db: DuckDb,
  target: { schema: string; name: string },
  state: TableState | undefined,
  { shape, order }: Pick<LoadedTable, 'shape' | 'order'>,
): Promise<void> {
  const name = `${sqlIdentifier(target.schema)}.${sqlIdentifier(target.name)}`
  await db.run(
    `CREATE OR REPLACE TABLE ${name} AS ${shapedScan(state, shape)}${order === undefined ? '' : ` ORDER BY ${order}`}`,
  )
}
