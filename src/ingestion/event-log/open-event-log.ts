import { topicList } from '../../contracts/topics.ts'
import { openLogOfFolder } from './embedded-log.ts'
import type { EventLog } from './event-log.ts'
import { openKafkaLog } from './kafka-log.ts'
import type { KafkaOptions } from './kafka-options.ts'
import { readSpilled } from './spill-file.ts'
import { openSpillingLog } from './spilling-log.ts'
import { epochStart } from './topic-epochs.ts'

export interface EventLogOptions {
  readonly dataDir: string
  readonly kind: 'embedded' | 'kafka'
  /** Needed for Kafka. */
  readonly kafka?: KafkaOptions
  /**
   * Appends are kept in the data folder while Kafka is away; for the one process that collects. What was kept is sent
   * to whichever log is opened. Default false.
   */
  readonly spills?: boolean
  /** Whether missing topics are made; not for those who only read. Default true. */
  readonly createsTopics?: boolean
}

/**
 * Opens the log of a shop; for those who append, makes those of the platform's topics that are missing.
 * @throws {PlatformError} `log.damaged`, `log.unavailable` (may be retried), `disk.full`; `lease.held` when another
 *   process spills into this folder.
 */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  const { dataDir, kind, kafka, spills = false, createsTopics = true } = options
  const log = await openLog(dataDir, kind === 'kafka' ? kafka : undefined, spills)
  try {
    for (const topic of createsTopics ? topicList : []) await log.createTopic(topic)
    return log
  } catch (error) {
    await log.close()
    throw error
  }
}

async function openLog(dataDir: string, kafka: KafkaOptions | undefined, spills: boolean): Promise<EventLog> {
  const log =
    kafka === undefined
      ? await openLogOfFolder(dataDir)
      : openKafkaLog({ kafka, firstOffset: (topic, id) => epochStart(dataDir, topic, id) })
  try {
    const isSpilling = spills && (kafka !== undefined || readSpilled(dataDir).waiting > 0)
    return isSpilling ? await openSpillingLog({ dataDir, log }) : log
  } catch (error) {
    await log.close()
    throw error
  }
}
