import { type Contract, columnsOf } from '../../contracts/contract.ts'
import { deliveredName } from '../../contracts/text-rules.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../../database/duckdb.ts'
import type { StoredRecord } from '../event-log/event-log.ts'
import { recordsPerFile } from '../readers.ts'
import type { Route, RouteOf } from './route-record.ts'

/**
 * Records of a log in DuckDB, as text, and what their headers say of them: filled on one connection and read on
 * another, so that the next table is filled while this one is judged.
 */
export interface RecordTable {
  /** SELECT of the records with their `table_name`, `is_delete`, `problem` and `headers`, once all are in. */
  readonly routed: string
  /** Names of the tables its records are for. */
  readonly tables: ReadonlySet<string>
  /** Text in it. */
  readonly bytes: number
  /** Records and text for a table, by place of the delivery in the batch. */
  sizesOf(table: string): readonly { readonly records: number; readonly bytes: number }[]
  /** Adds records, column by column: many times quicker than by row. */
  append(records: readonly StoredRecord[], fileIndexOf: (partition: number) => number): Promise<void>
  /** To be called when all are in. */
  finish(): Promise<void>
  drop(): Promise<void>
}

let tablesMade = 0

export async function createRecordTable(db: DuckDb, routeOf: RouteOf): Promise<RecordTable> {
  tablesMade += 1
  const [table, routeTable] = [`log_records_${tablesMade}`, `log_routes_${tablesMade}`]
  await db.run(
    `CREATE TABLE ${table} (file_index INTEGER, record_offset DOUBLE, arrived_ms DOUBLE, route INTEGER, line VARCHAR);
     CREATE TABLE ${routeTable} (route INTEGER, table_name VARCHAR, is_delete BOOLEAN, problem VARCHAR, headers VARCHAR)`,
  )
  const numbers = new Map<Route, number>()
  const tables = new Set<string>()
  const sizes = new Map<string, { records: number; bytes: number }[]>()
  let bytes = 0
  return {
    get routed() {
      const [only, ...others] = numbers.keys()
      if (only === undefined || others.length > 0)
        return `(SELECT * FROM ${table} JOIN ${routeTable} USING (route))`
      const problem = only.problem === null ? 'CAST(NULL AS VARCHAR)' : sqlString(only.problem)
      return `(SELECT *, ${sqlString(only.table)} AS table_name, ${only.isDelete} AS is_delete, ${problem} AS problem,
        ${sqlString(only.headers)} AS headers FROM ${table})`
    },
    sizesOf: (name) => sizes.get(name) ?? [],
    tables,
    get bytes() {
      return bytes
    },
    append: async (records, fileIndexOf) => {
      const count = records.length
      const fileIndexes = new Array<number>(count)
      const offsets = new Array<number>(count)
      const arrivals = new Array<number>(count)
      const routes = new Array<number>(count)
      const lines = new Array<string>(count)
      for (let index = 0; index < count; index += 1) {
        const record = records[index] as StoredRecord
        const { value } = record
        const hasNul = value.includes('\u0000')
        const route = routeOf(record.headers, hasNul)
        let number = numbers.get(route)
        if (number === undefined) {
          number = numbers.size
          numbers.set(route, number)
          tables.add(route.table)
        }
        const fileIndex = fileIndexOf(record.partition)
        addSize(sizes, route.table, fileIndex, value.length)
        fileIndexes[index] = fileIndex
        offsets[index] = record.offset
        arrivals[index] = record.timestampMs
        routes[index] = number
        lines[index] = hasNul ? value.replaceAll('\u0000', '\uFFFD') : value
        bytes += value.length
      }
      await db.append(table, [fileIndexes, offsets, arrivals, routes, lines])
    },
    finish: () => {
      const routes = [...numbers.keys()]
      return db.append(routeTable, [
        routes.map((_, number) => number),
        routes.map((route) => route.table),
        routes.map(({ isDelete }) => isDelete),
        routes.map(({ problem }) => problem),
        routes.map(({ headers }) => headers),
      ])
    },
    drop: () => db.run(`DROP TABLE ${table}; DROP TABLE ${routeTable}`),
  }
}

function addSize(
  sizes: Map<string, { records: number; bytes: number }[]>,
  table: string,
  fileIndex: number,
  length: number,
): void {
  let ofTable = sizes.get(table)
  if (ofTable === undefined) {
    ofTable = []
    sizes.set(table, ofTable)
  }
  const size = ofTable[fileIndex]
  if (size === undefined) {
    ofTable[fileIndex] = { records: 1, bytes: length }
    return
  }
  size.records += 1
  size.bytes += length
}

/** `_record` of a record, as staged rows carry it. */
const recordKey = `CAST(file_index AS BIGINT) * ${recordsPerFile} + CAST(record_offset AS BIGINT)`

export const arrivedAt = 'make_timestamp(CAST(arrived_ms AS BIGINT) * 1000)'

/** A SELECT of records for a table, values as text, in the form that staging takes. */
export interface RecordSelect {
  readonly contract: Contract
  readonly sql: string
  readonly types: ReadonlyMap<string, string>
}

/**
 * Rows that are whole; the ill-formed are refused.
 *
 * @param from Records as `RecordTable.routed` selects them.
 */
export function upsertSelect(contract: Contract, from: string, where: string): RecordSelect {
  const names = columnsOf(contract).map(({ name, column }) => deliveredName(name, column))
  return selectOf(contract, names, `${from} WHERE ${where}`, new Map())
}

/** Rows that only say which key is gone: checked as a row of the key, its version the arrival unless it says one. */
export function deleteSelect(contract: Contract, from: string, where: string): RecordSelect {
  const { deletedColumn = '', versionColumn, primaryKey } = contract
  const version = versionColumn === undefined ? [] : [versionColumn]
  const schema = { ...contract.schema, required: [...primaryKey, ...version] } as Contract['schema']
  const given = new Map([[deletedColumn, `'true'`]])
  for (const name of version) {
    given.set(name, `coalesce(${value(name)}, strftime(${arrivedAt}, '%Y-%m-%dT%H:%M:%S.%gZ'))`)
  }
  return selectOf({ ...contract, schema }, [...primaryKey, ...version], `${from} WHERE ${where}`, given)
}

const value = (name: string): string => `struct_extract(content, ${sqlString(name)})`

/** @param given Columns that are not what the record says, by name. */
function selectOf(
  contract: Contract,
  names: readonly string[],
  from: string,
  given: ReadonlyMap<string, string>,
): RecordSelect {
  const columns = [...new Set([...names, ...given.keys()])]
  const read = columns.map((name) => `${given.get(name) ?? value(name)} AS ${sqlIdentifier(name)}`)
  const shape = JSON.stringify(Object.fromEntries(names.map((name) => [name, 'VARCHAR'])))
  const sql = `SELECT ${recordKey} AS _record, ${arrivedAt} AS _arrived_at,
      CASE WHEN problem IS NOT NULL THEN problem WHEN contains(line, '\\u0000') THEN 'nul_character'
        WHEN content IS NULL OR NOT starts_with(ltrim(line), '{') THEN 'malformed_record' END AS _refuse,
      ${read.join(', ')}
    FROM (SELECT *, try(json_transform(line, ${sqlString(shape)})) AS content FROM ${from})`
  const types = new Map([
    ['_record', 'BIGINT'],
    ['_refuse', 'VARCHAR'],
    ...columns.map((name) => [name, 'VARCHAR'] as const),
  ])
  return { contract, sql, types }
}
