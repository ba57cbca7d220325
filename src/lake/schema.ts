import { PlatformError } from '../contracts/errors.ts'

/** A column of a lake table; `type` is Delta's name of a primitive type; every column may be null. */
export interface LakeColumn {
  readonly name: string
  readonly type: string
}

const duckDbTypes: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  short: 'SMALLINT',
  byte: 'TINYINT',
  double: 'DOUBLE',
  float: 'FLOAT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp_ntz: 'TIMESTAMP',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  binary: 'BLOB',
}

const deltaTypes: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  UUID: 'string',
  JSON: 'string',
  TIME: 'string',
  '"NULL"': 'string',
  BIGINT: 'long',
  UINTEGER: 'long',
  INTEGER: 'integer',
  USMALLINT: 'integer',
  SMALLINT: 'short',
  UTINYINT: 'short',
  TINYINT: 'byte',
  HUGEINT: 'decimal(38,0)',
  UBIGINT: 'decimal(20,0)',
  DOUBLE: 'double',
  FLOAT: 'float',
  BOOLEAN: 'boolean',
  DATE: 'date',
  TIMESTAMP: 'timestamp_ntz',
  TIMESTAMP_S: 'timestamp_ntz',
  TIMESTAMP_MS: 'timestamp_ntz',
  TIMESTAMP_NS: 'timestamp_ntz',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  BLOB: 'binary',
}

const decimalPattern = /^decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)$/i

/** @throws {PlatformError} `lake.unsupported` for nested and unknown types. */
export function duckDbTypeOf(deltaType: string): string {
  const decimal = decimalPattern.exec(deltaType)
  if (decimal !== null) return `DECIMAL(${decimal[1]},${decimal[2]})`
  const type = duckDbTypes[deltaType]
  if (type === undefined) throw unsupportedType(deltaType)
  return type
}

/** Delta's type for what DuckDB's `DESCRIBE` calls a column; integers wider than 64 bits become decimals. */
export function deltaTypeOf(duckDbType: string): string {
  const decimal = decimalPattern.exec(duckDbType)
  if (decimal !== null) return `decimal(${decimal[1]},${decimal[2]})`
  if (duckDbType.startsWith('ENUM(')) return 'string'
  const type = deltaTypes[duckDbType]
  if (type === undefined) throw unsupportedType(duckDbType)
  return type
}

const unsupportedType = (type: string) =>
  new PlatformError(
    'lake.unsupported',
    `lake: column type ${type} is not supported; cast it to a primitive type`,
  )

/** Delta's `schemaString`. */
export function writeSchema(columns: readonly LakeColumn[]): string {
  const fields = columns.map(({ name, type }) => ({ name, type, nullable: true, metadata: {} }))
  return JSON.stringify({ type: 'struct', fields })
}

/** Columns of a `schemaString`; nested types are refused. */
export function parseSchema(schemaString: string): LakeColumn[] {
  const schema = JSON.parse(schemaString) as { fields: { name: string; type: unknown }[] }
  return schema.fields.map(({ name, type }) => {
    if (typeof type !== 'string') throw unsupportedType(JSON.stringify(type))
    return { name, type }
  })
}

export const sameColumns = (left: readonly LakeColumn[], right: readonly LakeColumn[]): boolean =>
  left.length === right.length &&
  left.every((column, index) => column.name === right[index]?.name && column.type === right[index]?.type)

/**
 * The wanted columns merged into a table's: those it lacks are added at the end.
 *
 * @throws {PlatformError} `lake.schema_conflict` when a column has another type.
 */
export function mergeColumns(
  tablePath: string,
  existing: readonly LakeColumn[],
  wanted: readonly LakeColumn[],
): LakeColumn[] {
  const types = new Map(existing.map(({ name, type }) => [name, type]))
  for (const { name, type } of wanted) {
    const present = types.get(name)
    if (present !== undefined && present !== type) {
      throw new PlatformError(
        'lake.schema_conflict',
        `lake: column ${name} of ${tablePath} is ${present}, expected ${type}; columns are only added, a changed one needs a new name`,
      )
    }
  }
  return [...existing, ...wanted.filter(({ name }) => !types.has(name))]
}
