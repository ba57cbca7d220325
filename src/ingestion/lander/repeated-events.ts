import { unlink } from 'node:fs/promises'
import type { Contract } from '../../contracts/contract.ts'
import { type DuckDb, sqlIdentifier, sqlList, sqlString } from '../../database/duckdb.ts'
import type { AddFile } from '../../lake/actions.ts'
import { bronzeScanSql } from '../../lake/bronze-scan.ts'
import { dataFilePath, scanSql } from '../../lake/scan.ts'
import type { LakeTable, TableState } from '../../lake/table.ts'
import { keysRelation, type TableShare } from './judge-part.ts'
import type { LogBatch } from './log-batch.ts'

/** Records of the batch that repeat an event of their log. */
const repeatedRelation = 'repeated_records'

/**
 * Finds the events of a batch that repeat one of the same log and event date, within the batch or in bronze, takes
 * them out of the written files and counts them. Of bronze it reads the keys of the touched dates only, a row group
 * at a time: memory is that of the batch's own keys.
 */
export async function dropRepeated(
  db: DuckDb,
  table: LakeTable,
  share: TableShare,
  batch: LogBatch,
): Promise<void> {
  const { contract } = share
  const state = await table.read()
  if (contract?.kind !== 'event' || state === undefined) return
  await findRepeated(db, contract, batch, state)
  const rows = await db.rows<{ file_index: number; part: number; records: string }>(
    `SELECT _file_index AS file_index, part, count(*) AS records FROM ${repeatedRelation} GROUP BY ALL`,
  )
  for (const { file_index, records } of rows) {
    const tally = share.tallies[Number(file_index)]
    if (tally === undefined) continue
    tally.accepted -= Number(records)
    tally.duplicate += Number(records)
  }
  for (const part of new Set(rows.map((row) => Number(row.part)))) {
    const files = share.parts[part]
    if (files !== undefined && files.length > 0)
      share.parts[part] = await without(db, table, state, files, part, batch)
  }
  await db.run(`DROP TABLE ${repeatedRelation}`)
}

async function findRepeated(
  db: DuckDb,
  contract: Contract,
  batch: LogBatch,
  state: TableState,
): Promise<void> {
  const keys = keysRelation(contract.name)
  const key = contract.primaryKey.map(sqlIdentifier).join(', ')
  const partitions = `[${batch.slices.map(({ partition }) => partition).join(', ')}]`
  await db.run(`CREATE OR REPLACE TEMP TABLE ${repeatedRelation} AS
    WITH several AS (SELECT hash(${key}) AS key_hash FROM ${keys} GROUP BY ALL HAVING count(*) > 1)
    SELECT _file_index, _record_number, part FROM ${keys} WHERE hash(${key}) IN (SELECT key_hash FROM several)
    QUALIFY row_number() OVER (PARTITION BY ${key}, _event_date
      ORDER BY list_extract(${partitions}, _file_index + 1), _record_number) > 1`)
  const topic = batch.landed.name
  const files = await filesOfLog(db, contract, topic, state)
  if (files.length === 0) return
  const isSame = contract.primaryKey.map(
    (name) => `landed.${sqlIdentifier(name)} = keys.${sqlIdentifier(name)}`,
  )
  const deliveryIds = sqlList(batch.slices.map(({ deliveryId }) => deliveryId))
  await db.run(`INSERT INTO ${repeatedRelation}
    SELECT DISTINCT keys._file_index, keys._record_number, keys.part FROM (${bronzeScanSql(contract, state, files)}) AS landed
    JOIN ${keys} AS keys ON ${isSame.join(' AND ')}
      AND CAST(landed.${sqlIdentifier(contract.eventTimeColumn)} AS DATE) = keys._event_date
    WHERE starts_with(landed._delivery_id, ${sqlString(`${topic}/`)})
      AND (landed._delivery_id <> list_extract(${deliveryIds}, keys._file_index + 1)
        OR landed._record_number <> keys._record_number)
      AND (keys._file_index, keys._record_number) NOT IN (SELECT (_file_index, _record_number) FROM ${repeatedRelation})`)
}

/** Files that may hold rows of the log and of the batch's dates. */
async function filesOfLog(
  db: DuckDb,
  contract: Contract,
  topic: string,
  state: TableState,
): Promise<AddFile[]> {
  const ofLog = state.files.filter(({ tags }) => {
    const tagged = tags?.deliveries?.split(' ')
    return tagged === undefined || tagged.some((id) => id.startsWith(`${topic}/`))
  })
  if (contract.partitionBy !== 'event_date' || ofLog.length === 0) return ofLog
  const rows = await db.rows<{ date: string }>(
    `SELECT DISTINCT CAST(_event_date AS VARCHAR) AS date FROM ${keysRelation(contract.name)}`,
  )
  const dates = new Set(rows.map(({ date }) => date))
  return ofLog.filter(({ partitionValues }) => dates.has(partitionValues.event_date ?? ''))
}

/** Files written anew without the repeated records; the old ones, which no commit names, are deleted. */
async function without(
  db: DuckDb,
  table: LakeTable,
  state: TableState,
  files: readonly AddFile[],
  part: number,
  batch: LogBatch,
): Promise<AddFile[]> {
  const deliveryIds = sqlList(batch.slices.map(({ deliveryId }) => deliveryId))
  const kept = await table.writeFiles(
    db,
    `SELECT * FROM (${scanSql(state, files)}) WHERE (_delivery_id, _record_number) NOT IN (
       SELECT (list_extract(${deliveryIds}, _file_index + 1), _record_number) FROM ${repeatedRelation} WHERE part = ${part})`,
    { tags: files[0]?.tags?.deliveries == null ? {} : { deliveries: files[0].tags.deliveries } },
  )
  for (const file of files) await unlink(dataFilePath(table.path, file))
  return kept
}
