import { topicList } from '../../contracts/topics.ts'
import { openLogOfFolder } from './embedded-log.ts'
import type { EventLog } from './event-log.ts'

export interface EventLogOptions {
  readonly dataDir: string
  readonly kind: 'embedded'
}

/**
 * Opens the log of a shop and makes those of the platform's topics that are missing.
 * @throws {PlatformError} `log.damaged`, `log.unavailable` (may be retried), `disk.full`.
 */
export async function openEventLog({ dataDir }: EventLogOptions): Promise<EventLog> {
  const log = await openLogOfFolder(dataDir)
  try {
    for (const topic of topicList) await log.createTopic(topic)
    return log
  } catch (error) {
    await log.close()
    throw error
  }
}
