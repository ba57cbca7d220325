import { PlatformError } from '../../../src/contracts/errors.ts'
import { deadLetterOf } from '../../../src/contracts/topics.ts'
import type { EventLog, LogRecord } from '../../../src/ingestion/event-log/event-log.ts'

/** A log in memory whose disk a test may take away. */
export function createMemoryLog() {
  const records = new Map<string, LogRecord[]>()
  const failure: { current: PlatformError | undefined; wait: Promise<void> | undefined } = {
    current: undefined,
    wait: undefined,
  }
  const log: EventLog = {
    kind: 'embedded',
    async createTopic({ name }) {
      for (const topic of [name, deadLetterOf(name)]) if (!records.has(topic)) records.set(topic, [])
    },
    topics: async () => [],
    async append(topic, added) {
      await failure.wait
      if (failure.current !== undefined) throw failure.current
      records.get(topic)?.push(...added)
    },
    openReader: async () => {
      throw new PlatformError('internal', 'not part of the double')
    },
    close: async () => {},
  }
  return { log, failure, of: (topic: string) => records.get(topic) ?? [] }
}
