import { PlatformError } from '../../contracts/errors.ts'
import { deadLetterOf, recordHeaders, topicList, topics } from '../../contracts/topics.ts'
import { storableEvent } from '../collector/judge-event.ts'
import type { EventLog, LogRecord, StoredRecord } from './event-log.ts'

export interface ReplayOptions {
  /** A dead-letter topic, or the topic it belongs to. */
  readonly topic: string
  /** First offset; default the oldest. */
  readonly from?: number
  /** Last offset; default the newest there is at the start. */
  readonly to?: number
  /** Only those refused for this reason. */
  readonly reason?: string
  /** Counts, and sends nothing. */
  readonly isDryRun: boolean
}

export interface ReplayResult {
  readonly topic: string
  readonly origin: string
  /** Records in the range, and those of them that were (or would be) sent. */
  readonly read: number
  readonly sent: number
  /** Web events that cannot be read as one, whose text is not sent to where events are. */
  readonly unreadable: number
  readonly byReason: Readonly<Record<string, number>>
}

/**
 * Sends a topic's dead letters to the topic they were refused from, as they were but for the headers that set them
 * aside. Web events meet the collector's rules of consent again, whoever set them aside. To repeat it is safe: they keep
 * their `event_id`, of which staging counts one a day, and their time.
 *
 * @throws {PlatformError} `topic.unknown`, `query.invalid` for a range that is none, `log.unavailable`.
 */
export async function replayDeadLetters(log: EventLog, options: ReplayOptions): Promise<ReplayResult> {
  const { from, to, reason, isDryRun } = options
  const origin = originOf(options.topic)
  const topic = deadLetterOf(origin)
  const state = (await log.topics()).find(({ name }) => name === topic)?.partitions[0]
  const byReason: Record<string, number> = {}
  const result = { topic, origin, read: 0, sent: 0, unreadable: 0, byReason }
  if (state === undefined) return result
  const end = Math.min(to ?? Number.MAX_SAFE_INTEGER, state.nextOffset - 1)
  const start = Math.max(from ?? 0, state.firstOffset)
  if (from !== undefined && to !== undefined && from > to)
    throw new PlatformError('query.invalid', `topics: offsets from ${from} to ${to} are no range`)
  if (start > end) return result
  const reader = await log.openReader(topic, { 0: start })
  try {
    for (let isDone = false; !isDone; ) {
      const records = await reader.next({ maxRecords: 1_000, maxWaitMs: 5_000 })
      const inRange = records.filter(({ offset }) => offset <= end)
      const chosen = inRange.filter((record) => reason === undefined || reasonOf(record) === reason)
      result.read += inRange.length
      for (const record of chosen) byReason[reasonOf(record)] = (byReason[reasonOf(record)] ?? 0) + 1
      const sent = chosen.flatMap((record) => asSent(origin, record) ?? [])
      if (!isDryRun && sent.length > 0) await log.append(origin, sent)
      result.sent += sent.length
      result.unreadable += chosen.length - sent.length
      isDone = records.length === 0 || (records.at(-1)?.offset ?? 0) >= end
    }
    return result
  } finally {
    await reader.close()
  }
}

function originOf(topic: string): string {
  const found = topicList.find(({ name }) => topic === name || topic === deadLetterOf(name))
  if (found !== undefined) return found.name
  throw new PlatformError(
    'topic.unknown',
    `topics: no dead letters of ${topic}; there are those of ${topicList.map(({ name }) => name).join(', ')}`,
  )
}

const reasonOf = ({ headers }: StoredRecord) => headers[recordHeaders.deadLetterReason] ?? 'unknown'

function asSent(origin: string, { key, value, headers, timestampMs }: StoredRecord): LogRecord | undefined {
  const {
    [recordHeaders.deadLetterReason]: _reason,
    [recordHeaders.deadLetterOrigin]: _origin,
    ...own
  } = headers
  const content = origin === topics.webEvents.name ? storableEvent(value) : { key, value }
  return content === undefined ? undefined : { ...content, headers: own, timestampMs }
}
