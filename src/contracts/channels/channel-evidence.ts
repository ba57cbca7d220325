/** What one visit tells of where it came from, as a source delivers it; empty text counts as absent. */
export interface ChannelEvidence {
  readonly source?: string | undefined
  readonly medium?: string | undefined
  readonly campaign?: string | undefined
  /** Address of the page before. */
  readonly referrer?: string | undefined
  /** Address the visit landed on; fills what the other fields leave empty. */
  readonly landingUrl?: string | undefined
  /** A platform's campaign id (`gad_campaignid`, `utm_id`). */
  readonly campaignId?: string | undefined
}

/** Evidence in one spelling: lower case, '' for absent, the landing address read. */
export interface NormalisedEvidence {
  readonly source: string
  readonly medium: string
  readonly campaign: string
  readonly campaignIds: readonly string[]
  readonly referrerHost: string
  readonly landingHost: string
  readonly hasGoogleClick: boolean
  readonly hasMicrosoftClick: boolean
}

const lower = (text: string | null | undefined): string => (text ?? '').trim().toLowerCase()

/** Host of an address, lower case, without port and leading `www.`; '' when there is none. */
export function hostOf(address: string | undefined): string {
  const [, rest] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/.exec(lower(address)) ?? []
  const host = (rest ?? '').split('@').at(-1) ?? ''
  return host.replace(/:[0-9]*$/, '').replace(/^www\./, '')
}

function queryOf(address: string | undefined): URLSearchParams {
  const query = (address ?? '').split('#')[0]?.split('?').slice(1).join('?') ?? ''
  return new URLSearchParams(query)
}

/** Reads one visit's evidence. Explicit fields win over the landing address's parameters. */
export function normaliseEvidence(evidence: ChannelEvidence): NormalisedEvidence {
  const query = queryOf(evidence.landingUrl)
  const has = (...names: string[]): boolean => names.some((name) => lower(query.get(name)) !== '')
  const ids = [evidence.campaignId, query.get('gad_campaignid'), query.get('utm_id')].map(lower)
  return {
    source: lower(evidence.source) || lower(query.get('utm_source')),
    medium: lower(evidence.medium) || lower(query.get('utm_medium')),
    campaign: lower(evidence.campaign) || lower(query.get('utm_campaign')),
    campaignIds: [...new Set(ids.filter((id) => id !== ''))],
    referrerHost: hostOf(evidence.referrer),
    landingHost: hostOf(evidence.landingUrl),
    hasGoogleClick: has('gclid', 'gbraid', 'wbraid'),
    hasMicrosoftClick: has('msclkid'),
  }
}
