import { join } from 'node:path'
import { Admin } from '@platformatic/kafka'
import { afterAll, beforeAll } from 'vitest'
import { openKafkaLog } from '../../src/ingestion/event-log/kafka-log.ts'
import { epochStart } from '../../src/ingestion/event-log/topic-epochs.ts'
import { describeEventLog } from '../ingestion/event-log/conformance.ts'
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
