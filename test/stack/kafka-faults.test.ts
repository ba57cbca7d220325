import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openKafkaLog } from '../../src/ingestion/event-log/kafka-log.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import { openSpillingLog } from '../../src/ingestion/event-log/spilling-log.ts'
import { epochStart } from '../../src/ingestion/event-log/topic-epochs.ts'
import { rejectionOf } from '../cli/error-of.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { type KafkaBroker, startKafka } from './components/kafka.ts'
import { batch, countOf, runKilledBroker } from './killed-broker.ts'

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

it.each([21, 22, 23])('a broker killed in mid-stream loses and doubles nothing (seed %i)', async (seed) => {
  const log = openKafka()
  await log.createTopic({ name: topic, partitions: 4 })
  const { sent, ...counts } = await runKilledBroker({ log, broker, topic, seed, kills: 1 })
  expect(counts).toEqual({ stored: sent, distinct: sent, readOnce: sent, isInOrder: true })
  await log.close()
})

it('a broker that is away is stood in for by the data folder, across a restart, in order', async () => {
  const run = 'away'
  const open = () => openSpillingLog({ dataDir, log: openKafka(), patienceMs: 1_500 })
  let log = await open()
  await log.createTopic({ name: topic, partitions: 4 })
  let sent = 0
  const append = async (count: number) => {
    await log.append(topic, batch(run, sent, count))
    sent += count
  }
  await append(500)
  await broker.stop()
  for (let at = 0; at < 20; at += 1) await append(100)
  expect(await log.waitingRecords()).toBe(2_000)
  await log.close()
  log = await open()
  await log.createTopic({ name: topic, partitions: 4 })
  for (let at = 0; at < 10; at += 1) await append(100)
  await broker.restart()
  while ((await log.waitingRecords()) > 0) {
    await append(10)
    await sleep(20)
  }
  await append(100)
  const counts = await countOf(log, topic, run)
  expect(counts.distinct).toBe(sent)
  // What the first process had under way when the broker stopped may be there twice.
  expect(counts.stored - counts.distinct).toBeLessThanOrEqual(100)
  await log.close()
})

it('says plainly that no broker answers, and opens all the same where events can be kept', async () => {
  const kafka = { brokers: ['127.0.0.1:9'] }
  const elsewhere = join(folder, 'elsewhere')
  expect(await rejectionOf(openEventLog({ dataDir: elsewhere, kind: 'kafka', kafka }))).toMatchObject({
    code: 'log.unavailable',
    canRetry: true,
    message: expect.stringContaining('127.0.0.1:9'),
  })
  const log = await openEventLog({ dataDir: elsewhere, kind: 'kafka', kafka, spills: true })
  await log.append(topic, batch('nowhere', 0, 10))
  await log.close()
})
