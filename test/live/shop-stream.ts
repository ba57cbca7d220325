import fc from 'fast-check'
import { recordHeaders } from '../../src/contracts/topics.ts'
import type { LogRecord } from '../../src/ingestion/event-log/event-log.ts'

/** An event as the shop's page reports it, by the contract's delivered names. */
export interface PageEvent {
  readonly event_id: string
  readonly occurred_at: string
  readonly event_name: string
  readonly anonymous_id?: string
  readonly consent_analytics: string
  readonly page_url?: string
  readonly referrer?: string
  readonly utm_source?: string
  readonly utm_medium?: string
  readonly utm_campaign?: string
  readonly utm_id?: string
  readonly gclid?: string
  readonly user_agent?: string
  readonly device_type?: string
  readonly country?: string
  readonly sku?: string
  readonly value?: string
  readonly currency?: string
  readonly transaction_id?: string
}

export const browser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36'
const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1'
const robot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'

/** A record of the log, received at an instant. */
export const recordOf = (event: PageEvent, arrivedMs: number): LogRecord => ({
  key: event.anonymous_id ?? null,
  value: JSON.stringify(event),
  headers: { [recordHeaders.schemaVersion]: '1', [recordHeaders.source]: 'shop' },
  timestampMs: arrivedMs,
})

export const timeText = (ms: number): string => new Date(ms).toISOString()

const arrivals = [
  {},
  {},
  {},
  { referrer: 'https://www.google.com/' },
  { referrer: 'https://floreetseve.example/panier' },
  { referrer: 'https://checkout.stripe.com/' },
  { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'Noël' },
  { gclid: 'Cj0', referrer: 'https://www.google.com/' },
  { utm_source: 'facebook', utm_medium: 'paid_social', utm_campaign: 'fb_prospection_bio' },
]

/**
 * Streams of a few visitors over two days and a midnight: gaps around the 30 minutes, no consent, crawlers,
 * repeated events and orders, sources in the middle of visits.
 */
export const pageEvents = (startMs: number) =>
  fc
    .array(
      fc.record({
        stepSeconds: fc.oneof(
          fc.integer({ min: 0, max: 120 }),
          fc.constantFrom(900, 1_799, 1_800, 1_801),
          fc.integer({ min: 0, max: 20_000 }),
        ),
        visitor: fc.constantFrom(0, 0, 0, 1, 2),
        name: fc.constantFrom(
          'page_view',
          'page_view',
          'product_view',
          'add_to_cart',
          'purchase',
          'purchase',
        ),
        arrival: fc.nat({ max: arrivals.length - 1 }),
        consent: fc.constantFrom('granted', 'granted', 'granted', 'granted', 'denied', 'unknown'),
        agent: fc.constantFrom(browser, browser, phone, robot),
        repeats: fc.nat({ max: 8 }),
        order: fc.nat({ max: 2 }),
      }),
      { minLength: 1, maxLength: 60, size: 'max' },
    )
    .map((steps) => {
      let at = startMs
      const events: PageEvent[] = []
      for (const [index, step] of steps.entries()) {
        at += step.stepSeconds * 1000
        const repeated = step.repeats === 0 ? events[Math.floor(index / 2)] : undefined
        events.push(repeated ?? eventOf(step, index, at))
      }
      return events
    })

function eventOf(
  step: { visitor: number; name: string; arrival: number; consent: string; agent: string; order: number },
  index: number,
  at: number,
): PageEvent {
  const hasConsent = step.consent === 'granted'
  return {
    event_id: `e${index}`,
    occurred_at: timeText(at),
    event_name: step.name,
    ...(hasConsent ? { anonymous_id: `v${step.visitor}` } : {}),
    consent_analytics: step.consent,
    page_url: 'https://www.floreetseve.example/p/huile',
    user_agent: step.agent,
    country: step.visitor % 2 === 0 ? 'FR' : 'BE',
    ...arrivals[step.arrival],
    ...(step.name === 'product_view' || step.name === 'add_to_cart' ? { sku: `S${step.visitor}` } : {}),
    ...(step.name === 'purchase'
      ? { transaction_id: `T${step.order}`, value: '42.50', currency: 'EUR' }
      : {}),
  }
}
