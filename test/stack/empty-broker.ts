import { setTimeout as sleep } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'
import type { KafkaBroker } from './components/kafka.ts'

/** Deletes every topic, for a run that begins with none. */
export async function emptyBroker({ brokers }: KafkaBroker): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [brokers], retries: 20, retryDelay: 200 })
  try {
    const topics = await admin.listTopics()
    if (topics.length > 0) await admin.deleteTopics({ topics })
    while ((await admin.listTopics()).length > 0) await sleep(50)
  } finally {
    await admin.close()
  }
}
