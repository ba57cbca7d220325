import { type ChannelEvidence, type NormalisedEvidence, normaliseEvidence } from './channel-evidence.ts'
import type { Channel } from './channel-list.ts'
import {
  type ChannelMode,
  type Condition,
  channelRules,
  googleClickRule,
  knownCampaignIdRule,
  knownCampaignNameRule,
  noRule,
} from './channel-rules.ts'
import { type Site, type SiteCategory, sites } from './sites.ts'

/** A campaign of an ad account: what `ad_campaigns` knows of it, and the channel its spend carries. */
export interface KnownCampaign {
  readonly platform: string
  readonly campaignId: string
  readonly campaignName: string
  readonly channel: Channel
}

/** Campaigns by lower-case id and by lower-case name; the first of a name or id wins. */
export interface CampaignIndex {
  readonly byId: ReadonlyMap<string, KnownCampaign>
  readonly byName: ReadonlyMap<string, KnownCampaign>
}

export interface ChannelVerdict {
  readonly channel: Channel
  /** The rule that decided: `campaign_id`, `campaign_name`, `google_click_id`, a rule of the list, or `none`. */
  readonly rule: string
  /** True when a click id says "paid" but not by which campaign. */
  readonly isAssumed: boolean
  /** The source and medium the rule list saw. */
  readonly source: string
  readonly medium: string
}

const hosts = new Map<string, Site>(sites.flatMap((site) => site.hosts.map((host) => [host, site])))
const names = new Map<string, Site>(sites.flatMap((site) => (site.names ?? []).map((name) => [name, site])))
const patterns = new Map<string, RegExp>()

/** The site a host belongs to, by longest suffix. */
export function siteOfHost(host: string): Site | undefined {
  const labels = host.split('.')
  for (let start = 0; start < labels.length; start++) {
    const site = hosts.get(labels.slice(start).join('.'))
    if (site !== undefined) return site
  }
  return undefined
}

const siteOfSource = (source: string): Site | undefined => names.get(source) ?? siteOfHost(source)

/** Orders campaigns by platform and id, as the warehouse does, so that both pick the same one of a shared name. */
export function indexCampaigns(campaigns: readonly KnownCampaign[]): CampaignIndex {
  const byId = new Map<string, KnownCampaign>()
  const byName = new Map<string, KnownCampaign>()
  const key = (campaign: KnownCampaign): string => `${campaign.platform}\n${campaign.campaignId}`
  for (const campaign of campaigns.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))) {
    const id = campaign.campaignId.toLowerCase()
    const name = campaign.campaignName.trim().toLowerCase()
    if (!byId.has(id)) byId.set(id, campaign)
    if (!byName.has(name)) byName.set(name, campaign)
  }
  return { byId, byName }
}

/** True when a referrer stands between two pages of one visit: the shop itself, a payment, a bank, a login. */
export function isIgnoredReferrer(host: string, ownHosts: readonly string[]): boolean {
  if (siteOfHost(host)?.category === 'ignored') return true
  return ownHosts.some((own) => own !== '' && (host === own || host.endsWith(`.${own}`)))
}

interface Resolved {
  readonly source: string
  readonly medium: string
  readonly campaign: string
  readonly category: SiteCategory | undefined
}

function resolve(evidence: NormalisedEvidence, mode: ChannelMode, ownHosts: readonly string[]): Resolved {
  const { campaign } = evidence
  const referrer = isIgnoredReferrer(evidence.referrerHost, [...ownHosts, evidence.landingHost])
    ? ''
    : evidence.referrerHost
  const referrerSite = siteOfHost(referrer)
  if (evidence.source !== '' || evidence.medium !== '') {
    const source = evidence.source === '' ? referrer : evidence.source
    return { source, medium: evidence.medium, campaign, category: siteOfSource(source)?.category }
  }
  if (evidence.hasGoogleClick) return { source: 'google', medium: 'cpc', campaign, category: 'search' }
  if (evidence.hasMicrosoftClick && mode === 'spend_aligned') {
    return { source: 'bing', medium: 'cpc', campaign, category: 'search' }
  }
  if (referrer === '') return { source: '', medium: '', campaign, category: undefined }
  const medium = referrerSite?.category === 'search' ? 'organic' : 'referral'
  return { source: referrer, medium, campaign, category: referrerSite?.category }
}

function holds(condition: Condition, visit: Resolved): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, visit))
  if ('any' in condition) return condition.any.some((part) => holds(part, visit))
  if ('site' in condition) return visit.category === condition.site
  const value = visit[condition.field]
  if ('oneOf' in condition) return condition.oneOf.includes(value)
  let pattern = patterns.get(condition.matches)
  if (pattern === undefined) {
    pattern = new RegExp(condition.matches)
    patterns.set(condition.matches, pattern)
  }
  return pattern.test(value)
}

/**
 * The channel of a visit and the rule that decided: the same verdict the warehouse's SQL gives.
 *
 * @param options.campaigns Campaigns of the ad accounts; without them no campaign is known.
 * @param options.ownHosts The shop's hosts, ignored as referrers; the landing page's own host always is.
 */
export function classifyChannel(
  evidence: ChannelEvidence,
  mode: ChannelMode,
  options: { campaigns?: CampaignIndex; ownHosts?: readonly string[] } = {},
): ChannelVerdict {
  const normalised = normaliseEvidence(evidence)
  const visit = resolve(normalised, mode, options.ownHosts ?? [])
  const verdict = (channel: Channel, rule: string, isAssumed = false): ChannelVerdict => ({
    channel,
    rule,
    isAssumed,
    source: visit.source,
    medium: visit.medium,
  })
  if (mode === 'spend_aligned') {
    for (const id of normalised.campaignIds) {
      const campaign = options.campaigns?.byId.get(id)
      if (campaign !== undefined) return verdict(campaign.channel, knownCampaignIdRule)
    }
    const named = normalised.campaign === '' ? undefined : options.campaigns?.byName.get(normalised.campaign)
    if (named !== undefined) return verdict(named.channel, knownCampaignNameRule)
    if (normalised.hasGoogleClick) return verdict('Paid Search', googleClickRule, true)
  }
  const rule = channelRules[mode].find((candidate) => holds(candidate.when, visit))
  return rule === undefined ? verdict('Unassigned', noRule) : verdict(rule.channel, rule.rule)
}
