import { type CampaignIndex, classifyChannel } from '../contracts/channels/classify-channel.ts'

/** Where an event says its visitor came from. */
export interface EventSource {
  readonly channel: string
  /** Name of the ad account's campaign, else the tag; empty without one. */
  readonly campaign: string
}

/** A source that sends nobody anywhere: no evidence, or the shop's own pages, a payment, a log-in. */
export const noSource: EventSource = { channel: 'Direct', campaign: '' }

/** Columns of a web event that tell of its source, by their names in the contract. */
export type SourceColumns = Readonly<Record<string, string | null | undefined>>

const evidence = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_id', 'gad_campaign_id'] as const
const googleClicks = ['gclid', 'gbraid', 'wbraid'] as const
const mostRemembered = 10_000

/**
 * Reads the source of events by the rules of the batch layer: from the columns, not from the page's address, whose
 * parameters whoever sends the event has put into columns.
 *
 * @returns For an event `noSource`, or its channel and campaign.
 */
export function createSourceReader(campaigns: CampaignIndex, ownHosts: readonly string[]) {
  const known = new Map<string, EventSource>()
  return (event: SourceColumns): EventSource => {
    // Bronze keeps no click id without consent.
    const hasConsent = event.consent_analytics === 'granted'
    const hasGoogleClick = hasConsent && googleClicks.some((name) => event[name] != null)
    const hasMicrosoftClick = hasConsent && event.msclkid != null
    const page = rawHost(event.page_url)
    const referrer = rawHost(event.referrer)
    const isInside =
      referrer === '' || referrer === page || `www.${referrer}` === page || referrer === `www.${page}`
    const isTagged = evidence.some((name) => event[name] != null)
    if (isInside && !isTagged && !hasGoogleClick && !hasMicrosoftClick) return noSource
    const key = JSON.stringify([
      ...evidence.map((name) => event[name] ?? ''),
      hasGoogleClick,
      hasMicrosoftClick,
      isInside ? '' : referrer,
    ])
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const source = sourceOf(event, { hasGoogleClick, hasMicrosoftClick, referrer: isInside ? '' : referrer })
    if (known.size >= mostRemembered) known.clear()
    known.set(key, source)
    return source
  }

  function sourceOf(
    event: SourceColumns,
    found: { hasGoogleClick: boolean; hasMicrosoftClick: boolean; referrer: string },
  ): EventSource {
    const address = new URLSearchParams()
    if (found.hasGoogleClick) address.set('gclid', '1')
    if (found.hasMicrosoftClick) address.set('msclkid', '1')
    if (event.gad_campaign_id != null) address.set('gad_campaignid', event.gad_campaign_id)
    if (event.utm_id != null) address.set('utm_id', event.utm_id)
    const verdict = classifyChannel(
      {
        source: event.utm_source ?? undefined,
        medium: event.utm_medium ?? undefined,
        campaign: event.utm_campaign ?? undefined,
        referrer: found.referrer === '' ? undefined : `https://${found.referrer}/`,
        landingUrl: `https:///?${address}`,
      },
      'spend_aligned',
      { campaigns, ownHosts },
    )
    if (verdict.channel === 'Direct') return noSource
    const campaign =
      campaigns.byId.get(lower(event.gad_campaign_id)) ??
      campaigns.byId.get(lower(event.utm_id)) ??
      campaigns.byName.get(lower(event.utm_campaign))
    return { channel: verdict.channel, campaign: campaign?.campaignName ?? lower(event.utm_campaign) }
  }
}

const lower = (text: string | null | undefined): string => (text ?? '').trim().toLowerCase()

/** As the models' `url_raw_host`. */
function rawHost(url: string | null | undefined): string {
  const start = url?.indexOf('://') ?? -1
  if (url == null || start < 0) return ''
  return (/^[^/?#]*/.exec(url.slice(start + 3))?.[0] ?? '').toLowerCase()
}
