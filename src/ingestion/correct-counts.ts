import type { TableName } from '../contracts/all-contracts.ts'
import { type DuckDb, sqlString } from '../database/duckdb.ts'
import { tablePath } from '../lake/layout.ts'
import { scanSql } from '../lake/scan.ts'
import { openTable } from '../lake/table.ts'

/** Position of `bronze.deliveries`: up to which moment, in microseconds, resolved records are in the counts. */
const positionId = (table: string, deliveryId: string): string => `replay/${table}/${deliveryId}`

/**
 * Moves records that quarantine has marked as resolved from `quarantined` to what they became. What was counted
 * before is left alone, so that a replay that was cut short is counted by the next. A file's rows are counted anew,
 * because a record may be several; a log's are not, because its delivery goes on growing.
 */
export async function correctCounts(db: DuckDb, dataDir: string, table: TableName): Promise<void> {
  const quarantine = await openTable(tablePath(dataDir, `quarantine.${table}`)).read()
  const log = openTable(tablePath(dataDir, 'bronze.deliveries'))
  const bronze = await openTable(tablePath(dataDir, `bronze.${table}`)).read()
  if (quarantine === undefined || (await log.read()) === undefined || bronze === undefined) return
  if (!quarantine.columns.some(({ name }) => name === 'resolved_as')) return
  const resolved = await db.rows<{ delivery_id: string; until: string }>(
    `SELECT delivery_id, epoch_us(max(resolved_at)) AS until FROM (${scanSql(quarantine)})
     WHERE resolved_as IS NOT NULL GROUP BY ALL`,
  )
  await log.commit(async (deliveries) => {
    const countedUntil = (deliveryId: string) => deliveries.positions.get(positionId(table, deliveryId)) ?? 0
    const uncounted = resolved.filter(({ delivery_id, until }) => Number(until) > countedUntil(delivery_id))
    if (uncounted.length === 0) return null
    const since = uncounted.map(
      ({ delivery_id }) => `(${sqlString(delivery_id)}, ${countedUntil(delivery_id)})`,
    )
    await db.run(`CREATE OR REPLACE TEMP TABLE corrections AS
      WITH since(delivery_id, counted_until) AS (VALUES ${since.join(', ')}),
      moved AS (
        SELECT delivery_id, count(*) AS records, count(*) FILTER (resolved_as = 'duplicate') AS duplicate,
          count(*) FILTER (resolved_as = 'dropped') AS dropped
        FROM (${scanSql(quarantine)}) JOIN since USING (delivery_id)
        WHERE resolved_as IS NOT NULL AND epoch_us(resolved_at) > counted_until GROUP BY ALL),
      landed AS (
        SELECT _delivery_id AS delivery_id, count(*) AS accepted FROM (${scanSql(bronze)})
        WHERE _delivery_id IN (SELECT delivery_id FROM since) GROUP BY ALL)
      SELECT delivery_id, ${sqlString(table)} AS table_name, coalesce(landed.accepted, 0) AS now_accepted,
        moved.duplicate AS more_duplicate, moved.dropped AS more_dropped, moved.records AS moved
      FROM moved LEFT JOIN landed USING (delivery_id)`)
    const names = deliveries.columns.map(({ name }) => name).join(', ')
    const adds = await log.writeFiles(
      db,
      `SELECT ${names} FROM (
         SELECT * REPLACE (accepted + duplicate + dropped + quarantined AS records_read) FROM (
           SELECT * REPLACE (CASE WHEN sha256 = '' THEN accepted + moved - more_duplicate - more_dropped ELSE now_accepted END AS accepted,
             duplicate + more_duplicate AS duplicate, dropped + more_dropped AS dropped,
             greatest(quarantined - moved, 0) AS quarantined)
           FROM (${scanSql(deliveries)}) JOIN corrections USING (delivery_id, table_name)))
       UNION ALL SELECT ${names} FROM (${scanSql(deliveries)}) ANTI JOIN corrections USING (delivery_id, table_name)`,
    )
    const positions = Object.fromEntries(
      uncounted.map(({ delivery_id, until }) => [positionId(table, delivery_id), Number(until)]),
    )
    return { adds, removes: deliveries.files, positions, operation: 'CORRECT DELIVERIES' }
  })
}
