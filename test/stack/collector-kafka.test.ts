import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventIds, storedRecords } from '../ingestion/collector/stored-records.ts'
import { openLogAt } from '../ingestion/event-log/open-log-at.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { createCollectingShop } from './collecting-shop.ts'
import { type KafkaBroker, startKafka } from './components/kafka.ts'

const folder = temporaryFolder()
let broker: KafkaBroker

beforeAll(async () => {
  broker = await startKafka({ folder: join(folder, 'kafka') })
})
afterAll(() => broker.stop())

it('collects into Kafka while the broker and the collector itself are killed, and loses nothing', async () => {
  const { dataDir, address, startCollector } = await createCollectingShop(folder, broker.brokers)
  let collector = await startCollector()
  const sent: string[] = []
  let isOver = false
  /** Sends again until it is answered, as the tracker does. */
  const sender = async () => {
    while (!isOver) {
      const events = Array.from({ length: 10 }, () => pageView())
      sent.push(...events.map(({ event_id }) => event_id))
      const body = JSON.stringify(events)
      while (!(await fetch(address, { method: 'POST', body }).catch(() => undefined))?.ok) await pause(100)
      await pause(5)
    }
  }
  const senders = Promise.all([sender(), sender(), sender()])
  await pause(1_000)
  await broker.kill()
  await pause(5_000)
  collector.kill('SIGKILL')
  await once(collector, 'close')
  collector = await startCollector()
  await pause(2_000)
  await broker.restart()
  await pause(2_000)
  isOver = true
  await senders
  collector.kill('SIGTERM')
  expect((await once(collector, 'close'))[0]).toBe(0)

  // What was spilled and not yet handed on at the end is handed on by whoever collects next.
  collector = await startCollector()
  const log = await openLogAt(dataDir, broker.brokers)
  const distinct = async () => new Set(eventIds(await storedRecords(log)))
  await expect.poll(async () => (await distinct()).size, { timeout: 60_000, interval: 500 }).toBe(sent.length)
  expect(await distinct()).toEqual(new Set(sent))
  await log.close()
  collector.kill('SIGTERM')
  await once(collector, 'close')
}, 240_000)

const pageView = () => ({
  event_id: randomUUID(),
  occurred_at: new Date().toISOString(),
  event_name: 'page_view',
  consent_analytics: 'granted',
  anonymous_id: `visitor-${Math.floor(Math.random() * 50)}`,
})
