import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contracts, type TableName } from '../contracts/all-contracts.ts'
import { bronzePartitionsOf, bronzeSchemaOf, quarantineColumns } from '../contracts/bronze-schema.ts'
import type { Contract } from '../contracts/contract.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../database/duckdb.ts'
import { bronzeScanSql } from '../lake/bronze-scan.ts'
import { tablePath } from '../lake/layout.ts'
import { scanSql } from '../lake/scan.ts'
import { type LakeTable, openTable, type TableState } from '../lake/table.ts'
import { defineSourceMacros } from './adapter-macros.ts'
import { type Adapter, type AdapterInput, loadAdapters } from './adapters.ts'
import { correctCounts } from './correct-counts.ts'
import { defineLanding } from './define-landing.ts'
import { deliveryKey } from './delivery-log.ts'
import { bronzeRows } from './land-batch.ts'
import type { LandingOptions } from './land-sources.ts'
import { landedInput, reloadFile } from './landed-file.ts'
import { type LandedTopic, landedTopicOf } from './lander/log-delivery.ts'
import { stageKeptRecords } from './lander/stage-kept-records.ts'
import { openRecordsSql } from './quarantine.ts'
import { loadFiles } from './readers.ts'
import { scratchFolder } from './scratch-folders.ts'
import { type StagedTable, stageTables } from './stage-table.ts'

export interface ReplayResult {
  readonly attempted: number
  /** In bronze or counted otherwise (duplicate, dropped) by this replay. */
  readonly resolved: number
  readonly stillRefused: number
}

interface OpenDelivery {
  readonly table: TableName
  readonly deliveryId: string
  readonly source: string
  readonly logicalName: string
  readonly revision: number
  readonly sha256: string
  readonly arrivedAt: string
}

/**
 * Judges quarantined records anew with the adapters and contracts as they are, from the raw file while it is kept,
 * else from the kept text. Those accepted join their delivery in bronze; replaying again changes nothing, and
 * goes on where a replay was cut short.
 */
export async function replayQuarantine(options: LandingOptions & { table?: string }): Promise<ReplayResult> {
  const adapters = await loadAdapters(options.adapterDirs)
  const db = await options.db.connect()
  const total = { attempted: 0, resolved: 0, stillRefused: 0 }
  try {
    await defineLanding(db, options)
    for (const table of Object.keys(contracts) as TableName[]) {
      if (options.table !== undefined && options.table !== table) continue
      for await (const delivery of openDeliveries(db, options.dataDir, table)) {
        const attempted = await countRows(db, 'open_records')
        total.attempted += attempted
        const resolved = await replayDelivery(db, options, adapters, delivery)
        total.resolved += resolved
        total.stillRefused += attempted - resolved
      }
      await correctCounts(db, options.dataDir, table)
    }
    return total
  } finally {
    db.close()
  }
}

/** Deliveries with open records of a table; before each is yielded, `open_records` holds its records. */
async function* openDeliveries(db: DuckDb, dataDir: string, table: TableName): AsyncGenerator<OpenDelivery> {
  const refused = openTable(tablePath(dataDir, `quarantine.${table}`))
  const deliveries = await openTable(tablePath(dataDir, 'bronze.deliveries')).read()
  if ((await refused.read()) === undefined || deliveries === undefined) return
  const quarantine = await refused.create({ columns: quarantineColumns })
  await db.run(`CREATE OR REPLACE TEMP TABLE all_open_records AS ${openRecordsSql(quarantine)}`)
  const rows = await db.rows<Record<string, string>>(
    `SELECT delivery_id, source, logical_name, revision, sha256, arrived_at FROM (${scanSql(deliveries)})
     WHERE table_name = ${sqlString(table)} AND delivery_id IN (SELECT delivery_id FROM all_open_records)
     ORDER BY arrived_at, delivery_id`,
  )
  for (const row of rows) {
    const deliveryId = row.delivery_id ?? ''
    await db.run(`CREATE OR REPLACE TEMP TABLE open_records AS
      FROM all_open_records WHERE delivery_id = ${sqlString(deliveryId)} ORDER BY record_number`)
    yield {
      table,
      deliveryId,
      source: row.source ?? '',
      logicalName: row.logical_name ?? '',
      revision: Number(row.revision),
      sha256: row.sha256 ?? '',
      arrivedAt: row.arrived_at ?? '',
    }
  }
}

async function replayDelivery(
  db: DuckDb,
  options: LandingOptions,
  adapters: readonly Adapter[],
  delivery: OpenDelivery,
): Promise<number> {
  const landed = landedTopicOf(delivery.source)
  if (landed !== undefined) return replayOfLog(db, options, landed, delivery)
  const adapter = adapters.find(({ name }) => name === delivery.source)
  const input = adapter === undefined ? undefined : landedInput(adapter, delivery, delivery.table)
  const select = input?.tables.find(({ table }) => table === delivery.table)
  if (adapter === undefined || input === undefined || select === undefined) return 0
  const contract = contracts[delivery.table]
  await defineSourceMacros(db, adapter, options.shop)
  const scratchDir = scratchFolder(options.dataDir)
  await mkdir(scratchDir, { recursive: true })
  try {
    const reread = await readAgain(db, options.dataDir, adapter, input, delivery, scratchDir)
    const [staged] = await stageTables(
      db,
      [{ contract, input: reread, file: select.file, sql: select.sql }],
      1,
      options.now ?? new Date(),
    )
    if (staged === undefined) return 0
    const resolved = await resolvedRecords(db, staged)
    if (resolved === 0 || !(await addToBronze(db, options.dataDir, contract, staged, delivery))) return 0
    await markResolved(db, options.dataDir, delivery, options.now ?? new Date())
    return resolved
  } finally {
    await rm(scratchDir, { recursive: true, force: true })
  }
}

/** A log may be gone by then, and its records cannot be looked up: what quarantine kept of them is judged. */
async function replayOfLog(
  db: DuckDb,
  options: LandingOptions,
  landed: LandedTopic,
  delivery: OpenDelivery,
): Promise<number> {
  const contract = contracts[delivery.table]
  const staged = await stageKeptRecords(db, options.dataDir, landed, contract, delivery.deliveryId)
  const resolved = await resolvedRecords(db, staged)
  if (resolved === 0) return 0
  const table = await openBronze(options.dataDir, contract)
  await table.commit((state) => addRows(db, table, state, staged, { deliveryId: delivery.deliveryId }))
  await markResolved(db, options.dataDir, delivery, options.now ?? new Date())
  return resolved
}

/** Loads the raw file while it is the one that was landed; else the kept texts, under their old numbers. */
async function readAgain(
  db: DuckDb,
  dataDir: string,
  adapter: Adapter,
  input: AdapterInput,
  delivery: OpenDelivery,
  scratchDir: string,
): Promise<AdapterInput> {
  const readDir = join(scratchDir, 'read')
  if (await reloadFile(db, dataDir, adapter, input, delivery, readDir)) return input
  const kept = await db.rows<{ record_number: string; raw_text: string }>(
    'SELECT record_number, raw_text FROM open_records WHERE raw_text IS NOT NULL AND record_number > 0 ORDER BY record_number',
  )
  const textPath = join(scratchDir, 'kept.txt')
  const lines = kept.map(({ raw_text }) =>
    input.reader === 'lines' ? raw_text : JSON.stringify(parsed(raw_text)),
  )
  await writeFile(textPath, lines.map((line) => `${line}\n`).join(''))
  const isRecord = input.reader === 'csv' || input.reader === 'parquet'
  const reread: AdapterInput = {
    ...input,
    reader: input.reader === 'lines' ? 'lines' : 'ndjson',
    options: {},
    columns: isRecord ? input.columns.map(({ name }) => ({ name, from: `$."${name}"` })) : input.columns,
  }
  await loadFiles(
    db,
    reread,
    [{ path: textPath, logicalName: delivery.logicalName, needsSplitting: false }],
    readDir,
  )
  const numbers = `[${kept.map(({ record_number }) => record_number).join(', ')}]::BIGINT[]`
  await db.run(`UPDATE raw_records SET number = list_extract(${numbers}, rowid + 1)`)
  return reread
}

/** Text that is no JSON stays what it was: a record no reader takes. */
function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return raw
  }
}

/** Keeps of the staged rows those of open records, and of the open records those no longer refused. */
async function resolvedRecords(db: DuckDb, staged: StagedTable): Promise<number> {
  const { relation } = staged
  await db.run(`DELETE FROM ${relation} WHERE _record_number NOT IN (SELECT record_number FROM open_records)`)
  const codes = await db.rows<{ code: number }>(`SELECT DISTINCT _outcome AS code FROM ${relation}`)
  const refused = codes
    .map(({ code }) => Number(code))
    .filter((code) => staged.outcomeOf(code).outcome === 'quarantined')
  const isRefused = refused.length === 0 ? 'false' : `_outcome IN (${refused.join(', ')})`
  await db.run(`CREATE OR REPLACE TEMP TABLE resolved_records AS
    SELECT _record_number AS record_number, min(_outcome) AS outcome FROM ${relation}
    GROUP BY ALL HAVING NOT bool_or(${isRefused})`)
  await db.run(
    `DELETE FROM ${relation} WHERE _record_number NOT IN (SELECT record_number FROM resolved_records)`,
  )
  return countRows(db, 'resolved_records')
}

/** @returns False when bronze holds another revision of the file: what was refused of this one is history. */
async function addToBronze(
  db: DuckDb,
  dataDir: string,
  contract: Contract,
  staged: StagedTable,
  delivery: OpenDelivery,
): Promise<boolean> {
  const table = await openBronze(dataDir, contract)
  let isCurrent = false
  await table.commit(async (state) => {
    isCurrent = state.positions.get(deliveryKey(delivery.source, delivery.logicalName)) === delivery.revision
    if (!isCurrent) return null
    return addRows(db, table, state, staged, delivery)
  })
  return isCurrent
}

async function openBronze(dataDir: string, contract: Contract): Promise<LakeTable> {
  const table = openTable(tablePath(dataDir, `bronze.${contract.name}`))
  await table.create({ columns: bronzeSchemaOf(contract), partitionColumns: bronzePartitionsOf(contract) })
  return table
}

/** The accepted rows that bronze has not; null when it has them all. */
async function addRows(
  db: DuckDb,
  table: LakeTable,
  state: TableState,
  { contract, relation }: StagedTable,
  delivery: { readonly deliveryId: string; readonly arrivedAt?: string },
) {
  const isSameRow = ['_record_number', ...contract.primaryKey]
    .map((name) => `landed.${sqlIdentifier(name)} IS NOT DISTINCT FROM replayed.${sqlIdentifier(name)}`)
    .join(' AND ')
  const sql = `SELECT * FROM (${bronzeRows(contract, relation, [delivery])}) AS replayed
    WHERE NOT EXISTS (SELECT 1 FROM (${bronzeScanSql(contract, state)}) AS landed
      WHERE landed._delivery_id = ${sqlString(delivery.deliveryId)} AND ${isSameRow})`
  const adds = await table.writeFiles(db, sql, { tags: { deliveries: delivery.deliveryId } })
  return adds.length === 0 ? null : { adds, operation: 'REPLAY' }
}

/** Marks records as resolved, later than any that were marked before, so that counts take each up once. */
async function markResolved(db: DuckDb, dataDir: string, delivery: OpenDelivery, now: Date): Promise<void> {
  const table = openTable(tablePath(dataDir, `quarantine.${delivery.table}`))
  const state = await table.create({ columns: quarantineColumns })
  const at = now.toISOString().replace('T', ' ').replace('Z', '')
  const files = await table.writeFiles(
    db,
    `SELECT * EXCLUDE (is_resolved, resolved_at, resolved_as, outcome), true AS is_resolved,
       greatest(TIMESTAMP ${sqlString(at)}, quarantined_at + INTERVAL 1 MICROSECOND,
         (SELECT max(resolved_at) FROM (${scanSql(state)}) WHERE delivery_id = ${sqlString(delivery.deliveryId)}) + INTERVAL 1 MICROSECOND) AS resolved_at,
       CASE WHEN outcome = 0 THEN 'accepted' WHEN outcome < 0 THEN 'duplicate' ELSE 'dropped' END AS resolved_as
     FROM open_records JOIN resolved_records USING (record_number)`,
    { tags: { deliveries: delivery.deliveryId } },
  )
  await table.append(files, { operation: 'RESOLVE' })
}

async function countRows(db: DuckDb, relation: string): Promise<number> {
  const [row] = await db.rows<{ rows: string }>(`SELECT count(*) AS rows FROM ${relation}`)
  return Number(row?.rows)
}
