import { join } from 'node:path'
import { Admin } from '@platformatic/kafka'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfiguration } from '../../src/cli/configuration.ts'
import { followLog } from '../../src/cli/follow-log.ts'
import { topicList, topics } from '../../src/contracts/topics.ts'
import { openKafkaLog } from '../../src/ingestion/event-log/kafka-log.ts'
import { epochStart } from '../../src/ingestion/event-log/topic-epochs.ts'
import { captureCli } from '../cli/captured-cli.ts'
import { describeEventLog, readAll } from '../ingestion/event-log/conformance.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { type KafkaBroker, startKafka } from './components/kafka.ts'

const folder = temporaryFolder()
let broker: KafkaBroker
let admin: Admin

beforeAll(async () => {
  broker = await startKafka({ folder: join(folder, 'kafka') })
  admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker.brokers], retries: 20, retryDelay: 200 })
})
afterAll(async () => {
  await admin.close()
  await broker.stop()
})

const dataDir = join(folder, 'data')
const open = async () =>
  openKafkaLog({
    kafka: { brokers: [broker.brokers] },
    firstOffset: (topic, id) => epochStart(dataDir, topic, id),
  })

describeEventLog(
  'Kafka',
  async () => ({
    open,
    truncate: async (topic, partition, before) => {
      await admin.deleteRecords({
        topics: [{ name: topic, partitions: [{ partition, offset: BigInt(before) }] }],
      })
    },
    deleteTopic: (topic) => admin.deleteTopics({ topics: [topic] }),
  }),
  { runs: 12 },
)

it('makes no topic for who only reads, and all of them on demand', async () => {
  const environment = {
    SILLAGE_DATA: join(folder, 'shop'),
    SILLAGE_SECRETS_DIR: join(folder, 'secrets'),
    SILLAGE_LOG: 'kafka',
    SILLAGE_BROKERS: broker.brokers,
  }
  const cli = async (...args: string[]) =>
    expect(await captureCli(args, environment)).toMatchObject({ exitCode: 0 })
  await cli('init', '--name', 'Shop', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris')
  const dashboard = followLog(readConfiguration(environment))
  const before = await admin.listTopics()
  expect(await dashboard.read()).toMatchObject({ kind: 'kafka', topics: [] })
  await cli('topics', 'list')
  await cli('topics', 'lag')
  await cli('topics', 'replay', topics.webEvents.name, '--dry-run')
  await cli('land', '--once')
  expect(await admin.listTopics()).toEqual(before)
  await cli('topics', 'create')
  expect((await dashboard.read()).topics).toHaveLength(2 * topicList.length)
  await dashboard.close()
})

it('takes appends larger than a broker takes at once, in any script', async () => {
  const log = await open()
  const topic = 'test.large.v1'
  await admin.createTopics({ topics: [{ topic, partitions: 1, replicas: 1 }] })
  await log.createTopic({ name: topic, partitions: 1 })
  const values = Array.from({ length: 4_000 }, (_, at) => `${at} ${'香水'.repeat(150)}`)
  await log.append(
    topic,
    values.map((value) => ({ key: null, value, headers: {} })),
  )
  const found = await readAll(await log.openReader(topic, {}), values.length)
  expect(found.map(({ value }) => value)).toEqual(values)
  await log.close()
})
