import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventLog } from '../../src/ingestion/event-log/event-log.ts'
import { openKafkaLog } from '../../src/ingestion/event-log/kafka-log.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import { openSpillingLog } from '../../src/ingestion/event-log/spilling-log.ts'
import { epochStart } from '../../src/ingestion/event-log/topic-epochs.ts'
import { rejectionOf } from '../cli/error-of.ts'
import { seededRandom } from '../lake/killed-writers.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { type KafkaBroker, startKafka } from './components/kafka.ts'

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

const batch = (run: string, from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    key: `${run}-${(from + at) % 17}`,
    value: JSON.stringify({ run, number: from + at, padding: 'x'.repeat(300) }),
    headers: { 'schema-version': '1' },
  }))

/** Stored and distinct records of a run, and whether each key's came in order. */
async function countOf(log: EventLog, run: string) {
  const reader = await log.openReader(topic, {})
  const numbers: number[] = []
  const last = new Map<string | null, number>()
  let isInOrder = true
  for (let empty = 0; empty < 3; ) {
    const records = await reader.next({ maxWaitMs: 500 })
    empty = records.length === 0 ? empty + 1 : 0
    for (const { key, value } of records) {
      const found = JSON.parse(value) as { run: string; number: number }
      if (found.run !== run) continue
      numbers.push(found.number)
      isInOrder &&= found.number > (last.get(key) ?? -1)
      last.set(key, found.number)
    }
  }
  await reader.close()
  return { stored: numbers.length, distinct: new Set(numbers).size, isInOrder }
}

it.each([21, 22, 23])('a broker killed in mid-stream loses and doubles nothing (seed %i)', async (seed) => {
  const random = seededRandom(seed)
  const log = openKafka()
  await log.createTopic({ name: topic, partitions: 4 })
  const run = `kill-${seed}`
  const reading = await log.openReader(topic, {})
  const seen = new Set<number>()
  let sent = 0
  let isSending = true
  const send = async () => {
    for (let at = 0; at < 60; at += 1) {
      const appends = Array.from({ length: 3 }, () => {
        const from = sent
        sent += 40
        return log.append(topic, batch(run, from, 40))
      })
      await Promise.all(appends)
      await sleep(10)
    }
    isSending = false
  }
  const read = async () => {
    for (let empty = 0; isSending || empty < 3; ) {
      const records = await reading.next({ maxWaitMs: 300 }).catch((error: { code: string }) => {
        expect(error.code).toBe('log.unavailable')
        return []
      })
      empty = records.length === 0 ? empty + 1 : 0
      for (const { value } of records) {
        const found = JSON.parse(value) as { run: string; number: number }
        if (found.run !== run) continue
        expect(seen.has(found.number)).toBe(false)
        seen.add(found.number)
      }
    }
  }
  const chaos = async () => {
    await sleep(100 + random() * 500)
    await broker.kill()
    await sleep(200)
    await broker.restart()
  }
  await Promise.all([send(), read(), chaos()])
  expect(await countOf(log, run)).toEqual({ stored: sent, distinct: sent, isInOrder: true })
  expect(seen.size).toBe(sent)
  await reading.close()
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
  const counts = await countOf(log, run)
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
