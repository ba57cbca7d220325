import { type Contract, columnsOf } from '../../contracts/contract.ts'
import { deliveredName } from '../../contracts/text-rules.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../../database/duckdb.ts'
import type { StoredRecord } from '../event-log/event-log.ts'
import { recordsPerFile } from '../readers.ts'
import type { Route, RouteOf } from './route-record.ts'

/** Records of a log in DuckDB, as text, and what their headers say of them; temporary, of one connection. */
const recordTable = 'log_records'
const routeTable = 'log_routes'

/** Both joined: a record with its `table_name`, `is_delete`, `problem` and `headers`. */
export const routedRecords = `(SELECT * FROM ${recordTable} JOIN ${routeTable} USING (route))`

/**
 * Puts records in the place of those before, column by column, which is many times quicker than by row.
 *
 * @param fileIndexOf Place of a record's delivery in its batch, by partition.
 * @returns Names of the tables the records are for.
 */
export async function loadRecords(
  db: DuckDb,
  records: readonly StoredRecord[],
  routeOf: RouteOf,
  fileIndexOf: (partition: number) => number,
): Promise<Set<string>> {
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${recordTable} (file_index INTEGER, record_offset DOUBLE, arrived_ms DOUBLE, route INTEGER, line VARCHAR);
     CREATE OR REPLACE TEMP TABLE ${routeTable} (route INTEGER, table_name VARCHAR, is_delete BOOLEAN, problem VARCHAR, headers VARCHAR)`,
  )
  const count = records.length
  const fileIndexes = new Array<number>(count)
  const offsets = new Array<number>(count)
  const arrivals = new Array<number>(count)
  const routeNumbers = new Array<number>(count)
  const lines = new Array<string>(count)
  const numbers = new Map<Route, number>()
  for (let index = 0; index < count; index += 1) {
    const record = records[index] as StoredRecord
    const hasNul = record.value.includes('\u0000')
    const route = routeOf(record.headers, hasNul)
    let number = numbers.get(route)
    if (number === undefined) {
      number = numbers.size
      numbers.set(route, number)
    }
    fileIndexes[index] = fileIndexOf(record.partition)
    offsets[index] = record.offset
    arrivals[index] = record.timestampMs
    routeNumbers[index] = number
    lines[index] = hasNul ? record.value.replaceAll('\u0000', '\uFFFD') : record.value
  }
  const routes = [...numbers.keys()]
  await db.append(recordTable, [fileIndexes, offsets, arrivals, routeNumbers, lines])
  await db.append(routeTable, [
    routes.map((_, number) => number),
    routes.map(({ table }) => table),
    routes.map(({ isDelete }) => isDelete),
    routes.map(({ problem }) => problem),
    routes.map(({ headers }) => headers),
  ])
  return new Set(routes.map(({ table }) => table))
}

export const unloadRecords = (db: DuckDb): Promise<void> =>
  db.run(`DROP TABLE IF EXISTS ${recordTable}; DROP TABLE IF EXISTS ${routeTable}`)

/** `_record` of a record, as staged rows carry it. */
const recordKey = `CAST(file_index AS BIGINT) * ${recordsPerFile} + CAST(record_offset AS BIGINT)`

export const arrivedAt = 'make_timestamp(CAST(arrived_ms AS BIGINT) * 1000)'

/** A SELECT of records for a table, values as text, in the form that staging takes. */
export interface RecordSelect {
  readonly contract: Contract
  readonly sql: string
  readonly types: ReadonlyMap<string, string>
}

/** Rows that are whole; the ill-formed are refused. */
export function upsertSelect(contract: Contract, where: string): RecordSelect {
  const names = columnsOf(contract).map(({ name, column }) => deliveredName(name, column))
  return selectOf(contract, names, where, new Map())
}

/** Rows that only say which key is gone: checked as a row of the key, its version the arrival unless it says one. */
export function deleteSelect(contract: Contract, where: string): RecordSelect {
  const { deletedColumn = '', versionColumn, primaryKey } = contract
  const version = versionColumn === undefined ? [] : [versionColumn]
  const schema = { ...contract.schema, required: [...primaryKey, ...version] } as Contract['schema']
  const given = new Map([[deletedColumn, `'true'`]])
  for (const name of version) {
    given.set(name, `coalesce(${value(name)}, strftime(${arrivedAt}, '%Y-%m-%dT%H:%M:%S.%gZ'))`)
  }
  return selectOf({ ...contract, schema }, [...primaryKey, ...version], where, given)
}

const value = (name: string): string => `struct_extract(content, ${sqlString(name)})`

/** @param given Columns that are not what the record says, by name. */
function selectOf(
  contract: Contract,
  names: readonly string[],
  where: string,
  given: ReadonlyMap<string, string>,
): RecordSelect {
  const columns = [...new Set([...names, ...given.keys()])]
  const read = columns.map((name) => `${given.get(name) ?? value(name)} AS ${sqlIdentifier(name)}`)
  const shape = JSON.stringify(Object.fromEntries(names.map((name) => [name, 'VARCHAR'])))
  const sql = `SELECT ${recordKey} AS _record, ${arrivedAt} AS _arrived_at,
      CASE WHEN problem IS NOT NULL THEN problem WHEN contains(line, '\\u0000') THEN 'nul_character'
        WHEN content IS NULL OR NOT starts_with(ltrim(line), '{') THEN 'malformed_record' END AS _refuse,
      ${read.join(', ')}
    FROM (SELECT *, try(json_transform(line, ${sqlString(shape)})) AS content FROM ${routedRecords} WHERE ${where})`
  const types = new Map([
    ['_record', 'BIGINT'],
    ['_refuse', 'VARCHAR'],
    ...columns.map((name) => [name, 'VARCHAR'] as const),
  ])
  return { contract, sql, types }
}
