import { PlatformError } from '../../../src/contracts/errors.ts'
import type {
  EventLog,
  LogReader,
  LogRecord,
  StoredRecord,
} from '../../../src/ingestion/event-log/event-log.ts'
import { blocksOf } from '../../../src/ingestion/event-log/record-block.ts'

/** An event log in memory, with doors for faults. */
export interface MemoryLog extends EventLog {
  /** Deletes what lies below an offset, as retention does. */
  truncate(topic: string, partition: number, below: number): void
  /** Makes the next reads fail. */
  failWith(error: PlatformError | undefined): void
}

/** Records go round-robin over the partitions unless their key, a number, names one. */
export function memoryLog(): MemoryLog {
  const topics = new Map<string, { first: number; records: StoredRecord[] }[]>()
  let failure: PlatformError | undefined
  const partitionsOf = (topic: string) => {
    const found = topics.get(topic)
    if (found === undefined) throw new PlatformError('topic.unknown', `no topic ${topic}`)
    return found
  }
  return {
    kind: 'embedded',
    createTopic: async ({ name, partitions }) => {
      for (const [each, count] of [
        [name, partitions],
        [`${name}.dead-letter`, 1],
      ] as const)
        if (!topics.has(each))
          topics.set(
            each,
            Array.from({ length: count }, () => ({ first: 0, records: [] })),
          )
    },
    topics: async () =>
      [...topics]
        .map(([name, partitions]) => ({
          name,
          partitions: partitions.map(({ first, records }, partition) => ({
            partition,
            firstOffset: first,
            nextOffset: first + records.length,
          })),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    append: async (topic, records) => {
      const partitions = partitionsOf(topic)
      for (const record of records) {
        const partition = Number(record.key ?? 0) % partitions.length
        const { first, records: stored } = partitions[partition]!
        stored.push({
          timestampMs: Date.now(),
          ...record,
          partition,
          offset: first + stored.length,
        } as StoredRecord)
      }
    },
    openReader: async (topic, from): Promise<LogReader> => {
      const partitions = partitionsOf(topic)
      const next = partitions.map((_, partition) => from[partition] ?? 0)
      const reader: LogReader = {
        nextBlocks: async (limits) => blocksOf(await reader.next(limits)),
        next: async ({ maxRecords = 10_000, maxBytes = 16 << 20 } = {}) => {
          if (failure !== undefined) throw failure
          const found: StoredRecord[] = []
          let bytes = 0
          for (const [partition, { first, records }] of partitions.entries()) {
            const at = next[partition]!
            if (at < first || at > first + records.length)
              throw new PlatformError(
                'log.truncated',
                `${topic}/${partition} begins at ${first}, asked for ${at}`,
              )
            for (const record of records.slice(at - first)) {
              if (found.length === maxRecords || bytes >= maxBytes) break
              found.push(record)
              bytes += record.value.length
              next[partition] = record.offset + 1
            }
          }
          if (found.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
          return found
        },
        close: async () => {},
      }
      return reader
    },
    close: async () => {},
    truncate: (topic, partition, below) => {
      const kept = partitionsOf(topic)[partition]!
      kept.records.splice(0, below - kept.first)
      kept.first = below
    },
    failWith: (error) => {
      failure = error
    },
  }
}

export const webEvent = (id: string, changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    event_id: id,
    occurred_at: '2026-03-01T10:00:00Z',
    event_name: 'page_view',
    anonymous_id: `visitor-${id}`,
    email: 'Someone@Example.org ',
    ip: '203.0.113.7',
    page_url: 'https://shop.example/p?utm_source=x',
    consent_analytics: 'granted',
    ...changes,
  })

/** As `record`, received now: a broker deletes what was received long ago. */
export const recordOfNow = (...of: Parameters<typeof record>): LogRecord => ({
  ...record(...of),
  timestampMs: Date.now(),
})

export const record = (
  value: string,
  headers: Record<string, string> = {},
  key: string | null = null,
): LogRecord => ({
  key,
  value,
  headers: { 'schema-version': '1', source: 'web', ...headers },
  timestampMs: Date.parse('2026-03-01T12:00:00Z'),
})
