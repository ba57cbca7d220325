import type { Channel } from './channel-list.ts'

interface CampaignRule {
  /** Ad platforms the rule speaks of, as in the `ad_campaigns` contract. */
  readonly platforms: readonly string[]
  /** Found in the lower-case campaign type; absent: every type. */
  readonly type?: string
  readonly channel: Channel
}

/**
 * The channel of an ad campaign, which its spend and its visits share; first match wins.
 * Types are matched as the platforms spell them (`PERFORMANCE_MAX`, `DEMAND_GEN`, `OUTCOME_SALES`) and loosely
 * enough for the display names exports use ("Performance Max").
 */
export const campaignRules: readonly CampaignRule[] = [
  { platforms: ['facebook', 'instagram', 'tiktok', 'pinterest'], channel: 'Paid Social' },
  {
    platforms: ['google', 'microsoft'],
    type: 'performance.?max|pmax|demand.?gen|discovery|smart|multi.?channel|local',
    channel: 'Cross-network',
  },
  { platforms: ['google', 'microsoft'], type: 'shop', channel: 'Paid Shopping' },
  { platforms: ['google', 'microsoft'], type: 'search', channel: 'Paid Search' },
  { platforms: ['google', 'microsoft'], type: 'video|youtube', channel: 'Paid Video' },
  { platforms: ['google', 'microsoft'], type: 'display|audience', channel: 'Display' },
]

/** What a campaign that no rule knows is. */
export const otherCampaignChannel: Channel = 'Paid Other'

/** @param platform As in `ad_campaigns`. @param campaignType The platform's own word for it. */
export function campaignChannel(platform: string, campaignType: string): Channel {
  const type = campaignType.toLowerCase()
  const rule = campaignRules.find(
    (candidate) =>
      candidate.platforms.includes(platform.toLowerCase()) &&
      (candidate.type === undefined || new RegExp(candidate.type).test(type)),
  )
  return rule?.channel ?? otherCampaignChannel
}
