import { PlatformError } from '../../contracts/errors.ts'
import { type Postgres, postgresIdentifier } from '../../database/postgres.ts'
import type { CapturedTable } from './capture-map.ts'
import type { SourceRow } from './change-records.ts'

export interface QueryPage {
  readonly rows: readonly SourceRow[]
  /** Where the next page begins. */
  readonly cursor: readonly (string | null)[] | undefined
}

/**
 * Changes up to this instant can no longer appear: whoever writes under an older time of change has finished. The
 * server's clock counts; `settleMs` is for shops whose software sets the time of change by a clock of its own.
 */
export async function settledUntil(source: Postgres, settleMs: number): Promise<string> {
  const [row] = await source.rows<{ until: string }>(
    `select least(
       now(),
       (select min(xact_start) from pg_stat_activity
        where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()),
       (select now() - interval '60 seconds' from pg_stat_activity
        where datname = current_database() and query = '<insufficient privilege>' limit 1)
     ) - make_interval(secs => $1::double precision / 1000) as until`,
    [String(settleMs)],
  )
  return row?.until ?? ''
}

/**
 * The next rows of a table in the order of (time of change, key), from `cursor` on and before `until`. Without a
 * time of change rows are read by key alone: a copy of the table as it stands.
 */
export async function queryPage(
  source: Postgres,
  captured: CapturedTable,
  cursor: readonly (string | null)[] | undefined,
  until: string,
  limit: number,
): Promise<QueryPage> {
  const order = orderOf(captured)
  const columns = captured.columns.map(
    ({ name }) => `${postgresIdentifier(name)}::text as ${postgresIdentifier(name)}`,
  )
  const parameters: (string | null)[] = []
  const conditions: string[] = []
  if (captured.changedAt !== undefined) {
    parameters.push(until)
    conditions.push(`${postgresIdentifier(captured.changedAt)} < $1::timestamptz`)
  }
  if (cursor !== undefined) {
    const placeholders = order.map(({ type }, index) => `$${parameters.length + index + 1}::${type}`)
    parameters.push(...cursor)
    conditions.push(
      `(${order.map(({ name }) => postgresIdentifier(name)).join(', ')}) > (${placeholders.join(', ')})`,
    )
  }
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  const rows = await source.rows<SourceRow>(
    `select ${columns.join(', ')} from ${qualified(captured)} as t ${where}
     order by ${order.map(({ name }) => `t.${postgresIdentifier(name)}`).join(', ')} limit ${limit}`,
    parameters,
  )
  const last = rows.at(-1)
  return { rows, cursor: last === undefined ? cursor : order.map(({ name }) => last[name] ?? null) }
}

/** @throws {PlatformError} `config.invalid` when a table tells no time of change, so that changes cannot be asked for. */
export function requireChangedAt({ changedAt, schema, name }: CapturedTable): void {
  if (changedAt !== undefined) return
  throw new PlatformError(
    'config.invalid',
    `capture: ${schema}.${name} has no column that tells when a row changed; name one as changedAt in the map, or use --mode replication`,
  )
}

/** The row of a key as it is now; undefined when it is gone. */
export async function currentRow(
  source: Postgres,
  captured: CapturedTable,
  row: SourceRow,
): Promise<SourceRow | undefined> {
  const types = new Map(captured.columns.map(({ name, type }) => [name, type]))
  const columns = captured.columns.map(
    ({ name }) => `${postgresIdentifier(name)}::text as ${postgresIdentifier(name)}`,
  )
  const conditions = captured.keyColumns.map(
    (column, index) => `${postgresIdentifier(column)} = $${index + 1}::${types.get(column)}`,
  )
  const found = await source.rows<SourceRow>(
    `select ${columns.join(', ')} from ${qualified(captured)} where ${conditions.join(' and ')} limit 1`,
    captured.keyColumns.map((column) => row[column] ?? null),
  )
  return found[0]
}

const qualified = ({ schema, name }: CapturedTable): string =>
  `${postgresIdentifier(schema)}.${postgresIdentifier(name)}`

function orderOf({ columns, keyColumns, changedAt }: CapturedTable): { name: string; type: string }[] {
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  const names = [...new Set([...(changedAt === undefined ? [] : [changedAt]), ...keyColumns])]
  return names.map((name) => ({ name, type: types.get(name) ?? 'text' }))
}
