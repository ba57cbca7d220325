import type { CampaignIndex } from '../contracts/channels/classify-channel.ts'
import { deviceOf, isCrawler } from '../contracts/channels/device-of.ts'
import { createStreamValidator } from '../contracts/stream-validator.ts'
import { webEvents } from '../contracts/tables/web-events.ts'
import { recordHeaders } from '../contracts/topics.ts'
import type { StoredRecord } from '../ingestion/event-log/event-log.ts'
import type { DateOf } from './business-dates.ts'
import { keyOf } from './keys.ts'
import { createSourceReader, type EventSource } from './visit-source.ts'

/** A web event as the speed layer counts it; ids are keys, so nothing personal is in it. */
export interface LiveEvent {
  readonly kind: 'event'
  /** Key of the id on its UTC date: the same id on another date is another event. */
  readonly id: number
  /** Microseconds since 1970, UTC. */
  readonly atMicros: number
  readonly date: string
  readonly name: string
  /** Undefined without consent to analytics. */
  readonly visitor: number | undefined
  readonly hasConsent: boolean
  readonly source: EventSource
  readonly device: string
  readonly country: string
  readonly sku: string
  /** Of a purchase: its order, or the event itself where it names none. */
  readonly order: number
  /** Of a purchase: what was paid, in hundredths of `currency`. */
  readonly valueCents: number
  readonly currency: string
}

/** `outside`: it did not happen on the site, so that nobody visited by it. */
export type Reading = LiveEvent | { readonly kind: 'crawler' | 'refused' | 'outside' }

export interface EventRules {
  readonly dateOf: DateOf
  readonly campaigns: CampaignIndex
  readonly ownHosts: readonly string[]
}

const mostRemembered = 5_000
const knownDevices = ['desktop', 'mobile', 'tablet']
const refused: Reading = { kind: 'refused' }

/** Judges records of the web events' topic as everyone does and reads what counts; never throws for a record. */
export function createEventReader({ dateOf, campaigns, ownHosts }: EventRules) {
  const validator = createStreamValidator(webEvents)
  const sourceOf = createSourceReader(campaigns, ownHosts)
  const agents = new Map<string, { isCrawler: boolean; device: string }>()

  const agentOf = (userAgent: string) => {
    const remembered = agents.get(userAgent)
    if (remembered !== undefined) return remembered
    const agent = { isCrawler: isCrawler(userAgent), device: deviceOf(userAgent) }
    if (agents.size >= mostRemembered) agents.clear()
    agents.set(userAgent, agent)
    return agent
  }

  return (record: StoredRecord): Reading => {
    if (!isReadable(record)) return refused
    const values = judged(record)
    if (values === undefined) return refused
    if (values.event_name === 'email_open') return { kind: 'outside' }
    const agent = values.user_agent == null ? undefined : agentOf(values.user_agent)
    const { device_type } = values
    if (device_type === 'bot' || agent?.isCrawler === true) return { kind: 'crawler' }
    const occurredAt = values.occurred_at as string
    const atMicros = microsOf(occurredAt)
    const id = values.event_id as string
    const hasConsent = values.consent_analytics === 'granted'
    const isPurchase = values.event_name === 'purchase'
    return {
      kind: 'event',
      id: eventKey(occurredAt.slice(0, 10), id),
      atMicros,
      date: dateOf(Math.floor(atMicros / 1000)),
      name: values.event_name as string,
      visitor: hasConsent && values.anonymous_id != null ? keyOf(values.anonymous_id) : undefined,
      hasConsent,
      source: sourceOf(values),
      device: knownDevices.includes(device_type ?? '') ? (device_type as string) : (agent?.device ?? 'other'),
      country: values.country ?? '',
      sku: values.sku ?? '',
      order: isPurchase ? orderKey(values.transaction_id ?? undefined, id) : 0,
      valueCents: isPurchase ? Math.round(Number(values.value ?? 0) * 100) : 0,
      currency: values.currency ?? '',
    }
  }

  function judged(record: StoredRecord): Readonly<Record<string, string | null>> | undefined {
    try {
      const verdict = validator.validate(JSON.parse(record.value), new Date(record.timestampMs))
      return verdict.outcome === 'accepted' ? verdict.values : undefined
    } catch {
      // Not JSON, or nested so deeply that it cannot be written as text.
      return undefined
    }
  }
}

/** Key by which an order counts once, whoever reports it. */
export const orderKey = (transactionId: string | undefined, eventId: string): number =>
  keyOf(transactionId === undefined ? `event ${eventId}` : `order ${transactionId}`)

/** Key of an event's id, as `LiveEvent.id`. @param utcDate `YYYY-MM-DD`. */
export const eventKey = (utcDate: string, eventId: string): number => keyOf(`${utcDate} ${eventId}`)

/** What the lander would not land as a web event. */
function isReadable({ headers }: StoredRecord): boolean {
  const version = headers[recordHeaders.schemaVersion] ?? ''
  const table = headers[recordHeaders.table] ?? webEvents.name
  return (
    /^[1-9]\d{0,8}$/.test(version) &&
    Number(version) <= webEvents.version &&
    table === webEvents.name &&
    headers[recordHeaders.operation] !== 'delete' &&
    headers[recordHeaders.invalidText] !== 'true'
  )
}

function microsOf(timestamp: string): number {
  return (
    Date.parse(`${timestamp.slice(0, 19)}Z`) * 1000 + Number((timestamp.slice(20, -1) || '0').padEnd(6, '0'))
  )
}
