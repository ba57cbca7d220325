import { deliveryColumns } from '../contracts/bronze-schema.ts'
import { type DuckDb, sqlString } from '../database/duckdb.ts'
import { type DeliveryRevision, landDeliveries } from '../lake/delivery.ts'
import { tablePath } from '../lake/layout.ts'
import { scanSql } from '../lake/scan.ts'
import { openTable } from '../lake/table.ts'

/** What became of one delivery's records for one table; read = accepted + duplicate + dropped + quarantined. */
export interface DeliveryCounts {
  readonly deliveryId: string
  readonly source: string
  readonly logicalName: string
  readonly revision: number
  readonly table: string
  readonly sha256: string
  readonly bytes: number
  readonly read: number
  readonly accepted: number
  readonly duplicate: number
  readonly dropped: number
  readonly quarantined: number
  readonly droppedReasons: Readonly<Record<string, number>>
  readonly arrivedAt: string
  readonly eventFrom: string | undefined
  readonly eventTo: string | undefined
}

/** The newest finished revision of a source's file. */
export interface KnownDelivery {
  readonly revision: number
  readonly sha256: string
}

export const deliveryKey = (source: string, logicalName: string): string => `${source}/${logicalName}`

export async function readKnownDeliveries(db: DuckDb, dataDir: string): Promise<Map<string, KnownDelivery>> {
  const state = await openTable(tablePath(dataDir, 'bronze.deliveries')).read()
  const known = new Map<string, KnownDelivery>()
  if (state === undefined) return known
  const rows = await db.rows<{ source: string; logical_name: string; revision: string; sha256: string }>(
    `SELECT source, logical_name, max(revision) AS revision, max_by(sha256, revision) AS sha256
     FROM (${scanSql(state)}) GROUP BY ALL`,
  )
  for (const { source, logical_name, revision, sha256 } of rows) {
    known.set(deliveryKey(source, logical_name), { revision: Number(revision), sha256 })
  }
  return known
}

/** Records finished deliveries: the last commit of a batch, so that what lacks here is landed again. */
export async function writeDeliveries(
  db: DuckDb,
  dataDir: string,
  revisions: readonly DeliveryRevision[],
  counts: readonly DeliveryCounts[],
): Promise<void> {
  const table = openTable(tablePath(dataDir, 'bronze.deliveries'))
  await table.create({ columns: deliveryColumns })
  await landDeliveries(db, table, {
    deliveries: revisions,
    sql: deliveryRows(counts),
    deliveryColumn: 'delivery_id',
  })
}

/** Counts as rows of the record of deliveries. */
export function deliveryRows(counts: readonly DeliveryCounts[]): string {
  const time = (at: string | undefined) => (at === undefined ? 'NULL' : `TIMESTAMP ${sqlString(at)}`)
  const rows = counts.map((delivery) => {
    const texts = [delivery.deliveryId, delivery.source, delivery.logicalName].map(sqlString)
    const outcomes = [
      delivery.read,
      delivery.accepted,
      delivery.duplicate,
      delivery.dropped,
      delivery.quarantined,
    ]
    return `(${[
      ...texts,
      delivery.revision,
      sqlString(delivery.table),
      sqlString(delivery.sha256),
      sqlString(delivery.source),
      delivery.bytes,
      ...outcomes,
      sqlString(JSON.stringify(delivery.droppedReasons)),
      time(delivery.arrivedAt),
      time(delivery.eventFrom),
      time(delivery.eventTo),
    ].join(', ')})`
  })
  const names = deliveryColumns.map(({ name }) => name).join(', ')
  return `SELECT * FROM (VALUES ${rows.join(', ')}) AS delivered(${names})`
}
