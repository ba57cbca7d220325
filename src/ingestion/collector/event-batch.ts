import { isUtf8 } from 'node:buffer'
import type { QuarantineReason } from '../../contracts/record-outcomes.ts'

export interface EventBatch {
  readonly outcome: 'batch'
  readonly events: readonly unknown[]
  /** The sender's clock when it sent, in milliseconds since 1970. */
  readonly sentAtMs: number | undefined
  readonly writeKey: string | undefined
}

export interface UnreadableBatch {
  readonly outcome: 'unreadable'
  readonly reason: QuarantineReason
  readonly text: string
}

const byteOrderMark = '\uFEFF'

/** One event, an array of events, or `{ events, sent_at?, write_key? }`. */
export function readBatch(body: Buffer): EventBatch | UnreadableBatch {
  const read = body.toString()
  const text = read.startsWith(byteOrderMark) ? read.slice(1) : read
  if (!isUtf8(body)) return { outcome: 'unreadable', reason: 'wrong_encoding', text }
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    return { outcome: 'unreadable', reason: 'malformed_record', text }
  }
  if (Array.isArray(given))
    return { outcome: 'batch', events: given, sentAtMs: undefined, writeKey: undefined }
  const { events, sent_at, write_key } = (given ?? {}) as Record<string, unknown>
  const sentAtMs = typeof sent_at === 'string' ? Date.parse(sent_at) : Number.NaN
  return {
    outcome: 'batch',
    events: Array.isArray(events) ? events : [given],
    sentAtMs: Number.isNaN(sentAtMs) ? undefined : sentAtMs,
    writeKey: typeof write_key === 'string' ? write_key : undefined,
  }
}
