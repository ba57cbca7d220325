import { bronzePartitionsOf, bronzeSchemaOf, deliveryColumns } from '../../contracts/bronze-schema.ts'
import type { Contract } from '../../contracts/contract.ts'
import { PlatformError } from '../../contracts/errors.ts'
import { type DuckDb, sqlString } from '../../database/duckdb.ts'
import { type DeliveryRevision, landDeliveries } from '../../lake/delivery.ts'
import { tablePath } from '../../lake/layout.ts'
import { scanSql } from '../../lake/scan.ts'
import { type CommitResult, type LakeTable, openTable, type TableState } from '../../lake/table.ts'
import { landCustomerMatches } from '../customer-match.ts'
import { type DeliveryCounts, deliveryRows } from '../delivery-log.ts'
import { matchesRelation, type TableShare } from './judge-part.ts'
import type { LogBatch } from './log-batch.ts'
import { logicalNameOf, positionIdOf } from './log-delivery.ts'
import { deliveriesTable } from './log-positions.ts'
import { dropRepeated } from './repeated-events.ts'

/** The positions a lander left each table at; whoever finds others has been overtaken. */
export type OwnPositions = Map<string, Map<string, number>>

/**
 * Enters a batch into every table it feeds: rows, then refused records, then, last, its part of the record of
 * deliveries. Each commit carries the positions reached; a table that has come as far is left alone.
 *
 * @param own Brought up to date by every commit.
 * @throws {PlatformError} `lease.lost` when another lander came first: its records are landed, by the other.
 */
export async function landLogBatch(
  db: DuckDb,
  dataDir: string,
  batch: LogBatch,
  own: OwnPositions,
): Promise<DeliveryCounts[]> {
  await batch.flush()
  const topic = batch.landed.name
  const revisions = batch.slices.map(
    ({ partition, deliveryId, nextOffset }): DeliveryRevision => ({
      deliveryId,
      positionId: positionIdOf(topic, partition),
      revision: nextOffset,
    }),
  )
  const deliveries = openTable(tablePath(dataDir, deliveriesTable))
  await deliveries.create({ columns: deliveryColumns })
  const enter = async (
    name: string,
    land: (table: LakeTable, expected: Expected) => Promise<CommitResult>,
  ) => {
    await assertFirst(deliveries, deliveriesTable, revisions, own)
    const table = openTable(tablePath(dataDir, name))
    const expected = expectedOf(name, revisions, own)
    const result = await land(table, expected).catch(async (error) => {
      await assertFirst(table, name, revisions, own)
      throw error
    })
    const known = own.get(name) ?? new Map()
    for (const { positionId, revision } of revisions)
      known.set(positionId, Math.max(revision, known.get(positionId) ?? 0))
    own.set(name, known)
    return result
  }

  const counts: DeliveryCounts[] = []
  for (const share of batch.shares) {
    const { contract } = share
    if (contract !== undefined && !batch.landed.isDeadLetter) {
      await landRows(db, dataDir, batch, share, contract, revisions, enter)
    }
    await landRefused(share, revisions, enter)
    counts.push(...countsOf(batch, share))
  }
  const replacing = revisions.map((revision) => ({ ...revision, supersedes: [revision.deliveryId] }))
  const finished = await enter(deliveriesTable, (table, expectedPositions) =>
    landDeliveries(db, table, {
      deliveries: replacing,
      sql: (state) => grownDeliveries(counts, revisions, state),
      deliveryColumn: 'delivery_id',
      expectedPositions,
    }),
  )
  if (!finished.committed) throw overtaken(deliveriesTable, topic)
  return counts
}

type Expected = Readonly<Record<string, number | undefined>>
type Enter = (
  name: string,
  land: (table: LakeTable, expected: Expected) => Promise<CommitResult>,
) => Promise<CommitResult>

const expectedOf = (name: string, revisions: readonly DeliveryRevision[], own: OwnPositions): Expected =>
  Object.fromEntries(revisions.map(({ positionId }) => [positionId, own.get(name)?.get(positionId)]))

const reachedBy = (revisions: readonly DeliveryRevision[]): Readonly<Record<string, number>> =>
  Object.fromEntries(revisions.map(({ positionId, revision }) => [positionId, revision]))

/** Whether the table stands where this lander left it. */
async function assertFirst(
  table: LakeTable,
  name: string,
  revisions: readonly DeliveryRevision[],
  own: OwnPositions,
): Promise<void> {
  const state = await table.read()
  for (const { positionId } of revisions) {
    if (state?.positions.get(positionId) !== own.get(name)?.get(positionId)) throw overtaken(name, positionId)
  }
}

const overtaken = (table: string, position: string) =>
  new PlatformError(
    'lease.lost',
    `lander: another lander has moved ${table} on in ${position}, so this one stops; nothing is lost or doubled. Leave one of them running`,
  )

async function landRows(
  db: DuckDb,
  dataDir: string,
  batch: LogBatch,
  share: TableShare,
  contract: Contract,
  revisions: readonly DeliveryRevision[],
  enter: Enter,
): Promise<void> {
  const table = openTable(tablePath(dataDir, `bronze.${contract.name}`))
  await table.create({ columns: bronzeSchemaOf(contract), partitionColumns: bronzePartitionsOf(contract) })
  await dropRepeated(db, table, share, batch)
  const adds = share.parts.flat()
  const positions = reachedBy(revisions)
  await enter(`bronze.${contract.name}`, (_, expectedPositions) =>
    table.commit(() => ({ adds, positions, expectedPositions, operation: 'LAND' })),
  )
  if (contract.name === 'customers') await landCustomerMatches(db, dataDir, matchesRelation, revisions)
}

async function landRefused(
  { table: name, refused }: TableShare,
  revisions: readonly DeliveryRevision[],
  enter: Enter,
): Promise<void> {
  if (refused.length === 0) return
  const positions = reachedBy(revisions)
  await enter(`quarantine.${name}`, (table, expectedPositions) =>
    table.commit(() => ({ adds: refused, positions, expectedPositions, operation: 'LAND' })),
  )
}

function countsOf(batch: LogBatch, { table, tallies }: TableShare): DeliveryCounts[] {
  return batch.slices.flatMap((slice, index) => {
    const tally = tallies[index]
    if (tally === undefined) return []
    return {
      deliveryId: slice.deliveryId,
      source: batch.landed.name,
      logicalName: logicalNameOf(slice.partition, slice.day),
      revision: slice.nextOffset,
      table,
      sha256: '',
      read: tally.accepted + tally.duplicate + tally.quarantined,
      dropped: 0,
      droppedReasons: {},
      arrivedAt: new Date(slice.lastArrivalMs).toISOString().slice(0, -1).replace('T', ' '),
      ...tally,
    }
  })
}

/** What the record of deliveries has of the batch's deliveries, with the batch's counts added. */
function grownDeliveries(
  counts: readonly DeliveryCounts[],
  revisions: readonly DeliveryRevision[],
  state: TableState,
): string {
  const ids = revisions.map(({ deliveryId }) => sqlString(deliveryId)).join(', ')
  const names = deliveryColumns.map(({ name }) => name).join(', ')
  const files = state.files.filter(({ tags }) => {
    const tagged = tags?.deliveries?.split(' ')
    return tagged === undefined || revisions.some(({ deliveryId }) => tagged.includes(deliveryId))
  })
  return `SELECT delivery_id, source, logical_name, max(revision) AS revision, table_name, '' AS sha256,
      any_value(adapter) AS adapter, sum(bytes) AS bytes, sum(records_read) AS records_read, sum(accepted) AS accepted,
      sum(duplicate) AS duplicate, sum(dropped) AS dropped, sum(quarantined) AS quarantined,
      any_value(dropped_reasons) AS dropped_reasons, max(arrived_at) AS arrived_at, min(event_from) AS event_from,
      max(event_to) AS event_to
    FROM (${deliveryRows(counts)} UNION ALL SELECT ${names} FROM (${scanSql(state, files)}) WHERE delivery_id IN (${ids}))
    GROUP BY delivery_id, source, logical_name, table_name`
}
