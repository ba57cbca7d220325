import type { Contract } from '../../contracts/contract.ts'
import { deadLetterOf } from '../../contracts/topics.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../../database/duckdb.ts'
import { bronzeScanSql } from '../../lake/bronze-scan.ts'
import { tablePath } from '../../lake/layout.ts'
import { openTable } from '../../lake/table.ts'
import type { StoredRecord } from '../event-log/event-log.ts'
import { blocksOf } from '../event-log/record-block.ts'
import { accepted, duplicate, type StagedTable } from '../stage-table.ts'
import { stagingsOf } from './judge-part.ts'
import type { LandedTopic } from './log-delivery.ts'
import { createRecordTable } from './record-table.ts'
import { createRouter } from './route-record.ts'

/** Outcomes of a contract's second way of judging, that of deletions, are told apart by this. */
const nextStaging = 100_000

/**
 * Judges the texts that quarantine kept of a log's records as if they had come through the topic, dead letters too.
 * What holds a NUL character was kept without it and stays refused.
 *
 * @param contract Of the table the records of the temporary table `open_records` were refused for.
 * @returns Staged rows as the lander has them; events that bronze has of the same topic are duplicates.
 */
export async function stageKeptRecords(
  db: DuckDb,
  dataDir: string,
  { topic }: LandedTopic,
  contract: Contract,
  deliveryId: string,
): Promise<StagedTable> {
  const kept = await db.rows<{ record_number: string; raw_text: string; headers: string; at_ms: string }>(
    `SELECT record_number, raw_text, headers, epoch_ms(quarantined_at) AS at_ms FROM open_records
     WHERE raw_text IS NOT NULL AND headers IS NOT NULL AND reason <> 'nul_character'`,
  )
  const records = kept.map(
    (row): StoredRecord => ({
      partition: 0,
      offset: Number(row.record_number),
      key: null,
      value: row.raw_text,
      headers: JSON.parse(row.headers) as Record<string, string>,
      timestampMs: Number(row.at_ms),
    }),
  )
  const table = await createRecordTable(db, createRouter({ name: topic.name, topic, isDeadLetter: false }))
  try {
    for (const block of blocksOf(records)) await table.append(block, 0)
    await table.finish()
    const relation = `staged_${contract.name}`
    const stagings = stagingsOf(contract, table.routed)
    await db.run(`CREATE OR REPLACE TEMP TABLE ${relation} (${stagings[0]?.columns})`)
    for (const [index, { statement }] of stagings.entries()) {
      await db.run(`INSERT INTO ${relation}
        SELECT * REPLACE (CASE WHEN _outcome > 0 THEN _outcome + ${index * nextStaging} ELSE _outcome END AS _outcome)
        FROM (${statement})`)
    }
    await markLanded(db, dataDir, contract, relation, topic.name, deliveryId)
    return {
      contract,
      relation,
      outcomeOf: (code) =>
        (stagings[Math.max(0, Math.floor(code / nextStaging))] ?? stagings[0])!.outcomeOf(code % nextStaging),
    }
  } finally {
    await table.drop()
  }
}

async function markLanded(
  db: DuckDb,
  dataDir: string,
  contract: Contract,
  relation: string,
  topic: string,
  deliveryId: string,
): Promise<void> {
  const state = await openTable(tablePath(dataDir, `bronze.${contract.name}`)).read()
  if (contract.kind !== 'event' || state === undefined) return
  const isSame = contract.primaryKey.map(
    (name) => `landed.${sqlIdentifier(name)} = staged.${sqlIdentifier(name)}`,
  )
  const date = (alias: string) => `CAST(${alias}.${sqlIdentifier(contract.eventTimeColumn)} AS DATE)`
  await db.run(`UPDATE ${relation} SET _outcome = ${duplicate} WHERE rowid IN (
    SELECT staged.rowid FROM (${bronzeScanSql(contract, state)}) AS landed
    JOIN ${relation} AS staged ON ${isSame.join(' AND ')} AND ${date('landed')} = ${date('staged')}
    WHERE staged._outcome = ${accepted}
      AND (starts_with(landed._delivery_id, ${sqlString(`${topic}/`)}) OR starts_with(landed._delivery_id, ${sqlString(`${deadLetterOf(topic)}/`)}))
      AND NOT (landed._delivery_id = ${sqlString(deliveryId)} AND landed._record_number = staged._record_number))`)
}
