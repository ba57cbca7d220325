import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openKafkaLog } from '../../src/ingestion/event-log/kafka-log.ts'
import { openSpillingLog } from '../../src/ingestion/event-log/spilling-log.ts'
import { epochStart } from '../../src/ingestion/event-log/topic-epochs.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { type KafkaBroker, startKafka } from '../stack/components/kafka.ts'
import { runKilledBroker } from '../stack/killed-broker.ts'
import { seed } from './seed.ts'

const folder = temporaryFolder()
const dataDir = join(folder, 'data')
const topic = 'marketing.web-events.v1'
let broker: KafkaBroker

beforeAll(async () => {
  broker = await startKafka({ folder: join(folder, 'kafka') })
})
afterAll(() => broker.stop())

const openKafka = () =>
  openKafkaLog({
    kafka: { brokers: [broker.brokers] },
    firstOffset: (name, id) => epochStart(dataDir, name, id),
  })

it(`loses and doubles nothing when a broker is killed 50 times (seed ${seed})`, async () => {
  const log = openKafka()
  await log.createTopic({ name: topic, partitions: 4 })
  const { sent, ...counts } = await runKilledBroker({ log, broker, topic, seed, kills: 50 })
  await log.close()
  process.stdout.write(`killed broker: sent ${sent}, ${JSON.stringify(counts)}\n`)
  expect(counts).toEqual({ stored: sent, distinct: sent, readOnce: sent, isInOrder: true })
})

it(`spills and drains in order, once each, when a broker is away 25 times (seed ${seed + 1})`, async () => {
  const log = await openSpillingLog({ dataDir, log: openKafka(), patienceMs: 1_500 })
  await log.createTopic({ name: topic, partitions: 4 })
  const { sent, ...counts } = await runKilledBroker({
    log,
    broker,
    topic,
    seed: seed + 1,
    kills: 25,
    longestAwayMs: 6_000,
    pauseMs: 50,
  })
  process.stdout.write(`broker away: sent ${sent}, ${JSON.stringify(counts)}\n`)
  expect(await log.waitingRecords()).toBe(0)
  await log.close()
  expect(counts).toEqual({ stored: sent, distinct: sent, readOnce: sent, isInOrder: true })
})
