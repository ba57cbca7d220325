import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { topics } from '../../src/contracts/topics.ts'
import { landLog, startLander } from '../../src/ingestion/lander/lander.ts'
import { openLogAt } from '../ingestion/event-log/open-log-at.ts'
import { countLanded, exactlyOnce, runKilledLanders } from '../ingestion/lander/killed-landers.ts'
import { recordOfNow, webEvent } from '../ingestion/lander/memory-log.ts'
import { seededRandom } from '../lake/killed-writers.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { type KafkaBroker, startKafka } from './components/kafka.ts'
import { emptyBroker } from './empty-broker.ts'

const folder = temporaryFolder()
const dataDir = join(folder, 'data')
const web = topics.webEvents.name
const secret = Buffer.alloc(32, 1)
let broker: KafkaBroker
let sent = 0

beforeAll(async () => {
  broker = await startKafka({ folder: join(folder, 'kafka') })
})
afterAll(() => broker.stop())

it.each([31, 32, 33])(
  'a broker killed while a lander reads loses and doubles nothing in bronze (seed %i)',
  async (seed) => {
    const random = seededRandom(seed)
    const log = await openLogAt(dataDir, broker.brokers)
    const lander = await startLander({ dataDir, log, secret, commitEveryMs: 100 })
    const send = async () => {
      for (let step = 0; step < 40; step += 1) {
        const values = Array.from({ length: 50 }, () => webEvent(`k${sent++}`))
        await log.append(
          web,
          values.map((value) => recordOfNow(value, {}, `visitor-${sent % 13}`)),
        )
        await setTimeout(10)
      }
    }
    const kill = async () => {
      await setTimeout(200 + random() * 600)
      await broker.kill()
      await setTimeout(300)
      await broker.restart()
    }
    await log.append(web, [recordOfNow('no record', {}, 'x')])
    await Promise.all([send(), kill()])
    await lander.stop()
    await lander.ended
    await landLog({ dataDir, log, secret })
    await log.close()
    const refused = seed - 30
    const { read, duplicate, ...landed } = await countLanded(dataDir)
    expect(landed).toEqual({
      stored: sent,
      distinct: sent,
      refused,
      distinctRefused: refused,
      accepted: sent,
      quarantined: refused,
    })
    // A sender whose broker died may have sent again: the log then has an event twice, bronze once.
    expect(read).toBe(sent + refused + duplicate)
  },
  180_000,
)

it.each([41, 42, 43])(
  'landers killed in mid-stream lose nothing and double nothing (seed %i)',
  async (seed) => {
    await emptyBroker(broker)
    const found = await runKilledLanders({
      dataDir: join(folder, `killed-${seed}`),
      brokers: broker.brokers,
      seed,
      kills: 3,
      longestLifeMs: 1500,
      eventsPerLife: 1000,
    })
    expect(found).toEqual(exactlyOnce(3000))
  },
  120_000,
)
