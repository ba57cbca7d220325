import { columnTypes } from './columns.ts'
import { bronzeColumns, type Contract, columnsOf } from './contract.ts'

export interface BronzeColumn {
  readonly name: string
  /** Delta's primitive type. */
  readonly type: string
}

/** Columns of a contract's bronze table as the lake stores them, the partition column last. */
export function bronzeSchemaOf(contract: Contract): BronzeColumn[] {
  const columns: BronzeColumn[] = columnsOf(contract).map(({ name, column }) => ({
    name,
    type: columnTypes[column.type].delta,
  }))
  for (const [name, type] of Object.entries(bronzeColumns)) {
    columns.push({ name, type: columnTypes[type].delta })
  }
  if (contract.partitionBy !== 'none') columns.push({ name: contract.partitionBy, type: 'date' })
  return columns
}

/** Columns by which a contract's bronze table is split into folders. */
export const bronzePartitionsOf = (contract: Contract): string[] =>
  contract.partitionBy === 'none' ? [] : [contract.partitionBy]

/** One row per delivery and table: what was read and what became of it. */
export const deliveryColumns: readonly BronzeColumn[] = [
  { name: 'delivery_id', type: 'string' },
  { name: 'source', type: 'string' },
  { name: 'logical_name', type: 'string' },
  { name: 'revision', type: 'long' },
  { name: 'table_name', type: 'string' },
  { name: 'sha256', type: 'string' },
  { name: 'adapter', type: 'string' },
  { name: 'bytes', type: 'long' },
  { name: 'records_read', type: 'long' },
  { name: 'accepted', type: 'long' },
  { name: 'duplicate', type: 'long' },
  { name: 'dropped', type: 'long' },
  { name: 'quarantined', type: 'long' },
  { name: 'dropped_reasons', type: 'string' },
  { name: 'arrived_at', type: 'timestamp_ntz' },
  { name: 'event_from', type: 'timestamp_ntz' },
  { name: 'event_to', type: 'timestamp_ntz' },
]

/** One row per refused record and state: of the rows of one record, the one quarantined or resolved last counts; resolved as accepted, duplicate or dropped; `headers` as JSON, of records of a log. */
export const quarantineColumns: readonly BronzeColumn[] = [
  { name: 'delivery_id', type: 'string' },
  { name: 'record_number', type: 'long' },
  { name: 'reason', type: 'string' },
  { name: 'column_name', type: 'string' },
  { name: 'raw_text', type: 'string' },
  { name: 'contract_version', type: 'long' },
  { name: 'quarantined_at', type: 'timestamp_ntz' },
  { name: 'is_resolved', type: 'boolean' },
  { name: 'resolved_at', type: 'timestamp_ntz' },
  { name: 'resolved_as', type: 'string' },
  { name: 'headers', type: 'string' },
]
