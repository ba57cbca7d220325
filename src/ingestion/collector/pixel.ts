import { randomUUID } from 'node:crypto'

/** One transparent pixel. */
export const transparentGif = Buffer.from(
  'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
  'base64',
)

/**
 * The event that an image's address tells in its query, by the contract's names: a page viewed without scripts, or
 * with `event_name=email_open` an e-mail opened. Consent that is not said is unknown, so no identifier is kept.
 */
export function pixelEvent(
  query: Readonly<Record<string, unknown>>,
  referer: string | undefined,
  receivedAt: Date,
): Record<string, unknown> {
  const asked = Object.entries(query).map(
    ([name, value]) => [name, Array.isArray(value) ? value[0] : value] as const,
  )
  const event: Record<string, unknown> = {
    event_id: randomUUID(),
    occurred_at: receivedAt.toISOString(),
    event_name: 'page_view',
    consent_analytics: 'unknown',
    page_url: referer,
    ...Object.fromEntries(asked),
  }
  // A mail program is not the browser that visits the shop: an open belongs to no visitor.
  if (event.event_name === 'email_open') delete event.anonymous_id
  return event
}
