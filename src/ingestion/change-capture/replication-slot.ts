import { PlatformError } from '../../contracts/errors.ts'
import { type Postgres, placeOf, postgresIdentifier } from '../../database/postgres.ts'
import type { CapturedTable } from './capture-map.ts'
import type { CaptureProgress } from './capture-progress.ts'

/**
 * Makes the publication, or adds the tables it lacks.
 * @throws {PlatformError} `config.invalid` with the SQL to run when this user may not.
 */
export async function ensurePublication(
  source: Postgres,
  url: string,
  name: string,
  tables: readonly CapturedTable[],
): Promise<void> {
  const quoted = (captured: CapturedTable) =>
    `${postgresIdentifier(captured.schema)}.${postgresIdentifier(captured.name)}`
  const [level] = await source.rows<{ setting: string }>(`select current_setting('wal_level') as setting`)
  if (level?.setting !== 'logical')
    throw new PlatformError(
      'config.invalid',
      `capture: ${placeOf(url)} has wal_level ${level?.setting}, replication needs logical: ALTER SYSTEM SET wal_level = logical, restart the server, or use --mode queries`,
    )
  const published = await source.rows<{ schemaname: string; tablename: string }>(
    'select schemaname, tablename from pg_publication_tables where pubname = $1',
    [name],
  )
  const [exists] = await source.rows('select 1 from pg_publication where pubname = $1', [name])
  const missing = tables.filter(
    (captured) =>
      !published.some(
        ({ schemaname, tablename }) => schemaname === captured.schema && tablename === captured.name,
      ),
  )
  if (missing.length === 0) return
  const list = missing.map(quoted).join(', ')
  const publication = postgresIdentifier(name)
  const sql =
    exists === undefined
      ? `create publication ${publication} for table ${list}`
      : `alter publication ${publication} add table ${list}`
  try {
    await source.rows(sql)
  } catch (error) {
    throw new PlatformError(
      'config.invalid',
      `capture: this user may not publish the tables; let their owner run: ${sql}`,
      { cause: error },
    )
  }
}

/**
 * Makes the replication slot at the first start.
 * @throws {PlatformError} `source.unavailable` when a slot that was there has gone, with what changed since.
 */
export async function ensureSlot(
  source: Postgres,
  url: string,
  name: string,
  progress: CaptureProgress,
): Promise<void> {
  const [slot] = await source.rows<{ wal_status: string | null; plugin: string; active: string }>(
    'select wal_status, plugin, active from pg_replication_slots where slot_name = $1',
    [name],
  )
  if (progress.slot !== undefined && (slot === undefined || slot.wal_status === 'lost'))
    throw new PlatformError(
      'source.unavailable',
      `capture: the replication slot ${name} of ${placeOf(url)} has gone, and with it the changes since; delete capture/state.json in the data folder to copy the source anew (rows deleted meanwhile stay)`,
    )
  if (slot !== undefined && slot.plugin !== 'pgoutput')
    throw new PlatformError(
      'config.invalid',
      `capture: the replication slot ${name} uses ${slot.plugin}, expected pgoutput; choose another name with --slot`,
    )
  if (slot !== undefined && (slot.active === 't' || slot.active === 'true'))
    throw new PlatformError(
      'lease.held',
      `capture: the replication slot ${name} of ${placeOf(url)} is followed by another process; stop it first`,
    )
  if (progress.slot !== undefined && slot !== undefined) return refuseFuturePosition(source, url, progress)
  const [clock] = await source.rows<{ at: string }>(
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
  )
  if (slot === undefined)
    await source.rows(`select pg_create_logical_replication_slot($1, 'pgoutput')`, [name])
  await progress.setSlot({ name, madeAt: clock?.at ?? '' })
}

/** A server that was set back to an earlier state would be asked for changes it has not made yet, and skip others. */
async function refuseFuturePosition(
  source: Postgres,
  url: string,
  { position }: CaptureProgress,
): Promise<void> {
  if (position === undefined) return
  const [ahead] = await source.rows('select 1 where $1::pg_lsn > pg_current_wal_insert_lsn()', [position])
  if (ahead === undefined) return
  throw new PlatformError(
    'source.unavailable',
    `capture: ${placeOf(url)} is at an earlier point than what was captured from it; it was restored from a backup. Delete capture/state.json in the data folder to copy it anew`,
  )
}
