import { type Contract, columnsOf } from '../../contracts/contract.ts'
import { deliveredName } from '../../contracts/text-rules.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../../database/duckdb.ts'
import type { RecordBlock } from '../event-log/event-log.ts'
import { bytesOf, hasNul, recordSeparator } from '../event-log/record-block.ts'
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
  /** Whether it has as much as can be judged at once in little memory. */
  readonly isFull: boolean
  /** Records and text for a table, by place of the delivery in the batch. */
  sizesOf(table: string): readonly { readonly records: number; readonly bytes: number }[]
  /** @param fileIndex Place of the block's delivery in the batch. */
  append(block: RecordBlock, fileIndex: number): Promise<void>
  /** To be called when all are in. */
  finish(): Promise<void>
  drop(): Promise<void>
}

/** Text of a table that is full. */
const fullBytes = 5 << 20
/** Rows DuckDB works on at a time, and text of these that makes a table full, however few they are: it is copied some times over. */
const rowsAtATime = 2048
const heavyBytes = 2 << 20

let tablesMade = 0

export async function createRecordTable(db: DuckDb, routeOf: RouteOf): Promise<RecordTable> {
  tablesMade += 1
  const [table, routeTable] = [`log_blocks_${tablesMade}`, `log_routes_${tablesMade}`]
  await db.run(
    `CREATE TABLE ${table} (file_index INTEGER, first_offset DOUBLE, records INTEGER, times VARCHAR, route INTEGER, text BLOB);
     CREATE TABLE ${routeTable} (route INTEGER, table_name VARCHAR, is_delete BOOLEAN, problem VARCHAR, headers VARCHAR)`,
  )
  const numbers = new Map<Route, number>()
  const tables = new Set<string>()
  const sizes = new Map<string, { records: number; bytes: number }[]>()
  let bytes = 0
  const latest = { records: 0, bytes: 0 }

  const numberOf = (route: Route): number => {
    const known = numbers.get(route)
    if (known !== undefined) return known
    numbers.set(route, numbers.size)
    tables.add(route.table)
    return numbers.size - 1
  }

  return {
    get routed() {
      const [only, ...others] = numbers.keys()
      if (only === undefined || others.length > 0)
        return `(SELECT * FROM ${recordsOf(table)} JOIN ${routeTable} USING (route))`
      const problem = only.problem === null ? 'CAST(NULL AS VARCHAR)' : sqlString(only.problem)
      return `(SELECT *, ${sqlString(only.table)} AS table_name, ${only.isDelete} AS is_delete, ${problem} AS problem,
        ${sqlString(only.headers)} AS headers FROM ${recordsOf(table)})`
    },
    sizesOf: (name) => sizes.get(name) ?? [],
    tables,
    get isFull() {
      return bytes >= fullBytes || latest.bytes >= heavyBytes
    },
    append: async (block, fileIndex) => {
      const { firstOffset, headers, timestampsMs, text } = block
      const [records, size] = [timestampsMs.length, bytesOf(block)]
      const isWithNul = records === 1 && hasNul(block)
      const route = routeOf(headers, isWithNul)
      addSize(sizes, route.table, fileIndex, records, size)
      bytes += size
      if (latest.records >= rowsAtATime) Object.assign(latest, { records: 0, bytes: 0 })
      latest.records += records
      latest.bytes += size
      await db.append(table, [
        [fileIndex],
        [firstOffset],
        [records],
        [timestampsMs.join(',')],
        [numberOf(route)],
        [isWithNul ? withoutNul(text) : text],
      ])
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

/** SELECT of the single records: `file_index`, `record_offset`, `arrived_ms`, `route`, `line`. */
const recordsOf = (blocks: string): string =>
  `(SELECT file_index, route, first_offset + unnest(range(records)) AS record_offset,
      CAST(unnest(string_split(times, ',')) AS BIGINT) AS arrived_ms,
      unnest(CASE WHEN records = 1 THEN [decode(text)] ELSE string_split(decode(text), chr(${recordSeparator})) END) AS line
    FROM ${blocks})`

/** No table can store a NUL. */
const withoutNul = (text: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(text).toString().replaceAll('\u0000', '\uFFFD'))

function addSize(
  sizes: Map<string, { records: number; bytes: number }[]>,
  table: string,
  fileIndex: number,
  records: number,
  bytes: number,
): void {
  const ofTable = sizes.get(table) ?? []
  sizes.set(table, ofTable)
  const size = ofTable[fileIndex] ?? { records: 0, bytes: 0 }
  ofTable[fileIndex] = { records: size.records + records, bytes: size.bytes + bytes }
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
