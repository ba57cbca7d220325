/** A line of the simulated web log, as `web-lines.ts` writes it. */
type WebLine = Readonly<Record<string, string | undefined>>

const consents = { g: 'granted', d: 'denied' } as const
const consentOf = (letters: string | undefined, at: number): string =>
  consents[letters?.[at] as keyof typeof consents] ?? 'unknown'

const fromAddress = {
  utm_source: 'utm_source',
  utm_medium: 'utm_medium',
  utm_campaign: 'utm_campaign',
  utm_content: 'utm_content',
  utm_term: 'utm_term',
  utm_id: 'utm_id',
  gad_campaign_id: 'gad_campaignid',
  gclid: 'gclid',
  gbraid: 'gbraid',
  wbraid: 'wbraid',
  fbclid: 'fbclid',
  ttclid: 'ttclid',
  msclkid: 'msclkid',
} as const

/**
 * A line of the web log as an event that the collector takes: the twin of `adapters/sillage-web`, for a shop whose
 * pages send while they are looked at. Undefined for a line that is no record.
 */
export function trackedEvent(line: string): Record<string, string | undefined> | undefined {
  const record = parsed(line)
  if (record === undefined) return undefined
  const { url, geo, consent } = record
  const query = new URLSearchParams(url?.split('#')[0]?.split('?').slice(1).join('?'))
  return {
    event_id: record.id,
    occurred_at: record.at,
    event_name: record.event,
    anonymous_id: record.visitor,
    customer_id: record.customer,
    email: record.email,
    page_url: url,
    referrer: record.referrer,
    ...Object.fromEntries(
      Object.entries(fromAddress).map(([column, name]) => [column, query.get(name) ?? undefined]),
    ),
    ip: record.ip,
    user_agent: record.ua,
    country: geo?.slice(0, 2),
    region: geo,
    language: record.lang,
    sku: record.sku,
    quantity: record.quantity,
    value: record.value,
    currency: record.currency,
    transaction_id: record.transaction,
    discount_code: record.code,
    search_term: record.search,
    consent_analytics: consentOf(consent, 0),
    consent_ads_storage: consentOf(consent, 1),
    consent_ads_user_data: consentOf(consent, 2),
    consent_ads_personalisation: consentOf(consent, 3),
  }
}

function parsed(line: string): WebLine | undefined {
  try {
    const record: unknown = JSON.parse(line)
    return typeof record === 'object' && record !== null ? (record as WebLine) : undefined
  } catch {
    return undefined
  }
}
