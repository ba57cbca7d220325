import type { Channel } from './channel-list.ts'
import type { SiteCategory } from './sites.ts'

export const channelModes = ['spend_aligned', 'ga4'] as const
/** `spend_aligned` gives a campaign's visits the channel of its spend; `ga4` is Google Analytics 4's own rule list. */
export type ChannelMode = (typeof channelModes)[number]

/**
 * What a rule asks of a visit's source, medium, campaign (lower case, '' when absent) and of the kind of site its
 * source is. Patterns are in the common subset of RE2 and Java and match anywhere unless anchored.
 */
export type Condition =
  | { readonly field: 'source' | 'medium' | 'campaign'; readonly oneOf: readonly string[] }
  | { readonly field: 'source' | 'medium' | 'campaign'; readonly matches: string }
  | { readonly site: SiteCategory }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }

export interface ChannelRule {
  /** Name shown as "the rule that decided". */
  readonly rule: string
  readonly channel: Channel
  readonly when: Condition
}

const paidMedium: Condition = { field: 'medium', matches: '^(.*cp.*|ppc|retargeting|paid.*)$' }
const shopCampaign: Condition = { field: 'campaign', matches: '^(.*(([^a-df-z]|^)shop|shopping).*)$' }
const displayMedium: Condition = {
  field: 'medium',
  oneOf: ['display', 'banner', 'expandable', 'interstitial', 'cpm'],
}
const emailNames = ['email', 'e-mail', 'e_mail', 'e mail']
const socialMediums = ['social', 'social-network', 'social-media', 'sm', 'social network', 'social media']

const direct: ChannelRule = {
  rule: 'direct',
  channel: 'Direct',
  when: {
    all: [
      { field: 'source', oneOf: ['', '(direct)'] },
      { field: 'medium', oneOf: ['', '(none)', '(not set)'] },
      { field: 'campaign', oneOf: ['', '(direct)', '(not set)'] },
    ],
  },
}

/** GA4 sees the literal source "(direct)", which its collection writes when a visit carries no source at all. */
const ga4Direct: ChannelRule = {
  rule: 'direct',
  channel: 'Direct',
  when: {
    any: [
      {
        all: [
          { field: 'source', oneOf: ['(direct)'] },
          { field: 'medium', oneOf: ['(none)', '(not set)', ''] },
        ],
      },
      direct.when,
    ],
  },
}

const crossNetwork: ChannelRule = {
  rule: 'cross_network',
  channel: 'Cross-network',
  when: { field: 'campaign', matches: 'cross-network' },
}

const named = (names: readonly string[]): Condition => ({
  any: [
    { field: 'medium', oneOf: names },
    { field: 'source', oneOf: names },
  ],
})

/** Paid rules; on a known site a display medium is that site's ad, where the mode says so. */
function paidRules(onKnownSite: Condition): readonly ChannelRule[] {
  return [
    {
      rule: 'paid_shopping',
      channel: 'Paid Shopping',
      when: {
        any: [{ all: [{ site: 'shopping' }, onKnownSite] }, { all: [shopCampaign, paidMedium] }],
      },
    },
    { rule: 'paid_search', channel: 'Paid Search', when: { all: [{ site: 'search' }, onKnownSite] } },
    { rule: 'paid_social', channel: 'Paid Social', when: { all: [{ site: 'social' }, onKnownSite] } },
    { rule: 'paid_video', channel: 'Paid Video', when: { all: [{ site: 'video' }, onKnownSite] } },
    { rule: 'display', channel: 'Display', when: displayMedium },
    { rule: 'paid_other', channel: 'Paid Other', when: paidMedium },
  ]
}

const organicRules: readonly ChannelRule[] = [
  {
    rule: 'organic_shopping',
    channel: 'Organic Shopping',
    when: { any: [{ site: 'shopping' }, shopCampaign] },
  },
  {
    rule: 'organic_social',
    channel: 'Organic Social',
    when: { any: [{ site: 'social' }, { field: 'medium', oneOf: socialMediums }] },
  },
  {
    rule: 'organic_video',
    channel: 'Organic Video',
    when: { any: [{ site: 'video' }, { field: 'medium', matches: '^(.*video.*)$' }] },
  },
  {
    rule: 'organic_search',
    channel: 'Organic Search',
    when: { any: [{ site: 'search' }, { field: 'medium', oneOf: ['organic'] }] },
  },
  {
    rule: 'ai_assistant',
    channel: 'AI Assistant',
    when: {
      any: [{ site: 'ai' }, { field: 'medium', oneOf: ['ai-assistant', 'ai_assistant', 'ai assistant'] }],
    },
  },
]

const referral: ChannelRule = {
  rule: 'referral',
  channel: 'Referral',
  when: { field: 'medium', oneOf: ['referral', 'app', 'link'] },
}
const audio: ChannelRule = {
  rule: 'audio',
  channel: 'Audio',
  when: { field: 'medium', oneOf: ['audio'] },
}
const mobilePush: Condition = {
  any: [
    { field: 'medium', matches: 'push$|mobile|notification' },
    { field: 'source', oneOf: ['firebase'] },
  ],
}

/** Tried in order on a visit whose campaign is not one of ours; first match wins, none is Unassigned. */
export const channelRules: Readonly<Record<ChannelMode, readonly ChannelRule[]>> = {
  spend_aligned: [
    direct,
    crossNetwork,
    ...paidRules({ any: [paidMedium, displayMedium] }),
    {
      rule: 'influencer',
      channel: 'Influencer',
      when: named([
        'influencer',
        'influencers',
        'influencer-marketing',
        'influencer_marketing',
        'influence',
        'influenceur',
        'influenceurs',
        'creator',
        'creators',
        'creatrice',
        'createur',
        'ambassador',
        'ambassadors',
      ]),
    },
    ...organicRules,
    {
      rule: 'email',
      channel: 'Email',
      when: {
        any: [
          named([...emailNames, 'newsletter', 'newsletters', 'mail', 'mailing', 'emailing', 'crm-email']),
          { site: 'email' },
        ],
      },
    },
    {
      rule: 'affiliates',
      channel: 'Affiliates',
      when: named(['affiliate', 'affiliates', 'affiliation', 'affiliate-marketing', 'affilie']),
    },
    referral,
    audio,
    { rule: 'sms', channel: 'SMS', when: named(['sms', 'text-message', 'texto', 'mms']) },
    {
      rule: 'mobile_push',
      channel: 'Mobile Push',
      when: {
        any: [
          mobilePush,
          { field: 'source', oneOf: ['push', 'web-push', 'webpush', 'mobile-push', 'app-push'] },
        ],
      },
    },
  ],
  ga4: [
    ga4Direct,
    crossNetwork,
    ...paidRules(paidMedium),
    ...organicRules,
    { rule: 'email', channel: 'Email', when: named(emailNames) },
    { rule: 'affiliates', channel: 'Affiliates', when: { field: 'medium', oneOf: ['affiliate'] } },
    referral,
    audio,
    { rule: 'sms', channel: 'SMS', when: named(['sms']) },
    { rule: 'mobile_push', channel: 'Mobile Push', when: mobilePush },
  ],
}

/** Rules that decide before the list in `spend_aligned` mode, and the one that decides when nothing does. */
export const knownCampaignIdRule = 'campaign_id'
export const knownCampaignNameRule = 'campaign_name'
export const googleClickRule = 'google_click_id'
export const noRule = 'none'
