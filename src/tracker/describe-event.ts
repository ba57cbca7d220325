import { newId } from './browser-storage.ts'
import type { Consent } from './consent.ts'
import type { TrackedEvent } from './event-queue.ts'
import type { SessionSource } from './session-source.ts'

export interface Circumstances {
  readonly consent: Consent
  readonly isGranted: boolean
  readonly visitorId: string | undefined
  readonly customerId: string | undefined
  /** The page before, when the source does not say it. */
  readonly referrer: string | undefined
  readonly source: SessionSource | undefined
}

const longest: Record<string, number> = {
  page_url: 4096,
  referrer: 4096,
  page_title: 1024,
  search_term: 1024,
}
const identifiers = ['customer_id', 'email', 'search_term', 'transaction_id']

/** An event under the contract's names; without analytics consent it names nobody and no page's query. */
export function describeEvent(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  { consent, isGranted, visitorId, customerId, referrer, source }: Circumstances,
): TrackedEvent {
  const described: Record<string, unknown> = {
    event_id: newId(),
    occurred_at: new Date().toISOString(),
    event_name: name,
    anonymous_id: visitorId,
    customer_id: customerId,
    page_url: location.href,
    page_title: document.title,
    referrer: source ? undefined : referrer,
    language: navigator.language,
    ...source,
  }
  for (const [field, value] of Object.entries(fields)) {
    const column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    // Sums of prices have more decimals than money.
    described[column] = column === 'value' && typeof value === 'number' ? value.toFixed(2) : value
  }
  Object.assign(described, consent)
  const event: TrackedEvent = {}
  for (const [column, value] of Object.entries(described)) {
    if (value == null || value === '') continue
    const text = String(value).slice(0, longest[column] ?? 512)
    if (isGranted) event[column] = text
    else if (column === 'page_url' || column === 'referrer') event[column] = text.replace(/[?#].*/, '')
    else if (!identifiers.includes(column) || (column === 'transaction_id' && name === 'purchase'))
      event[column] = text
  }
  return event
}
