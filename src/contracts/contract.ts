import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox'
import type { Column, ColumnType } from './columns.ts'

/**
 * How rows of a table relate over time: an `event` happened once; an `upsert` replaces older versions of its
 * key; a `snapshot` restates its key for the day it carries; a `pull` restates everything it covers.
 */
export type ContractKind = 'event' | 'upsert' | 'snapshot' | 'pull'

/** How a row kept under the version before becomes one of version `to`; once released it never changes. */
export interface Migration {
  readonly to: number
  /** By column its value, as SQL over the columns of the version before; a column not named keeps its value. */
  readonly values: Readonly<Record<string, string>>
  /** Columns that `to` has no more, with their type; `values` may still read them. Their names are not used again. */
  readonly removes?: Readonly<Record<string, ColumnType>>
}

/** The promise of one bronze table: what a source must deliver and what every later layer may rely on. */
export interface Contract<P extends TProperties = TProperties> {
  readonly name: string
  /** Grain, said first: "One row per …". */
  readonly description: string
  readonly version: number
  /** One per version after the first, in order. */
  readonly migrations: readonly Migration[]
  readonly kind: ContractKind
  /** Columns that identify a row within a delivery and, for events and upserts, across deliveries. */
  readonly primaryKey: readonly string[]
  /** Among rows of one key the highest value wins; absent for events (the earliest arrival wins). */
  readonly versionColumn?: string
  /** Boolean column whose `true` deletes the key; absent when the source never deletes. */
  readonly deletedColumn?: string
  /** When the row happened or the day it speaks of. */
  readonly eventTimeColumn: string
  /** Partition column: UTC date of the event time, UTC arrival date, or none for a small table. */
  readonly partitionBy: 'event_date' | 'arrival_date' | 'none'
  /** Consent column that must be `granted` for `identifier` columns to be kept. */
  readonly consentColumn?: string
  /** False for the tables no shop can do without. */
  readonly optional: boolean
  readonly schema: TObject<P>
}

/** TypeScript type of a row of a contract, as delivered on a stream. */
export type Row<C extends Contract> = Static<C['schema']>

type Definition<P extends TProperties> = Omit<
  Contract<P>,
  'schema' | 'partitionBy' | 'optional' | 'migrations'
> & {
  readonly optional?: boolean
  readonly partitionBy?: Contract['partitionBy']
  readonly migrations?: readonly Migration[]
  readonly columns: P
}

export function defineContract<P extends TProperties>(definition: Definition<P>): Contract<P> {
  const { columns, ...rest } = definition
  return {
    optional: true,
    partitionBy: 'none',
    migrations: [],
    ...rest,
    schema: Type.Object(columns, { additionalProperties: false }),
  }
}

/** A contract's columns in stored order, with what each declares. */
export function columnsOf(contract: Contract): { name: string; column: Column; required: boolean }[] {
  const required = new Set(contract.schema.required ?? [])
  return Object.entries(contract.schema.properties as Record<string, TSchema & { column: Column }>).map(
    ([name, schema]) => ({ name, column: schema.column, required: required.has(name) }),
  )
}

/** Columns bronze adds to every contract: which delivery, which record in it, when, and under which contract. */
export const bronzeColumns = {
  _delivery_id: 'text',
  _record_number: 'count',
  _arrived_at: 'timestamp',
  _contract_version: 'count',
} as const
