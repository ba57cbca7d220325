import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { topics } from '../../src/contracts/topics.ts'
import { writeDemo } from '../../src/data-generation/write-demo.ts'
import { openDuckDb } from '../../src/database/duckdb.ts'
import type { EventLog } from '../../src/ingestion/event-log/event-log.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import { startLander } from '../../src/ingestion/lander/lander.ts'
import { tablePath } from '../../src/lake/layout.ts'
import { readPointer } from '../../src/lake/pointer.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { openTable } from '../../src/lake/table.ts'
import { runPipeline, startRunDbt } from '../../src/orchestration/run-pipeline.ts'
import type { Dbt } from '../../src/warehouse/dbt.ts'
import { record, webEvent } from '../ingestion/lander/memory-log.ts'
import { runOptions } from './increments.ts'

const web = topics.webEvents.name
let folder: string
let dataDir: string
let dbt: Dbt
let log: EventLog

const run = () =>
  runPipeline({
    ...runOptions(dataDir),
    dbt,
    openLog: () => openEventLog({ dataDir, kind: 'embedded' }),
  })

/** Rows of a query over tables as they are published; bronze at its newest. */
async function query(sql: string): Promise<Record<string, string>[]> {
  const pointer = await readPointer(dataDir)
  const db = await openDuckDb()
  try {
    for (const name of [
      'silver.int_sessions_built',
      'silver.int_events_cleaned',
      'bronze.web_events',
      'bronze.deliveries',
      'operations.runs',
    ]) {
      const state = await openTable(tablePath(dataDir, name)).readExisting(pointer?.tables[name])
      const [schema] = name.split('.')
      await db.run(`CREATE SCHEMA IF NOT EXISTS ${schema}; CREATE VIEW ${name} AS ${scanSql(state)}`)
    }
    return await db.rows(sql)
  } finally {
    db.close()
  }
}

const send = (...values: string[]) =>
  log.append(
    web,
    values.map((value) => record(value, {}, 'a visitor')),
  )

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-log-runs-'))
  dataDir = join(folder, 'data')
  await writeDemo({
    rawDir: join(dataDir, 'raw'),
    size: 'small',
    seed: 3,
    startDate: '2025-12-15',
    endDate: '2025-12-18',
  })
  dbt = startRunDbt(runOptions(dataDir))
  log = await openEventLog({ dataDir, kind: 'embedded' })
  expect(await run()).toMatchObject({ status: 'published', pointer: 1 })
  expect((await readPointer(dataDir))?.logOffsets).toEqual({})
}, 300_000)
afterAll(async () => {
  await log.close()
  await dbt.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a run over an event log', () => {
  it('drains it, rebuilds the dates of late events and publishes the offsets it stands for', async () => {
    await send(webEvent('late', { occurred_at: '2025-12-16T10:00:00Z' }))
    expect(await run()).toMatchObject({ status: 'published', pointer: 2 })
    const { logOffsets } = (await readPointer(dataDir))!
    expect(Object.values(logOffsets)).toEqual([1])
    expect(Object.keys(logOffsets)[0]).toMatch(/^marketing\.web-events\.v1\/[0-3]$/)
    expect(
      await query(
        `SELECT visitor_key, CAST(session_date AS VARCHAR) AS day FROM silver.int_sessions_built WHERE visitor_key = 'visitor-late'`,
      ),
    ).toEqual([{ visitor_key: 'visitor-late', day: '2025-12-16' }])
    expect(
      await query(
        'SELECT is_full, dates_rebuilt, records_read FROM operations.runs ORDER BY started_at DESC LIMIT 1',
      ),
    ).toMatchObject([{ is_full: false, dates_rebuilt: '4', records_read: '1' }])
    expect(await run()).toMatchObject({ status: 'unchanged' })
  }, 300_000)

  it('counts an event that a file and the log have brought once, as the one that arrived first', async () => {
    const [event] =
      await query(`SELECT event_id, strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ') AS at, page_url FROM bronze.web_events
      WHERE event_date = '2025-12-17' AND event_name = 'page_view' AND consent_analytics = 'granted' ORDER BY event_id LIMIT 1`)
    const cleaned = () =>
      query(`SELECT count(*) AS events, count(DISTINCT event_id) AS "distinct", min(visitor_key) FILTER (event_id = '${event!.event_id}') AS visitor
        FROM silver.int_events_cleaned`)
    const [before] = await cleaned()
    await send(webEvent(event!.event_id!, { occurred_at: event!.at, anonymous_id: 'someone else' }))
    const lander = await startLander({ dataDir, log, secret: Buffer.alloc(32, 7), commitEveryMs: 50 })
    expect(await run()).toMatchObject({ status: 'published', pointer: 3 })
    await lander.stop()
    const rows = `SELECT count(*) AS rows FROM bronze.web_events WHERE event_id = '${event!.event_id}'`
    expect(await query(rows)).toEqual([{ rows: '2' }])
    const [after] = await cleaned()
    // The collector had this one, by its time, after the demo's days and before their files were landed.
    expect(after).toEqual({ ...before, visitor: 'someone else' })
    expect(Object.values((await readPointer(dataDir))!.logOffsets)).toEqual([2])
  }, 300_000)
})
