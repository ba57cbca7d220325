/** How a channel is paid for: `paid` by click or view, `partner` by fee or commission, `owned` by sending, `earned` not at all. */
export type ChannelKind = 'paid' | 'partner' | 'owned' | 'earned' | 'none'

export interface ChannelDefinition {
  readonly channel: string
  readonly kind: ChannelKind
  /** In words a shop owner understands. */
  readonly description: string
}

/** Every channel in the order its rules are tried, and last what has no channel: orders without a touchpoint, costs of all of marketing. */
export const channelDefinitions = [
  { channel: 'Direct', kind: 'none', description: 'The visitor typed the address or used a bookmark.' },
  {
    channel: 'Cross-network',
    kind: 'paid',
    description:
      'Ads a platform places itself over search, video, display and mail (Performance Max, Demand Gen).',
  },
  { channel: 'Paid Shopping', kind: 'paid', description: 'Product ads on shopping sites and comparisons.' },
  { channel: 'Paid Search', kind: 'paid', description: 'Text ads beside search results.' },
  { channel: 'Paid Social', kind: 'paid', description: 'Ads in social networks.' },
  { channel: 'Paid Video', kind: 'paid', description: 'Ads before or beside videos.' },
  { channel: 'Display', kind: 'paid', description: 'Banners on other sites.' },
  { channel: 'Paid Other', kind: 'paid', description: 'Paid clicks from a place we do not know.' },
  { channel: 'Influencer', kind: 'partner', description: 'Links and codes of influencers.' },
  { channel: 'Organic Shopping', kind: 'earned', description: 'Free listings on shopping sites.' },
  { channel: 'Organic Social', kind: 'earned', description: 'Links in social networks nobody paid for.' },
  { channel: 'Organic Video', kind: 'earned', description: 'Links under videos nobody paid for.' },
  { channel: 'Organic Search', kind: 'earned', description: 'Unpaid search results.' },
  { channel: 'AI Assistant', kind: 'earned', description: 'Links in answers of AI assistants.' },
  { channel: 'Email', kind: 'owned', description: 'Newsletters and automatic e-mails.' },
  { channel: 'Affiliates', kind: 'partner', description: 'Partners paid per sale.' },
  { channel: 'Referral', kind: 'earned', description: 'Links on other sites.' },
  { channel: 'Audio', kind: 'paid', description: 'Podcasts and audio ads.' },
  { channel: 'SMS', kind: 'owned', description: 'Text messages.' },
  { channel: 'Mobile Push', kind: 'owned', description: 'Notifications on the phone.' },
  { channel: 'Unassigned', kind: 'none', description: 'Tagged in a way no rule knows.' },
  { channel: 'Unattributed', kind: 'none', description: 'Orders for which no visit could be found.' },
  { channel: 'All marketing', kind: 'none', description: 'Costs of marketing as a whole: tools, agencies.' },
] as const satisfies readonly ChannelDefinition[]

/** Carries costs of marketing as a whole; counted in totals, never compared with the channels people come by. */
export const sharedCostChannel = 'All marketing'

export type Channel = (typeof channelDefinitions)[number]['channel']
