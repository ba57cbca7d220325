import { columnsOf } from '../../contracts/contract.ts'
import { deliveredName } from '../../contracts/text-rules.ts'
import { recordHeaders } from '../../contracts/topics.ts'
import type { LogRecord } from '../event-log/event-log.ts'
import type { CapturedTable } from './capture-map.ts'

/** A row as PostgreSQL's text by column of the source. */
export type SourceRow = Readonly<Record<string, string | null | undefined>>

/**
 * The whole row as it is after a change.
 *
 * @param at The row's version where the order of the changes is known better than the row tells; ISO 8601.
 */
export function upsertRecord(captured: CapturedTable, row: SourceRow, at?: string): LogRecord {
  const values: Record<string, string> = {}
  for (const [delivered, column] of captured.sources) {
    const text = row[column]
    if (text !== null && text !== undefined) values[delivered] = delivery(text, typeOf(captured, delivered))
  }
  for (const [delivered, value] of captured.values) values[delivered] = value
  const version = captured.contract.versionColumn
  if (version !== undefined) {
    const changedAt = at ?? values[version] ?? changedAtOf(captured, row)
    if (changedAt !== undefined) values[version] = changedAt
  }
  return record(captured, row, values, 'upsert')
}

/** A row that is gone: its key, and when it went as its version. */
export function deleteRecord(captured: CapturedTable, key: SourceRow, at: string): LogRecord {
  const { contract, keyColumns } = captured
  const values: Record<string, string> = {}
  for (const [index, name] of contract.primaryKey.entries()) {
    const text = key[keyColumns[index] ?? '']
    if (text !== null && text !== undefined) values[name] = delivery(text, typeOf(captured, name))
  }
  if (contract.versionColumn !== undefined) values[contract.versionColumn] = at
  return record(captured, key, values, 'delete')
}

function record(
  { table, contract, keyColumns }: CapturedTable,
  row: SourceRow,
  values: Record<string, string>,
  operation: 'upsert' | 'delete',
): LogRecord {
  return {
    key: JSON.stringify([table, ...keyColumns.map((column) => row[column] ?? null)]),
    value: JSON.stringify(values),
    headers: {
      [recordHeaders.schemaVersion]: String(contract.version),
      [recordHeaders.table]: table,
      ...(operation === 'delete' ? { [recordHeaders.operation]: operation } : {}),
    },
  }
}

const columnTypesOf = new WeakMap<object, Map<string, string>>()

function typeOf({ contract }: CapturedTable, delivered: string): string {
  let types = columnTypesOf.get(contract)
  if (types === undefined) {
    types = new Map(columnsOf(contract).map(({ name, column }) => [deliveredName(name, column), column.type]))
    columnTypesOf.set(contract, types)
  }
  return types.get(delivered) ?? 'text'
}

/** When a row says it changed, as contracts want times; undefined where the table has no such column. */
export function changedAtOf({ changedAt }: CapturedTable, row: SourceRow): string | undefined {
  const text = changedAt === undefined ? undefined : row[changedAt]
  return typeof text === 'string' ? delivery(text, 'timestamp') : undefined
}

/** PostgreSQL's text as contracts want it; what is of another type stays as it is, for the contract to judge. */
function delivery(text: string, type: string): string {
  if (type === 'flag') return text === 't' ? 'true' : text === 'f' ? 'false' : text
  if (type !== 'timestamp') return text
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?)?(?:\+00(?::?00)?|Z)?$/.exec(
    text,
  )
  if (parts === null) return text
  const [, date, time = '00:00:00', fraction = ''] = parts
  return `${date}T${time}.${fraction.padEnd(6, '0')}Z`
}
