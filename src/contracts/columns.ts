import { type TSchema, Type } from 'typebox'

/** Logical type of a bronze column; `sql` is DuckDB's name for it, `delta` the lake's. */
export const columnTypes = {
  text: { sql: 'VARCHAR', delta: 'string' },
  timestamp: { sql: 'TIMESTAMP', delta: 'timestamp_ntz' },
  date: { sql: 'DATE', delta: 'date' },
  money: { sql: 'DECIMAL(18,2)', delta: 'decimal(18,2)' },
  decimal: { sql: 'DECIMAL(18,6)', delta: 'decimal(18,6)' },
  count: { sql: 'BIGINT', delta: 'long' },
  flag: { sql: 'BOOLEAN', delta: 'boolean' },
} as const

export type ColumnType = keyof typeof columnTypes

/**
 * How a column is treated as personal data at the door of bronze: `email` and `phone` arrive in clear under
 * the column's `incoming` name and are stored as keyed hashes; `ip` is truncated; `identifier` names a person
 * or a device and is removed from events without consent, `free_text` (anything a visitor typed) too; an
 * `address` (URL) then loses its query string. `shared_text` speaks of no visitor (campaign names, titles) and is
 * kept. E-mails inside addresses and either kind of text are always masked.
 */
export type PersonalData =
  | 'none'
  | 'identifier'
  | 'email'
  | 'phone'
  | 'ip'
  | 'address'
  | 'free_text'
  | 'shared_text'

/** What a column declares beside its JSON schema; kept under the schema's `column` keyword. */
export interface Column {
  readonly type: ColumnType
  readonly description: string
  /** Closed list of accepted values, lower case. */
  readonly values?: readonly string[]
  /** Inclusive bounds for numbers. */
  readonly minimum?: number
  readonly maximum?: number
  /** Longest accepted text, in characters. */
  readonly maxLength?: number
  /** Pattern in the common subset of RE2 and Java. */
  readonly pattern?: string
  readonly personalData?: PersonalData
  /** `identifier` columns only: the event name whose rows keep the value without consent. */
  readonly keptWithoutConsentOn?: string
  /** True for a day that cannot lie ahead; other dates may be planned ones. */
  readonly isPast?: boolean
  /** True for a currency code, which must be one of ISO 4217. */
  readonly isCurrency?: boolean
  /** Name under which a source delivers the column, when it differs from the stored one. */
  readonly incoming?: string
}

type Options = Partial<Omit<Column, 'type' | 'description' | 'values'>>
type Described<S extends TSchema> = S & { column: Column }

function described<S extends TSchema>(schema: S, column: Column): Described<S> {
  return Object.assign(schema, { column, description: column.description })
}

/** Unicode text, trimmed by adapters; at most 1,024 characters unless told. */
export const text = (description: string, options: Options = {}) => {
  const column = { type: 'text', description, maxLength: 1024, ...options } as const
  return described(
    Type.String({
      minLength: 1,
      maxLength: column.maxLength,
      ...(column.pattern === undefined ? {} : { pattern: column.pattern }),
    }),
    column,
  )
}

/** One of a closed list of lower-case values. */
export const oneOf = <const V extends readonly string[]>(description: string, values: V) =>
  described(Type.Union(values.map((value) => Type.Literal(value as V[number]))), {
    type: 'text',
    description,
    values,
  })

/** UTC instant with microseconds; ISO 8601 with `Z` in JSON; between 2000-01-01 and one day ahead. */
export const timestamp = (description: string) =>
  described(
    Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?Z$' }),
    {
      type: 'timestamp',
      description,
    },
  )

/** Calendar date without a zone, `YYYY-MM-DD`, from 1990 to 2100; with `isPast` from 2000 to one day ahead. */
export const date = (description: string, options: Pick<Options, 'isPast'> = {}) =>
  described(Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }), {
    type: 'date',
    description,
    ...options,
  })

/** Amount of money in units of its currency, two decimals; a decimal string in JSON, never a float. */
export const money = (description: string, options: Options = {}) =>
  described(Type.String({ pattern: '^-?[0-9]{1,10}(\\.[0-9]{1,2})?$' }), {
    type: 'money',
    description,
    minimum: -10_000_000,
    maximum: 10_000_000,
    ...options,
  })

/** Exact number with six decimals (rates, shares, platform amounts in micros); a decimal string in JSON. */
export const decimal = (description: string, options: Options = {}) =>
  described(Type.String({ pattern: '^-?[0-9]{1,12}(\\.[0-9]{1,6})?$' }), {
    type: 'decimal',
    description,
    minimum: -1_000_000_000,
    maximum: 1_000_000_000,
    ...options,
  })

/** Whole number. */
export const count = (description: string, options: Options = {}) => {
  const column = { type: 'count', description, minimum: 0, maximum: 1_000_000_000, ...options } as const
  return described(Type.Integer({ minimum: column.minimum, maximum: column.maximum }), column)
}

/** True or false. */
export const flag = (description: string) => described(Type.Boolean(), { type: 'flag', description })

/** ISO 4217 code, upper case. */
export const currency = (description = 'Currency of the amounts in this row (ISO 4217).') =>
  text(description, { pattern: '^[A-Z]{3}$', maxLength: 3, isCurrency: true })

/** ISO 3166-1 alpha-2 code, upper case. */
export const country = (description = 'Country (ISO 3166-1 alpha-2).') =>
  text(description, { pattern: '^[A-Z]{2}$', maxLength: 2 })

/** Marks a column that may be absent or null. */
export const optional = <S extends Described<TSchema>>(schema: S) =>
  Object.assign(Type.Optional(schema), { column: schema.column })
