import { type DuckDb, sqlIdentifier } from '../database/duckdb.ts'
import type { DeliveryCounts } from './delivery-log.ts'
import type { Delivery } from './pending-delivery.ts'
import type { RefusedRecord } from './reading/raw-records.ts'
import type { StagedOutcome, StagedTable } from './stage-table.ts'

/** Records per file that no SELECT of the input took up. */
export async function unselectedRecords(db: DuckDb, staged: readonly StagedTable[]): Promise<number[]> {
  const selected = staged.map(({ relation }) => `SELECT _record FROM ${relation}`).join(' UNION ALL ')
  const rows = await db.rows<{ file_index: number; records: string }>(
    `SELECT _file_index AS file_index, count(*) AS records FROM input_all
     WHERE _record NOT IN (${selected}) GROUP BY ALL`,
  )
  const counts: number[] = []
  for (const { file_index, records } of rows) counts[Number(file_index)] = Number(records)
  return counts
}

/** What a table's share of the records is beside its staged rows. */
interface LandedRecords {
  /** In the order of the loaded files. */
  readonly deliveries: readonly Delivery[]
  /** Records that could not be read. */
  readonly refused: readonly RefusedRecord[]
  /** Files of which nothing could be read. */
  readonly refusedFiles: readonly Delivery[]
  /** By file: records that no SELECT took up. */
  readonly unselected: readonly number[]
}

/** What became of each delivery's records for a table. */
export async function countOutcomes(
  db: DuckDb,
  staged: StagedTable,
  { deliveries, refused, refusedFiles, unselected }: LandedRecords,
): Promise<DeliveryCounts[]> {
  const time = sqlIdentifier(staged.contract.eventTimeColumn)
  const rows = await db.rows<{
    file_index: number
    code: number
    records: string
    first: string | null
    last: string | null
  }>(
    `SELECT _file_index AS file_index, _outcome AS code, count(*) AS records,
       CAST(min(${time}) AS TIMESTAMP) AS first, CAST(max(${time}) AS TIMESTAMP) AS last
     FROM ${staged.relation} GROUP BY ALL`,
  )
  const tallies = deliveries.map(() => emptyTally())
  for (const { file_index, code, records, first, last } of rows) {
    const tally = tallies[Number(file_index)]
    if (tally === undefined) continue
    addOutcome(tally, staged.outcomeOf(Number(code)), Number(records))
    if (Number(code) === 0) {
      tally.eventFrom = first ?? undefined
      tally.eventTo = last ?? undefined
    }
  }
  for (const { fileIndex } of refused) {
    const tally = tallies[fileIndex]
    if (tally !== undefined) tally.quarantined += 1
  }
  for (const [index, records] of unselected.entries()) {
    const tally = tallies[index]
    if (tally !== undefined && records > 0)
      addOutcome(tally, { outcome: 'dropped', reason: 'not_selected' }, records)
  }
  const counted = deliveries.map((delivery, index) =>
    countsOf(delivery, staged.contract.name, tallies[index] ?? emptyTally()),
  )
  return [
    ...counted,
    ...refusedFiles.map((delivery) =>
      countsOf(delivery, staged.contract.name, { ...emptyTally(), quarantined: 1 }),
    ),
  ]
}

interface Tally {
  accepted: number
  duplicate: number
  dropped: number
  quarantined: number
  droppedReasons: Record<string, number>
  eventFrom: string | undefined
  eventTo: string | undefined
}

const emptyTally = (): Tally => ({
  accepted: 0,
  duplicate: 0,
  dropped: 0,
  quarantined: 0,
  droppedReasons: {},
  eventFrom: undefined,
  eventTo: undefined,
})

function addOutcome(tally: Tally, outcome: StagedOutcome, records: number): void {
  tally[outcome.outcome] += records
  if (outcome.outcome === 'dropped') {
    tally.droppedReasons[outcome.reason] = (tally.droppedReasons[outcome.reason] ?? 0) + records
  }
}

function countsOf(
  { source, file, deliveryId, arrivedAt }: Delivery,
  table: string,
  tally: Tally,
): DeliveryCounts {
  return {
    deliveryId,
    source,
    logicalName: file.logicalName,
    revision: file.revision,
    table,
    sha256: file.facts.sha256,
    bytes: file.facts.bytes,
    read: tally.accepted + tally.duplicate + tally.dropped + tally.quarantined,
    arrivedAt,
    ...tally,
  }
}
