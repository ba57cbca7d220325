import { PlatformError } from '../../contracts/errors.ts'
import type { Observer } from '../../contracts/observer.ts'
import { type QuarantineReason, quarantineReasons } from '../../contracts/record-outcomes.ts'
import { webEvents } from '../../contracts/tables/web-events.ts'
import { deadLetterOf, recordHeaders, topics } from '../../contracts/topics.ts'
import type { EventLog, LogRecord } from '../event-log/event-log.ts'
import { type Circumstances, createEventJudge, cut, type EventVerdict, refusedText } from './judge-event.ts'
import { Refusal } from './refusal.ts'
import { describeUnknown, type UnknownField, unknownNames } from './unknown-fields.ts'
import { createAgentReader } from './visitor-agent.ts'

/** The collector's answer: how many events are stored, what became of the others, and what was left out of them. */
export interface Receipt {
  readonly accepted: number
  readonly refused: readonly RefusedEvent[]
  /** Of the first `mostWarnings.events` events with unknown fields, refused ones too. */
  readonly warnings: readonly EventWarning[]
}

export interface EventWarning {
  /** Place in the request, from 0. */
  readonly index: number
  /** At most `mostWarnings.fields`. */
  readonly unknownFields: readonly UnknownField[]
}

/** An answer names no more than this, whatever is sent. */
export const mostWarnings = { events: 20, fields: 10 } as const

export interface RefusedEvent {
  /** Place in the request, from 0. */
  readonly index: number
  readonly reason: QuarantineReason
  readonly column: string | undefined
  readonly message: string
}

export interface EventIntake {
  /** Resolves when the log has the events, and the refused ones beside them. @throws {Refusal} `log_unavailable`. */
  take(events: readonly unknown[], source: string, circumstances: Circumstances): Promise<Receipt>
  /** Keeps a body that holds no events as one refused record. */
  setAside(text: string, reason: QuarantineReason, source: string, receivedAt: Date): Promise<void>
  /** Whether the log took the last events, or failed more than a while ago. */
  isHealthy(): boolean
}

const topic = topics.webEvents.name
const deadLetters = deadLetterOf(topic)
const schemaVersion = String(webEvents.version)
const retryAfterMs = 5_000

/** Judges events and hands them to the log; says through the observer when the log fails and when it is back. */
export function createEventIntake(log: EventLog, observer: Observer, nowMs: () => number): EventIntake {
  const judge = createEventJudge(createAgentReader())
  let failedAtMs: number | undefined

  const append = async (accepted: readonly LogRecord[], refused: readonly LogRecord[]) => {
    try {
      await Promise.all([
        accepted.length > 0 && log.append(topic, accepted),
        refused.length > 0 && log.append(deadLetters, refused),
      ])
      if (failedAtMs !== undefined)
        observer.stage({ stage: 'collect', state: 'finished', message: 'the log takes events again' })
      failedAtMs = undefined
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error
      if (failedAtMs === undefined)
        observer.stage({ stage: 'collect', state: 'failed', message: error.message })
      failedAtMs = nowMs()
      throw new Refusal('log_unavailable', retryAfterMs)
    }
  }
  /** A mistake of ours on one event must not refuse the others, or its sender would send them for ever. */
  const judged = (event: unknown, source: string, circumstances: Circumstances): EventVerdict => {
    try {
      return judge(event, circumstances)
    } catch (error) {
      const message = `an event of ${source} could not be judged: ${error instanceof Error ? error.message : error}`
      observer.stage({ stage: 'collect', state: 'failed', message })
      return { outcome: 'refused', reason: 'malformed_record', column: undefined, text: refusedText(event) }
    }
  }
  /** Looks at every event for the counter, and tells of as many as an answer holds. */
  const warningsOf = (events: readonly unknown[], source: string): EventWarning[] => {
    const warnings: EventWarning[] = []
    let found = 0
    for (const [index, event] of events.entries()) {
      const isTold = warnings.length < mostWarnings.events
      const names = unknownNames(event, isTold ? mostWarnings.fields : 1)
      if (names.length === 0) continue
      found += 1
      if (isTold) warnings.push({ index, unknownFields: names.map(describeUnknown) })
    }
    if (found > 0) observer.count('collector_unknown_fields', found, { source })
    return warnings
  }
  const count = (events: number, source: string, outcome: string, reason: string) =>
    observer.count('collector_events', events, { source, outcome, reason })

  return {
    async take(events, source, circumstances) {
      const timestampMs = circumstances.receivedAt.getTime()
      const headers = { [recordHeaders.schemaVersion]: schemaVersion, [recordHeaders.source]: source }
      const accepted: LogRecord[] = []
      const setAside: LogRecord[] = []
      const refused: RefusedEvent[] = []
      for (const [index, event] of events.entries()) {
        const verdict = judged(event, source, circumstances)
        if (verdict.outcome === 'accepted') {
          accepted.push({ key: verdict.key, value: verdict.value, headers, timestampMs })
          continue
        }
        const { reason, column, text } = verdict
        refused.push({ index, reason, column, message: quarantineReasons[reason] })
        setAside.push(deadLetter(text, reason, headers, timestampMs))
      }
      await append(accepted, setAside)
      if (accepted.length > 0) count(accepted.length, source, 'accepted', '')
      for (const { reason } of refused) count(1, source, 'quarantined', reason)
      return { accepted: accepted.length, refused, warnings: warningsOf(events, source) }
    },

    async setAside(text, reason, source, receivedAt) {
      const headers = { [recordHeaders.schemaVersion]: schemaVersion, [recordHeaders.source]: source }
      await append([], [deadLetter(cut(text), reason, headers, receivedAt.getTime())])
      count(1, source, 'quarantined', reason)
    },

    isHealthy: () => failedAtMs === undefined || nowMs() - failedAtMs > 2 * retryAfterMs,
  }
}

const deadLetter = (
  value: string,
  reason: QuarantineReason,
  headers: LogRecord['headers'],
  timestampMs: number,
): LogRecord => ({
  key: null,
  value,
  headers: {
    ...headers,
    [recordHeaders.deadLetterReason]: reason,
    [recordHeaders.deadLetterOrigin]: 'collector',
    ...(reason === 'wrong_encoding' ? { [recordHeaders.invalidText]: 'true' } : {}),
  },
  timestampMs,
})
