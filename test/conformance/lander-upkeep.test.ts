import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { topics } from '../../src/contracts/topics.ts'
import { openDuckDb } from '../../src/database/duckdb.ts'
import { startLander } from '../../src/ingestion/lander/lander.ts'
import { tablePath } from '../../src/lake/layout.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { startMaintenance } from '../../src/lake/start-maintenance.ts'
import { openTable } from '../../src/lake/table.ts'
import { memoryLog, record, webEvent } from '../ingestion/lander/memory-log.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'

const folder = temporaryFolder()
const python = join(import.meta.dirname, '..', '..', '.venv', 'conformance', 'bin', 'python')
const web = topics.webEvents.name

test('a lander does not notice that its small files are joined, and knows repeated events in them', async () => {
  const dataDir = join(folder, 'data')
  const log = memoryLog()
  await log.createTopic(topics.webEvents)
  let joined = 0
  const lander = await startLander({
    dataDir,
    log,
    secret: Buffer.alloc(32, 1),
    commitEveryMs: 1,
    maintainEvery: 15,
    startMaintenance: () => startMaintenance(python),
    observer: {
      stage() {},
      count: (metric, value) => {
        if (metric === 'lake_files_compacted') joined += value
      },
    },
  })
  const landed = async (count: number) => {
    while (lander.state().totals.read < count) await setTimeout(2)
  }
  let sent = 0
  while (joined < 30) {
    await log.append(web, [record(webEvent(`e${sent}`), {}, '0'), record(webEvent('again'), {}, '1')])
    sent += 1
    await landed(sent * 2)
  }
  await log.append(
    web,
    Array.from({ length: sent }, (_, number) => record(webEvent(`e${number}`), {}, '2')),
  )
  await landed(sent * 3)
  await lander.stop()
  expect(lander.state().totals).toMatchObject({ read: sent * 3, accepted: sent + 1, duplicate: sent * 2 - 1 })
  const db = await openDuckDb()
  const path = tablePath(dataDir, 'bronze.web_events')
  const state = await openTable(path).readExisting()
  const rows = await db.rows(`SELECT count(*) AS rows, count(DISTINCT event_id) AS "distinct",
    count(DISTINCT (_delivery_id, _record_number)) AS places FROM (${scanSql(state)})`)
  db.close()
  const all = String(sent + 1)
  expect(rows).toEqual([{ rows: all, distinct: all, places: all }])
  expect(state.files.length).toBeLessThan(sent)
  expect(readdirSync(join(path, '_delta_log')).some((name) => name.includes('checkpoint.parquet'))).toBe(true)
}, 120_000)
