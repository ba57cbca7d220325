import { dirname } from 'node:path'
import { contractOf, contracts } from '../contracts/all-contracts.ts'
import { PlatformError } from '../contracts/errors.ts'
import { type DuckDb, openDuckDb, sqlIdentifier, sqlList } from '../database/duckdb.ts'
import { bronzeScanSql } from '../lake/bronze-scan.ts'
import { layerSchemas, listTables, tablePath } from '../lake/layout.ts'
import { readPointer } from '../lake/pointer.ts'
import { scanSql } from '../lake/scan.ts'
import { openTable } from '../lake/table.ts'

/** Read at their newest version: append-only, so nothing in them is provisional. */
const arrivedSchemas = ['bronze', 'quarantine', 'operations'] as const
const publishedSchemas = ['silver', 'measure', 'gold'] as const

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** Values in the order of the columns; decimals and 64-bit integers as exact text, like dates and timestamps. */
  readonly rows: readonly (readonly Value[])[]
}

type Value = string | number | boolean | null

/**
 * A DuckDB in which every table of the lake is a view, published layers as published; it can read nothing but
 * the lake's own files and its settings cannot be changed.
 */
export async function openLakeViews(dataDir: string): Promise<DuckDb> {
  const db = await openDuckDb()
  for (const schema of [...arrivedSchemas, ...publishedSchemas]) await db.run(`CREATE SCHEMA ${schema}`)
  for (const { name, version } of await lakeTables(dataDir)) {
    const state = await openTable(tablePath(dataDir, name)).read(version)
    if (state === undefined) continue
    const [schema = '', table = ''] = name.split('.')
    const scan =
      schema === 'bronze' && table in contracts ? bronzeScanSql(contractOf(table), state) : scanSql(state)
    await db.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
    await db.run(`CREATE OR REPLACE VIEW ${schema}.${sqlIdentifier(table)} AS ${scan}`)
  }
  const folders = layerSchemas.map((schema) => dirname(tablePath(dataDir, `${schema}.any`)))
  await db.run(`SET allowed_directories = ${sqlList(folders)}`)
  await db.run('SET autoinstall_known_extensions = false')
  await db.run('SET autoload_known_extensions = false')
  await db.run('SET enable_external_access = false')
  await db.run('SET lock_configuration = true')
  return db
}

/** Tables of the lake with the version readers see; undefined is the newest. */
export async function lakeTables(dataDir: string): Promise<{ name: string; version: number | undefined }[]> {
  const pointer = await readPointer(dataDir)
  const arrived = await Promise.all(
    arrivedSchemas.map(async (schema) =>
      (await listTables(dataDir, schema)).map((table) => ({
        name: `${schema}.${table}`,
        version: undefined,
      })),
    ),
  )
  const published = Object.entries(pointer?.tables ?? {})
    .filter(([name]) => (publishedSchemas as readonly string[]).includes(name.split('.')[0] ?? ''))
    .map(([name, version]) => ({ name, version }))
  return [...arrived.flat(), ...published]
}

/**
 * Answers one query.
 * @throws {PlatformError} `query.invalid` for anything but one SELECT (also DESCRIBE, SUMMARIZE, SHOW, PIVOT).
 */
export async function queryLake(db: DuckDb, sql: string): Promise<QueryResult> {
  const query = sql.trim().replace(/;\s*$/, '')
  const wrapped = `SELECT * FROM (\n${query}\n) AS answer`
  const [parsed] = await db.rows<{ tree: string }>('SELECT json_serialize_sql($1::VARCHAR) AS tree', [
    wrapped,
  ])
  const tree = JSON.parse(parsed?.tree ?? '{}') as {
    error?: boolean
    statements?: unknown[]
    error_message?: string
  }
  if (tree.error === true || tree.statements?.length !== 1)
    throw new PlatformError(
      'query.invalid',
      `sql: one SELECT is expected, nothing else is run: ${firstLine(tree.error_message ?? 'several statements')}`,
    )
  try {
    const columns = await db.rows<{ column_name: string; column_type: string }>(`DESCRIBE ${wrapped}`)
    const rows = await db.rows(wrapped)
    return {
      columns: columns.map(({ column_name, column_type }) => ({ name: column_name, type: column_type })),
      rows: rows.map((row) => columns.map(({ column_name }) => asValue(row[column_name]))),
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const said = firstLine(message.replace(/^database: /, ''))
    const hint = /Table with name .* does not exist/.test(said) ? ' `sillage sql` lists the tables.' : ''
    throw new PlatformError('query.invalid', `sql: ${said}${hint}`, { cause: error })
  }
}

/** Rows as objects for JSON: decimals and 64-bit integers as numbers where a number holds them. */
export function queryObjects({ columns, rows }: QueryResult): Record<string, Value>[] {
  const asNumber = ({ type }: { type: string }, value: Value) =>
    typeof value === 'string' && /^(DECIMAL\(\d+,\d+\)|U?BIGINT|U?HUGEINT)$/.test(type)
      ? exactNumber(value)
      : value
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, i) => [column.name, asNumber(column, row[i] ?? null)])),
  )
}

function exactNumber(text: string): number | string {
  const digits = text.replace(/^-?0*|\./g, '').length
  return digits <= 15 ? Number(text) : text
}

function asValue(value: unknown): Value {
  if (value === null || value === undefined) return null
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value
  return JSON.stringify(value)
}

const firstLine = (text: string) => text.split('\n')[0] ?? text
