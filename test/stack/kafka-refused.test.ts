import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAdmin } from '../../src/ingestion/event-log/kafka-connection.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import { readSpilled, resendRefused } from '../../src/ingestion/event-log/spill-file.ts'
import { readAll } from '../ingestion/event-log/conformance.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { type KafkaBroker, startKafka } from './components/kafka.ts'

const folder = temporaryFolder()
const dataDir = join(folder, 'data')
const topic = 'marketing.ad-stats.v1'
let broker: KafkaBroker

beforeAll(async () => {
  broker = await startKafka({ folder: join(folder, 'kafka') })
})
afterAll(() => broker.stop())

const record = (value: string) => ({ key: 'account', value, headers: { 'schema-version': '1' } })

it('a record that the broker never takes goes aside, and is sent when the broker’s limit was raised', async () => {
  const kafka = { brokers: [broker.brokers] }
  const admin = createAdmin(kafka)
  await admin.createTopics({
    topics: [{ topic, partitions: 1, replicas: 1 }],
    configs: [{ name: 'max.message.bytes', value: '4000' }],
  })
  const log = await openEventLog({ dataDir, kind: 'kafka', kafka, spills: true })
  const large = 'x'.repeat(5_000)
  const small = Array.from({ length: 200 }, (_, at) => `${at} ${'y'.repeat(40)}`)
  const values = [...small.slice(0, 100), large, ...small.slice(100)]
  await Promise.all([log.append(topic, values.map(record)), log.append(topic, [record('beside')])])
  while (readSpilled(dataDir).waiting > 0) await sleep(20)
  const read = async (count: number) =>
    (await readAll(await log.openReader(topic, {}), count)).map(({ value }) => value)
  const stored = await read(201)
  expect(stored.filter((value) => value !== 'beside')).toEqual(small)
  expect(stored).toContain('beside')
  expect(readSpilled(dataDir)).toMatchObject({
    waiting: 0,
    refused: 1,
    reason: expect.stringContaining('max.message.bytes of marketing.ad-stats.v1'),
  })
  await admin.incrementalAlterConfigs({
    resources: [
      {
        resourceType: 2,
        resourceName: topic,
        configs: [{ name: 'max.message.bytes', configOperation: 0, value: '100000' }],
      },
    ],
  })
  expect(await resendRefused(dataDir, log)).toEqual({ sent: 1, stillRefused: 0 })
  expect((await read(202)).at(-1)).toBe(large)
  await admin.close()
  await log.close()
})
