import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { topics } from '../../../src/contracts/topics.ts'
import { openDuckDb } from '../../../src/database/duckdb.ts'
import { landLog } from '../../../src/ingestion/lander/lander.ts'
import { tablePath } from '../../../src/lake/layout.ts'
import { scanSql } from '../../../src/lake/scan.ts'
import { openTable } from '../../../src/lake/table.ts'
import { seededRandom } from '../../lake/killed-writers.ts'
import { openLogAt } from '../event-log/open-log-at.ts'
import { recordOfNow, webEvent } from './memory-log.ts'

const secret = Buffer.alloc(32, 1)
const web = topics.webEvents.name

/** Starts `lander-worker.ts`. */
export function spawnLander(dataDir: string, commitEveryMs: number, brokers?: string) {
  const worker = join(import.meta.dirname, 'lander-worker.ts')
  const args = [dataDir, String(commitEveryMs), ...(brokers === undefined ? [] : [brokers])]
  const child = spawn(process.execPath, [worker, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (text) => {
    stderr += String(text)
  })
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, stderr }))
  const started = Promise.race([once(child.stdout, 'data'), ended])
  return { child, ended, started }
}

export interface KilledLanders {
  readonly dataDir: string
  /** Of the Kafka that holds the log, with nothing in its topics; default the embedded log. */
  readonly brokers?: string
  readonly seed: number
  readonly kills: number
  /** Longest time between a lander's start and its death. */
  readonly longestLifeMs: number
  /** Events sent while each lander lives, in small batches; every tenth is sent twice, every fiftieth is none. */
  readonly eventsPerLife: number
}

export interface LandedCount {
  /** Distinct good events. */
  readonly sent: number
  readonly repeated: number
  readonly malformed: number
  readonly stored: number
  readonly distinct: number
  /** Rows of quarantine, and distinct ones. */
  readonly refused: number
  readonly distinctRefused: number
  /** Sums of the record of deliveries. */
  readonly read: number
  readonly accepted: number
  readonly duplicate: number
  readonly quarantined: number
}

/** Sends events to the log beside landers that are killed at random moments; the last one finishes. */
export async function runKilledLanders(options: KilledLanders): Promise<LandedCount> {
  const { dataDir, brokers, seed, kills, longestLifeMs, eventsPerLife } = options
  const random = seededRandom(seed)
  const log = await openLogAt(dataDir, brokers)
  const sent = { events: 0, repeated: 0, malformed: 0 }
  const event = (number: number) =>
    recordOfNow(
      webEvent(`e-${number}`, {
        occurred_at: `2026-02-${String(1 + (number % 20)).padStart(2, '0')}T10:00:00Z`,
      }),
      {},
      `visitor-${number % 97}`,
    )
  const send = async (count: number) => {
    const records = []
    for (let step = 0; step < count; step += 1) {
      sent.events += 1
      records.push(event(sent.events))
      if (sent.events % 10 === 0) {
        records.push(event(Math.max(1, sent.events - Math.floor(random() * 300))))
        sent.repeated += 1
      }
      if (sent.events % 50 === 0) {
        records.push(recordOfNow('no record', {}, 'visitor-1'))
        sent.malformed += 1
      }
    }
    await log.append(web, records)
  }
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const lander = spawnLander(dataDir, 20 + random() * 60, brokers)
      await lander.started
      const life = setTimeout(random() * longestLifeMs)
      const steps = 10
      for (let step = 0; step < steps; step += 1) {
        await send(eventsPerLife / steps)
        await setTimeout((random() * longestLifeMs) / steps)
      }
      await life
      lander.child.kill('SIGKILL')
      await lander.ended
    }
    await landLog({ dataDir, log, secret })
  } finally {
    await log.close()
  }
  return {
    sent: sent.events,
    repeated: sent.repeated,
    malformed: sent.malformed,
    ...(await countLanded(dataDir)),
  }
}

/** What `runKilledLanders` finds when nothing was lost and nothing doubled. */
export const exactlyOnce = (events: number): LandedCount => {
  const [repeated, malformed] = [events / 10, events / 50]
  return {
    sent: events,
    repeated,
    malformed,
    stored: events,
    distinct: events,
    refused: malformed,
    distinctRefused: malformed,
    read: events + repeated + malformed,
    accepted: events,
    duplicate: repeated,
    quarantined: malformed,
  }
}

/** What the lake holds of the web events' topic. */
export async function countLanded(
  dataDir: string,
): Promise<Omit<LandedCount, 'sent' | 'repeated' | 'malformed'>> {
  const scan = async (name: string) => scanSql(await openTable(tablePath(dataDir, name)).readExisting())
  const db = await openDuckDb()
  try {
    const [row] = await db.rows<Record<string, string>>(`
      SELECT * FROM (SELECT count(*) AS stored, count(DISTINCT event_id) AS "distinct" FROM (${await scan('bronze.web_events')})),
        (SELECT count(*) AS refused, count(DISTINCT (delivery_id, record_number)) AS "distinctRefused" FROM (${await scan('quarantine.web_events')})),
        (SELECT sum(records_read) AS read, sum(accepted) AS accepted, sum(duplicate) AS duplicate, sum(quarantined) AS quarantined
         FROM (${await scan('bronze.deliveries')}))`)
    return Object.fromEntries(
      Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]),
    ) as never
  } finally {
    db.close()
  }
}
