import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openKafkaLog } from '../../src/ingestion/event-log/kafka-log.ts'
import { epochStart } from '../../src/ingestion/event-log/topic-epochs.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { startKafka } from '../stack/components/kafka.ts'
import { runKilledBroker } from '../stack/killed-broker.ts'
import { seed } from './seed.ts'

const folder = temporaryFolder()

it(`loses and doubles nothing when a broker is killed 50 times (seed ${seed})`, async () => {
  const broker = await startKafka({ folder: join(folder, 'kafka') })
  const log = openKafkaLog({
    kafka: { brokers: [broker.brokers] },
    firstOffset: (name, id) => epochStart(join(folder, 'data'), name, id),
  })
  try {
    const topic = 'marketing.web-events.v1'
    await log.createTopic({ name: topic, partitions: 4 })
    const { sent, ...counts } = await runKilledBroker({ log, broker, topic, seed, kills: 50 })
    expect(counts).toEqual({ stored: sent, distinct: sent, readOnce: sent, isInOrder: true })
  } finally {
    await log.close()
    await broker.stop()
  }
})
