import { setTimeout } from 'node:timers/promises'
import { PlatformError } from '../../src/contracts/errors.ts'
import type { EventLog, LogReader, LogRecord, StoredRecord } from '../../src/ingestion/event-log/event-log.ts'
import { blocksOf } from '../../src/ingestion/event-log/record-block.ts'
import { keyOf } from '../../src/live/keys.ts'

export interface MemoryLog extends EventLog {
  /** Takes the oldest records of a partition away. */
  truncate(topic: string, partition: number, firstOffset: number): void
  /** From here on reading and asking fail until it is called with false. */
  fail(isFailing: boolean): void
}

interface Partition {
  first: number
  readonly records: StoredRecord[]
}

/** A log in this process, for what is told by a log alone; everything durable is tested on the real one. */
export function memoryLog(): MemoryLog {
  const topics = new Map<string, Partition[]>()
  let isFailing = false
  const partitionsOf = (topic: string) => {
    if (isFailing) throw new PlatformError('log.unavailable', 'log: it does not answer', { canRetry: true })
    const found = topics.get(topic)
    if (found === undefined) throw new PlatformError('topic.unknown', `log: no topic ${topic}`)
    return found
  }
  return {
    kind: 'embedded',
    async createTopic({ name, partitions }) {
      if (!topics.has(name))
        topics.set(
          name,
          Array.from({ length: partitions }, () => ({ first: 0, records: [] })),
        )
    },
    async topics() {
      if (isFailing) throw new PlatformError('log.unavailable', 'log: it does not answer', { canRetry: true })
      return [...topics].map(([name, partitions]) => ({
        name,
        partitions: partitions.map(({ first, records }, partition) => ({
          partition,
          firstOffset: first,
          nextOffset: records.length,
        })),
      }))
    },
    async append(topic, records: readonly LogRecord[]) {
      const partitions = partitionsOf(topic)
      for (const record of records) {
        const partition = keyOf(record.key ?? record.value) % partitions.length
        const { records: stored } = partitions[partition] as Partition
        stored.push({ timestampMs: Date.now(), ...record, partition, offset: stored.length })
      }
    },
    async openReader(topic, from) {
      const next = partitionsOf(topic).map(({ first }, partition) => from[partition] ?? first)
      const reader: LogReader = {
        nextBlocks: async (limits) => blocksOf(await reader.next(limits)),
        async next({ maxRecords = 10_000, maxWaitMs = 200 } = {}) {
          for (const until = performance.now() + maxWaitMs; ; await setTimeout(5)) {
            const found: StoredRecord[] = []
            for (const [partition, { first, records }] of partitionsOf(topic).entries()) {
              const at = next[partition] as number
              if (at < first || at > records.length)
                throw new PlatformError(
                  'log.truncated',
                  `log: ${topic}/${partition} begins at ${first}, not ${at}`,
                )
              const taken = records.slice(at, at + Math.max(0, maxRecords - found.length))
              next[partition] = at + taken.length
              found.push(...taken)
            }
            if (found.length > 0 || performance.now() >= until) return found
          }
        },
        async close() {},
      }
      return reader
    },
    async close() {},
    truncate(topic, partition, firstOffset) {
      ;(topics.get(topic) as Partition[])[partition]!.first = firstOffset
    },
    fail(isNowFailing) {
      isFailing = isNowFailing
    },
  }
}
