import type { Column } from '../../contracts/columns.ts'
import { columnsOf } from '../../contracts/contract.ts'
import type { QuarantineReason } from '../../contracts/record-outcomes.ts'
import { createStreamValidator, type StreamVerdict } from '../../contracts/stream-validator.ts'
import { webEvents } from '../../contracts/tables/web-events.ts'
import { deliveredName } from '../../contracts/text-rules.ts'
import { addressOnly, maskedText, truncatedIp } from './personal-text.ts'
import type { VisitorAgent } from './visitor-agent.ts'

/** What a request tells of its sender beside the events. */
export interface Circumstances {
  readonly receivedAt: Date
  /** What the sender's clock lacks, in milliseconds; 0 when it is about right. */
  readonly clockLagMs: number
  /** Of a request that a browser sent: then its address and user agent are the visitor's. */
  readonly visitor: Visitor | undefined
}

export interface Visitor {
  readonly ip: string
  readonly userAgent: string | undefined
  readonly language: string | undefined
}

export type EventVerdict =
  | { readonly outcome: 'accepted'; readonly key: string | null; readonly value: string }
  | {
      readonly outcome: 'refused'
      readonly reason: QuarantineReason
      readonly column: string | undefined
      /** What of the record may be kept for whoever looks into it. */
      readonly text: string
    }

const columns = columnsOf(webEvents).map(({ name, column }) => ({ key: deliveredName(name, column), column }))
const longestRefusedText = 16_384

/**
 * Judges events by the contract and takes out, before anything is stored, what bronze would not keep: without
 * analytics consent every identifier, and of addresses all but the page.
 */
export function createEventJudge(agentOf: (userAgent: string) => VisitorAgent) {
  const validator = createStreamValidator(webEvents)

  return (record: unknown, circumstances: Circumstances): EventVerdict => {
    const verdict = validate(complete(record, circumstances, agentOf), circumstances.receivedAt)
    if (verdict.outcome === 'quarantined') return refused(verdict.reason, verdict.column, record)
    const { values } = verdict
    const row: Record<string, string> = {}
    for (const { key, column } of columns) {
      const value = values[key]
      if (value == null) continue
      if (value.includes('\0')) return refused('nul_character', key, record)
      if (!value.isWellFormed()) return refused('wrong_encoding', key, record)
      const kept = storable(value, column, values.consent_analytics === 'granted', values.event_name)
      if (kept !== undefined) row[key] = kept
    }
    return {
      outcome: 'accepted',
      key: row.anonymous_id ?? row.customer_id ?? null,
      value: JSON.stringify(row),
    }
  }

  function validate(record: unknown, receivedAt: Date): StreamVerdict {
    try {
      return validator.validate(record, receivedAt)
    } catch (error) {
      // A value nested so deeply that it cannot be written as text.
      if (!(error instanceof RangeError)) throw error
      return { outcome: 'quarantined', reason: 'malformed_record', column: undefined }
    }
  }
}

/** Fills in what the request knows better than the event; leaves alone what is no object. */
function complete(record: unknown, at: Circumstances, agentOf: (userAgent: string) => VisitorAgent): unknown {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return record
  const event = record as Record<string, unknown>
  const { visitor, clockLagMs } = at
  if (visitor !== undefined) {
    event.ip = visitor.ip
    event.user_agent ||= visitor.userAgent
    event.language ||= visitor.language
  }
  if (typeof event.ip === 'string') event.ip = truncatedIp(event.ip)
  if (typeof event.user_agent === 'string') {
    const agent = agentOf(event.user_agent)
    event.device_type ??= agent.device_type
    event.browser ??= agent.browser
    event.operating_system ??= agent.operating_system
  }
  if (clockLagMs !== 0 && typeof event.occurred_at === 'string') {
    const occurredAtMs = Date.parse(event.occurred_at)
    const corrected = new Date(occurredAtMs + clockLagMs)
    if (!Number.isNaN(corrected.getTime())) event.occurred_at = corrected.toISOString()
  }
  return event
}

/** The twin of `bronzeValues` for texts that are on their way; hashes are made later, where the secret is. */
function storable(
  value: string,
  { personalData, keptWithoutConsentOn }: Column,
  isGranted: boolean,
  eventName: string | null | undefined,
): string | undefined {
  switch (personalData) {
    case 'email':
    case 'phone':
      return isGranted ? value : undefined
    case 'ip':
      return isGranted ? truncatedIp(value) : undefined
    case 'identifier':
      return isGranted || (keptWithoutConsentOn !== undefined && keptWithoutConsentOn === eventName)
        ? value
        : undefined
    case 'free_text':
      return isGranted ? maskedText(value) : undefined
    case 'shared_text':
      return maskedText(value)
    case 'address':
      return maskedText(isGranted ? value : addressOnly(value))
    default:
      return value
  }
}

function refused(reason: QuarantineReason, column: string | undefined, record: unknown): EventVerdict {
  return { outcome: 'refused', reason, column, text: refusedText(record) }
}

/** What of an event may be stored: no column that the contract does not know, and identifiers by consent only. */
function storableColumns(event: Readonly<Record<string, unknown>>): Record<string, string> {
  const isGranted = event.consent_analytics === 'granted'
  const eventName = typeof event.event_name === 'string' ? event.event_name : undefined
  const kept = columns.flatMap(({ key, column }) => {
    const value = event[key]
    if (value == null) return []
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    const storedText = storable(text, column, isGranted, eventName)
    return storedText === undefined ? [] : [[key, storedText] as const]
  })
  return Object.fromEntries(kept)
}

/**
 * The text of an event that was not judged here, as this collector would have stored it; undefined when it is none.
 * It is not held against the contract: whoever lands it does that.
 */
export function storableEvent(
  text: string,
): { readonly key: string | null; readonly value: string } | undefined {
  try {
    const event: unknown = JSON.parse(text)
    if (typeof event !== 'object' || event === null || Array.isArray(event)) return undefined
    const row = storableColumns(event as Record<string, unknown>)
    return { key: row.anonymous_id ?? row.customer_id ?? null, value: JSON.stringify(row) }
  } catch {
    return undefined
  }
}

/** A refused record as it may be kept. */
export function refusedText(record: unknown): string {
  try {
    const isEvent = typeof record === 'object' && record !== null && !Array.isArray(record)
    return cut(JSON.stringify(isEvent ? storableColumns(record as Record<string, unknown>) : record))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return '"nested too deeply to be shown"'
  }
}

/** Text of a record that goes to the dead letters: enough to see what is wrong with it. */
export const cut = (text: string): string => text.slice(0, longestRefusedText).toWellFormed()
