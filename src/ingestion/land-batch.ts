import { contracts } from '../contracts/all-contracts.ts'
import { bronzePartitionsOf, bronzeSchemaOf, quarantineColumns } from '../contracts/bronze-schema.ts'
import { type Contract, columnsOf } from '../contracts/contract.ts'
import type { QuarantineReason } from '../contracts/record-outcomes.ts'
import { type DuckDb, sqlIdentifier, sqlList, sqlString } from '../database/duckdb.ts'
import { landDeliveries } from '../lake/delivery.ts'
import { tablePath } from '../lake/layout.ts'
import { openTable } from '../lake/table.ts'
import type { Adapter, AdapterInput } from './adapters.ts'
import { countOutcomes, unselectedRecords } from './count-outcomes.ts'
import { landCustomerMatches } from './customer-match.ts'
import { type DeliveryCounts, writeDeliveries } from './delivery-log.ts'
import {
  type Delivery,
  deliveryOf,
  type PendingFile,
  withEarlier,
  withoutEarlier,
} from './pending-delivery.ts'
import { type LoadedFiles, loadFiles, unloadFiles } from './readers.ts'
import { longestRawText, type RefusedRecord } from './reading/raw-records.ts'
import { scratchFolder } from './scratch-folders.ts'
import { type StagedTable, stageTables } from './stage-table.ts'

/** Files of one input that are read in one scan and enter each table in one commit. */
export interface Batch {
  readonly dataDir: string
  readonly adapter: Adapter
  readonly input: AdapterInput
  readonly files: readonly PendingFile[]
  readonly arrivedAt: Date
}

/** Lands a batch: bronze and quarantine table by table, then its record in `deliveries`. */
export async function landBatch(db: DuckDb, batch: Batch): Promise<DeliveryCounts[]> {
  const { adapter, input, dataDir } = batch
  const deliveries = batch.files.map((file, index) => deliveryOf(adapter.name, file, batch.arrivedAt, index))
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
      ...(await countOutcomes(db, table, {
        ...landing,
        refused,
        refusedFiles: isFirst ? landing.refusedFiles : [],
        unselected: isFirst ? unselected : [],
      })),
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
  await db.run(`CREATE OR REPLACE TEMP TABLE quarantined (${quarantinedColumns})`)
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

const quarantineTypes: Record<string, string> = {
  record_number: 'BIGINT',
  contract_version: 'BIGINT',
  quarantined_at: 'TIMESTAMP',
  resolved_at: 'TIMESTAMP',
  is_resolved: 'BOOLEAN',
}
const quarantineType = (name: string): string => quarantineTypes[name] ?? 'VARCHAR'

/** Columns of a relation with rows for quarantine, as DDL. */
export const quarantinedColumns: string = quarantineColumns
  .map(({ name }) => `${name} ${quarantineType(name)}`)
  .join(', ')
