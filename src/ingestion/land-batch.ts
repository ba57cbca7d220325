import { createHash } from 'node:crypto'
import { contracts } from '../contracts/all-contracts.ts'
import { bronzePartitionsOf, bronzeSchemaOf, quarantineColumns } from '../contracts/bronze-schema.ts'
import { type Contract, columnsOf } from '../contracts/contract.ts'
import type { QuarantineReason } from '../contracts/record-outcomes.ts'
import { type DuckDb, sqlIdentifier, sqlList, sqlString } from '../database/duckdb.ts'
import { type DeliveryRevision, landDeliveries } from '../lake/delivery.ts'
import { tablePath } from '../lake/layout.ts'
import { openTable } from '../lake/table.ts'
import type { Adapter, AdapterInput } from './adapters.ts'
import { landCustomerMatches } from './customer-match.ts'
import { type DeliveryCounts, deliveryKey, writeDeliveries } from './delivery-log.ts'
import type { FileFacts } from './inspect-file.ts'
import { type LoadedFiles, loadFiles, longestRawText, type RefusedRecord, unloadFiles } from './readers.ts'
import { scratchFolder } from './scratch-folders.ts'
import { type StagedOutcome, type StagedTable, stageTables } from './stage-table.ts'

/** A new or changed file, and the revision it becomes. */
export interface PendingFile {
  readonly path: string
  readonly logicalName: string
  readonly facts: FileFacts
  readonly revision: number
}

/** Files of one input that are read in one scan and enter each table in one commit. */
export interface Batch {
  readonly dataDir: string
  readonly adapter: Adapter
  readonly input: AdapterInput
  readonly files: readonly PendingFile[]
  readonly arrivedAt: Date
}

interface Delivery {
  readonly source: string
  readonly file: PendingFile
  readonly deliveryId: string
  readonly positionId: string
  readonly arrivedAt: string
}

export const deliveryIdOf = (source: string, logicalName: string, revision: number): string =>
  createHash('sha256')
    .update(JSON.stringify([source, logicalName, revision]))
    .digest('hex')
    .slice(0, 24)

/** Lands a batch: bronze and quarantine table by table, then its record in `deliveries`. */
export async function landBatch(db: DuckDb, batch: Batch): Promise<DeliveryCounts[]> {
  const { adapter, input, dataDir } = batch
  const deliveries = batch.files.map((file, index): Delivery => {
    const { logicalName, revision } = file
    return {
      source: adapter.name,
      file,
      deliveryId: deliveryIdOf(adapter.name, logicalName, revision),
      positionId: deliveryKey(adapter.name, logicalName),
      arrivedAt: microsAfter(batch.arrivedAt, index),
    }
  })
  const readable = batch.files.flatMap((file, index) =>
    file.facts.refusal === undefined ? [{ index, ...file, needsSplitting: file.facts.needsSplitting }] : [],
  )
  const loaded = await loadFiles(db, input, readable, scratchFolder(dataDir))
  const landing: Landing = {
    db,
    dataDir,
    deliveries: readable.flatMap(({ index }) => deliveries[index] ?? []),
    refusedFiles: deliveries.filter(({ file }) => file.facts.refusal !== undefined),
    loaded,
  }
  const selections = input.tables.map(({ table, file, sql }) => ({
    contract: contracts[table],
    input,
    file,
    sql,
  }))
  const staged = await stageTables(db, selections, readable.length, batch.arrivedAt)
  const unselected = await unselectedRecords(db, staged)
  const counts: DeliveryCounts[] = []
  for (const [index, table] of staged.entries()) {
    const isFirst = index === 0
    await landBronze(landing, table)
    if (table.contract.name === 'customers') {
      await landCustomerMatches(db, dataDir, table.relation, landing.deliveries.map(withEarlier))
    }
    const refused = isFirst ? loaded.refused : []
    await landQuarantine(landing, table, refused, isFirst)
    counts.push(
      ...(await countOutcomes(landing, table, adapter.name, refused, isFirst ? unselected : [], isFirst)),
    )
  }
  await writeDeliveries(db, dataDir, deliveries.map(withoutEarlier), counts)
  for (const { relation } of staged) await db.run(`DROP TABLE ${relation}`)
  await unloadFiles(db)
  return counts
}

interface Landing {
  readonly db: DuckDb
  readonly dataDir: string
  /** In the order of the loaded files. */
  readonly deliveries: readonly Delivery[]
  /** Files of which nothing could be read; what an earlier revision brought stays. */
  readonly refusedFiles: readonly Delivery[]
  readonly loaded: LoadedFiles
}

/** With the ids of all earlier revisions of the file, landed or half landed. */
const withEarlier = (delivery: Delivery): DeliveryRevision => ({
  ...withoutEarlier(delivery),
  supersedes: Array.from({ length: delivery.file.revision - 1 }, (_, index) =>
    deliveryIdOf(delivery.source, delivery.file.logicalName, index + 1),
  ),
})

const withoutEarlier = ({ deliveryId, positionId, file }: Delivery): DeliveryRevision => ({
  deliveryId,
  positionId,
  revision: file.revision,
})

async function landBronze(landing: Landing, { contract, relation }: StagedTable): Promise<void> {
  const { db, dataDir, deliveries } = landing
  const table = openTable(tablePath(dataDir, `bronze.${contract.name}`))
  await table.create({ columns: bronzeSchemaOf(contract), partitionColumns: bronzePartitionsOf(contract) })
  const sql = bronzeRows(contract, relation, deliveries)
  await landDeliveries(db, table, { deliveries: deliveries.map(withEarlier), sql })
}

/** The accepted rows with bronze's own columns; deliveries without a time of arrival have one in each row. */
export function bronzeRows(
  contract: Contract,
  relation: string,
  deliveries: readonly { deliveryId: string; arrivedAt?: string }[],
): string {
  const columns = columnsOf(contract).map(({ name }) => sqlIdentifier(name))
  const ids = sqlList(deliveries.map(({ deliveryId }) => deliveryId))
  const times = deliveries.flatMap(({ arrivedAt }) =>
    arrivedAt === undefined ? [] : [`TIMESTAMP ${sqlString(arrivedAt)}`],
  )
  const arrival =
    times.length === 0 ? '_arrived_at' : `list_extract([${times.join(', ')}], _file_index + 1) AS _arrived_at`
  const partition =
    contract.partitionBy === 'none'
      ? ''
      : `, CAST(${contract.partitionBy === 'event_date' ? sqlIdentifier(contract.eventTimeColumn) : '_arrived_at'} AS DATE) AS ${contract.partitionBy}`
  return `SELECT *${partition} FROM (
    SELECT ${columns.join(', ')}, list_extract(${ids}, _file_index + 1) AS _delivery_id, _record_number,
      ${arrival}, ${contract.version} AS _contract_version
    FROM ${relation} WHERE _outcome = 0)`
}

async function landQuarantine(
  landing: Landing,
  staged: StagedTable,
  refused: readonly RefusedRecord[],
  isFirst: boolean,
): Promise<void> {
  const { db, dataDir, deliveries, refusedFiles } = landing
  const { contract, relation } = staged
  const landed = (isFirst ? [...deliveries, ...refusedFiles] : deliveries).map(withEarlier)
  await createQuarantined(db, 'quarantined')
  const ids = sqlList(deliveries.map(({ deliveryId }) => deliveryId))
  const arrivals = `[${deliveries.map(({ arrivedAt }) => `TIMESTAMP ${sqlString(arrivedAt)}`).join(', ')}]`
  const codes = await db.rows<{ code: number }>(
    `SELECT DISTINCT _outcome AS code FROM ${relation} WHERE _outcome > 0`,
  )
  for (const { code } of codes) {
    const outcome = staged.outcomeOf(Number(code))
    if (outcome.outcome !== 'quarantined') continue
    const column = outcome.column === undefined ? 'NULL' : sqlString(outcome.column)
    await db.run(`INSERT INTO quarantined
      SELECT list_extract(${ids}, _file_index + 1), _record_number, ${sqlString(outcome.reason)}, ${column},
        left(_raw, ${longestRawText}), ${contract.version}, list_extract(${arrivals}, _file_index + 1), false, NULL, NULL, NULL
      FROM (SELECT _record, min(_record_number) AS _record_number FROM ${relation} WHERE _outcome = ${code} GROUP BY _record)
      JOIN (SELECT _record, _raw, _file_index FROM input_all) USING (_record)`)
  }
  const records = [
    ...refused.flatMap((record) => ({ record, delivery: deliveries[record.fileIndex] })),
    ...(isFirst ? refusedFiles.map((delivery) => ({ record: wholeFile(delivery), delivery })) : []),
  ]
  for (const { record, delivery } of records) {
    if (delivery === undefined) continue
    await db.run(
      'INSERT INTO quarantined VALUES ($1, $2, $3, NULL, $4, $5, CAST($6 AS TIMESTAMP), false, NULL, NULL, NULL)',
      [
        delivery.deliveryId,
        record.number,
        record.reason,
        record.raw ?? null,
        contract.version,
        delivery.arrivedAt,
      ],
    )
  }
  const [count] = await db.rows<{ rows: string }>('SELECT count(*) AS rows FROM quarantined')
  const table = openTable(tablePath(dataDir, `quarantine.${contract.name}`))
  const isReplacing = landed.some(({ supersedes = [] }) => supersedes.length > 0)
  if (Number(count?.rows) === 0 && !(isReplacing && (await table.read()) !== undefined)) return
  await table.create({ columns: quarantineColumns })
  const sql = 'SELECT * FROM quarantined'
  await landDeliveries(db, table, { deliveries: landed, sql, deliveryColumn: 'delivery_id' })
}

const wholeFile = ({ file }: Delivery): RefusedRecord => ({
  fileIndex: -1,
  number: 0,
  reason: file.facts.refusal as QuarantineReason,
  raw: undefined,
})

/** A temporary table of the columns of quarantine. */
export const createQuarantined = (db: DuckDb, name: string): Promise<void> =>
  db.run(
    `CREATE OR REPLACE TEMP TABLE ${name} (${quarantineColumns.map(({ name }) => `${name} ${quarantineType(name)}`).join(', ')})`,
  )

const quarantineTypes: Record<string, string> = {
  record_number: 'BIGINT',
  contract_version: 'BIGINT',
  quarantined_at: 'TIMESTAMP',
  resolved_at: 'TIMESTAMP',
  is_resolved: 'BOOLEAN',
}
const quarantineType = (name: string): string => quarantineTypes[name] ?? 'VARCHAR'

/** Records per file that no SELECT of the input took up. */
async function unselectedRecords(db: DuckDb, staged: readonly StagedTable[]): Promise<number[]> {
  const selected = staged.map(({ relation }) => `SELECT _record FROM ${relation}`).join(' UNION ALL ')
  const rows = await db.rows<{ file_index: number; records: string }>(
    `SELECT _file_index AS file_index, count(*) AS records FROM input_all
     WHERE _record NOT IN (${selected}) GROUP BY ALL`,
  )
  const counts: number[] = []
  for (const { file_index, records } of rows) counts[Number(file_index)] = Number(records)
  return counts
}

async function countOutcomes(
  landing: Landing,
  staged: StagedTable,
  source: string,
  refused: readonly RefusedRecord[],
  unselected: readonly number[],
  isFirst: boolean,
): Promise<DeliveryCounts[]> {
  const { db, deliveries, refusedFiles } = landing
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
    countsOf(delivery, source, staged.contract.name, tallies[index] ?? emptyTally()),
  )
  if (!isFirst) return counted
  return [
    ...counted,
    ...refusedFiles.map((delivery) =>
      countsOf(delivery, source, staged.contract.name, { ...emptyTally(), quarantined: 1 }),
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
  { file, deliveryId, arrivedAt }: Delivery,
  source: string,
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

/** Files of one landing arrive a microsecond apart, in their order, so that "earliest arrival" has one answer. */
function microsAfter(start: Date, micros: number): string {
  const at = new Date(start.getTime() + Math.floor(micros / 1000))
  return `${at.toISOString().slice(0, -1).replace('T', ' ')}${String(micros % 1000).padStart(3, '0')}`
}
