import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { contracts, type TableName, tableNames } from '../../contracts/all-contracts.ts'
import { type Contract, columnsOf } from '../../contracts/contract.ts'
import { PlatformError } from '../../contracts/errors.ts'
import { deliveredName } from '../../contracts/text-rules.ts'
import type { Postgres } from '../../database/postgres.ts'

const mapSchema = Type.Object(
  {
    tables: Type.Record(
      Type.String(),
      Type.Object(
        {
          /** `schema.table` of the shop's database. */
          from: Type.String({ pattern: '^[^.]+\\.[^.]+$' }),
          /** Column that every change of a row moves forward; needed by queries. */
          changedAt: Type.Optional(Type.String({ minLength: 1 })),
          /** Delivered name: the source's column. Those of the same name need not be listed. */
          columns: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1 }))),
          /** Delivered name: a value that is the same for every row, e.g. `prices_include_tax: "true"`. */
          values: Type.Optional(Type.Record(Type.String(), Type.String())),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

/** Which tables of a shop's database feed which tables of bronze, and under which names. */
export type CaptureMap = Static<typeof mapSchema>

/** @throws {PlatformError} `config.invalid` naming the place in the file. */
export function parseCaptureMap(text: string, file: string): CaptureMap {
  const candidate: unknown = parse(text)
  if (!Value.Check(mapSchema, candidate)) {
    const [error] = Value.Errors(mapSchema, candidate)
    throw invalid(`${file} ${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}`)
  }
  for (const [table, { columns = {}, values = {} }] of Object.entries(candidate.tables)) {
    if (!(tableNames as readonly string[]).includes(table))
      throw invalid(`${file} /tables/${table} is no table; the tables are ${tableNames.join(', ')}`)
    const known = deliveredNames(contracts[table as TableName])
    const unknown = [...Object.keys(columns), ...Object.keys(values)].filter((name) => !known.includes(name))
    if (unknown.length > 0)
      throw invalid(
        `${file} /tables/${table} has no column ${unknown.join(', ')}; its columns are ${known.join(', ')}`,
      )
  }
  return candidate
}

/** Tables named and shaped like bronze's own, in one schema of the source. */
export function mapOfSchema(schema: string): CaptureMap {
  return {
    tables: Object.fromEntries(
      tableNames
        .filter((table) => table !== 'web_events')
        .map((table) => [table, { from: `${schema}.${table}`, changedAt: 'updated_at' }]),
    ),
  }
}

export interface SourceColumn {
  readonly name: string
  /** PostgreSQL's name of the type, e.g. `timestamp with time zone`. */
  readonly type: string
}

/** A table of the source as it stands, matched with the contract it feeds. */
export interface CapturedTable {
  readonly table: TableName
  readonly contract: Contract
  readonly schema: string
  readonly name: string
  /** PostgreSQL's own, which a renamed table keeps. */
  readonly oid: string
  /** Of the source, in their order. */
  readonly columns: readonly SourceColumn[]
  /** The source's columns of the contract's primary key. */
  readonly keyColumns: readonly string[]
  /** By delivered name: the source's column. */
  readonly sources: ReadonlyMap<string, string>
  /** By delivered name: a fixed value. */
  readonly values: ReadonlyMap<string, string>
  readonly changedAt: string | undefined
}

export const relationOf = ({ schema, name }: CapturedTable): string => `${schema}.${name}`

/**
 * Finds the map's tables in the source. Tables that are not there are left out.
 * @throws {PlatformError} `config.invalid` when none is there, or one lacks its key.
 */
export async function findCapturedTables(source: Postgres, map: CaptureMap): Promise<CapturedTable[]> {
  const found: CapturedTable[] = []
  for (const [table, entry] of Object.entries(map.tables)) {
    const [schema = '', name = ''] = entry.from.split('.')
    const columns = await sourceColumns(source, schema, name)
    const oid = await tableOid(source, schema, name)
    if (columns.length === 0 || oid === undefined) continue
    found.push(capturedTable(table as TableName, entry, { schema, name, oid }, columns))
  }
  if (found.length > 0) return found
  const wanted = Object.values(map.tables).map(({ from }) => from)
  throw invalid(`none of the tables ${wanted.join(', ')} is there, or this user may not read them`)
}

/** Undefined when there is no such table. */
export async function tableOid(source: Postgres, schema: string, name: string): Promise<string | undefined> {
  const [found] = await source.rows<{ oid: string }>(
    `select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2`,
    [schema, name],
  )
  return found?.oid
}

async function sourceColumns(source: Postgres, schema: string, name: string): Promise<SourceColumn[]> {
  return source.rows<{ name: string; type: string }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 and a.attnum > 0 and not a.attisdropped
       and has_table_privilege(c.oid, 'select')
     order by a.attnum`,
    [schema, name],
  )
}

function capturedTable(
  table: TableName,
  entry: CaptureMap['tables'][string],
  { schema, name, oid }: Pick<CapturedTable, 'schema' | 'name' | 'oid'>,
  columns: readonly SourceColumn[],
): CapturedTable {
  const contract: Contract = contracts[table]
  const present = new Set(columns.map((column) => column.name))
  const sources = new Map<string, string>()
  for (const delivered of deliveredNames(contract)) {
    const source = entry.columns?.[delivered] ?? delivered
    if (present.has(source) && entry.values?.[delivered] === undefined) sources.set(delivered, source)
  }
  const lost = Object.values(entry.columns ?? {}).filter((column) => !present.has(column))
  if (lost.length > 0) throw invalid(`${entry.from} has no column ${lost.join(', ')}`)
  const keyColumns = contract.primaryKey.map((column) => {
    const source = sources.get(column)
    if (source === undefined)
      throw invalid(`${entry.from} has no column for ${column}, the key of ${table}; name it under columns`)
    return source
  })
  const changedAt =
    entry.changedAt !== undefined && present.has(entry.changedAt) ? entry.changedAt : undefined
  const values = new Map(Object.entries(entry.values ?? {}))
  return { table, contract, schema, name, oid, columns, keyColumns, sources, values, changedAt }
}

const deliveredNames = (contract: Contract): string[] =>
  columnsOf(contract).map(({ name, column }) => deliveredName(name, column))

const invalid = (what: string) => new PlatformError('config.invalid', `capture: ${what}`)
