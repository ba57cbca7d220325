import type { Postgres } from '../../src/database/postgres.ts'
import type { EventLog, StoredRecord } from '../../src/ingestion/event-log/event-log.ts'

/** All records of a topic. */
export async function recordsOf(log: EventLog, topic: string): Promise<StoredRecord[]> {
  const reader = await log.openReader(topic, {})
  const records: StoredRecord[] = []
  for (;;) {
    const some = await reader.next({ maxWaitMs: 50 })
    if (some.length === 0) break
    records.push(...some)
  }
  await reader.close()
  return records
}

/**
 * What a reader of the changes knows in the end: by table and key the values of the highest version, the later one of
 * equals; deleted keys are left out.
 */
export function foldedChanges(records: readonly StoredRecord[], table: string): Record<string, string>[] {
  const newest = new Map<string, { version: string; values: Record<string, string>; isDeleted: boolean }>()
  const ordered = records.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset)
  for (const { key, value, headers } of ordered) {
    if (headers.table !== table) continue
    const { updated_at: version = '', ...values } = JSON.parse(value) as Record<string, string>
    const known = newest.get(key ?? '')
    if (known !== undefined && known.version > version) continue
    newest.set(key ?? '', { version, values, isDeleted: headers.operation === 'delete' })
  }
  return [...newest].flatMap(([, { values, isDeleted }]) => (isDeleted ? [] : [values])).sort(byText)
}

/** The same of the table itself. */
export async function rowsOf(source: Postgres, table: string): Promise<Record<string, string>[]> {
  const rows = await source.rows<{ row: string }>(
    `select (jsonb_strip_nulls(to_jsonb(t)) - 'updated_at')::text as row from ${table} as t`,
  )
  return rows
    .map(({ row }) =>
      Object.fromEntries(
        Object.entries(JSON.parse(row) as Record<string, unknown>).map(([name, value]) => [
          name,
          String(value),
        ]),
      ),
    )
    .sort(byText)
}

const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
