/** A thing the shop can spend less or more on; the unit in which counterfactual worlds are switched. */
export interface Lever {
  readonly id: LeverId
  /** Channel as SEMANTICS spells it: where its spend and its sessions are booked. */
  readonly channel: string
  readonly platform: string
  /** Natural daily budget in euro cents at the reference size. */
  readonly dailyBudgetCents: number
  /** Budget, in natural budgets, at which it reaches half of those it could. */
  readonly halfSaturation: number
  /** Cents a click costs at natural budget; searched words cost more when bid higher. */
  readonly clickCents: number
  /** Impressions per click. */
  readonly impressionsPerClick: number
  /** True when spend follows people's clicks, up to the budget, instead of being pushed out. */
  readonly isDemandDriven: boolean
}

export const leverIds = [
  'google_search',
  'google_brand',
  'google_shopping',
  'google_pmax',
  'google_video',
  'facebook',
  'instagram',
  'retargeting',
  'email',
  'sms',
  'affiliates',
  'influencers',
] as const
export type LeverId = (typeof leverIds)[number]

const lever = (
  id: LeverId,
  channel: string,
  platform: string,
  dailyBudgetCents: number,
  halfSaturation: number,
  clickCents: number,
  impressionsPerClick: number,
  isDemandDriven: boolean,
): Lever => ({
  id,
  channel,
  platform,
  dailyBudgetCents,
  halfSaturation,
  clickCents,
  impressionsPerClick,
  isDemandDriven,
})

/** In the order of `leverIds`; the index is the lever's number everywhere in this folder. */
export const levers: readonly Lever[] = [
  lever('google_search', 'Paid Search', 'google', 2400, 0.9, 78, 19, true),
  lever('google_brand', 'Paid Search', 'google', 900, 0.25, 22, 4, true),
  lever('google_shopping', 'Paid Shopping', 'google', 2200, 0.8, 46, 85, true),
  lever('google_pmax', 'Cross-network', 'google', 2100, 1.1, 55, 95, false),
  lever('google_video', 'Paid Video', 'google', 1000, 1.2, 0, 0, false),
  lever('facebook', 'Paid Social', 'facebook', 2000, 1.0, 0, 0, false),
  lever('instagram', 'Paid Social', 'instagram', 2100, 1.1, 0, 0, false),
  lever('retargeting', 'Paid Social', 'facebook', 800, 0.5, 64, 110, true),
  lever('email', 'Email', '', 0, 0.4, 0, 0, true),
  lever('sms', 'SMS', '', 0, 0.4, 0, 0, true),
  lever('affiliates', 'Affiliates', '', 0, 0.3, 0, 0, true),
  lever('influencers', 'Influencer', '', 0, 0.9, 0, 0, false),
]

export const SEARCH = 0
export const BRAND = 1
export const SHOPPING = 2
export const PMAX = 3
export const VIDEO = 4
export const FACEBOOK = 5
export const INSTAGRAM = 6
export const RETARGETING = 7
export const EMAIL = 8
export const SMS = 9
export const AFFILIATES = 10
export const INFLUENCERS = 11

/** Levers below this number are paid through an ad account. */
export const firstUnpaidLever = EMAIL

export interface Campaign {
  readonly id: string
  readonly lever: number
  readonly name: string
  /** The platform's own type. */
  readonly type: string
  readonly accountId: string
  /** Value of utm_campaign where the shop tags its links. */
  readonly utm: string
  readonly share: number
}

export const googleAccount = '3141592653'
export const metaAccount = 'act_2718281828'

const campaign = (
  id: string,
  leverIndex: number,
  name: string,
  type: string,
  utm: string,
  share: number,
) => ({
  id,
  lever: leverIndex,
  name,
  type,
  accountId: leverIndex <= VIDEO ? googleAccount : metaAccount,
  utm,
  share,
})

export const campaigns: readonly Campaign[] = [
  campaign('20100000011', SEARCH, 'FR | Search | Soins visage bio', 'SEARCH', 'fr_search_visage', 0.6),
  campaign('20100000012', SEARCH, 'FR | Search | Corps et cheveux', 'SEARCH', 'fr_search_corps', 0.4),
  campaign('20100000021', BRAND, 'FR | Search | Marque', 'SEARCH', 'fr_search_marque', 1),
  campaign('20100000031', SHOPPING, 'FR | Shopping | Catalogue', 'SHOPPING', 'fr_shopping', 1),
  campaign('20100000041', PMAX, 'FR | PMax | Meilleures ventes', 'PERFORMANCE_MAX', 'fr_pmax', 1),
  campaign('20100000051', VIDEO, 'FR | YouTube | Notoriété', 'VIDEO', 'fr_youtube', 1),
  campaign(
    '120210000000000011',
    FACEBOOK,
    'FB | Prospection | Similaires',
    'OUTCOME_SALES',
    'fb_prospection_similaires',
    0.55,
  ),
  campaign(
    '120210000000000012',
    FACEBOOK,
    'FB | Prospection | Intérêts bio',
    'OUTCOME_SALES',
    'fb_prospection_bio',
    0.45,
  ),
  campaign(
    '120210000000000021',
    INSTAGRAM,
    'IG | Prospection | Reels',
    'OUTCOME_SALES',
    'ig_prospection_reels',
    0.6,
  ),
  campaign(
    '120210000000000022',
    INSTAGRAM,
    'IG | Prospection | Stories',
    'OUTCOME_TRAFFIC',
    'ig_prospection_stories',
    0.4,
  ),
  campaign(
    '120210000000000031',
    RETARGETING,
    'FB | Retargeting | Paniers 14 j',
    'OUTCOME_SALES',
    'fb_retargeting_paniers',
    1,
  ),
]

/** A campaign whose links lost their tags: it spends and no session ever names it. */
export const untaggedCampaign: Campaign = campaign(
  '120210000000000099',
  FACEBOOK,
  'FB | Test | Publication masquée',
  'OUTCOME_ENGAGEMENT',
  '',
  0,
)

export const campaignsOfLever: readonly (readonly number[])[] = levers.map((_, index) =>
  campaigns.flatMap((candidate, number) => (candidate.lever === index ? [number] : [])),
)

/** Campaign of a lever by a uniform draw. */
export function campaignOf(leverIndex: number, draw: number): number {
  let rest = draw
  const own = campaignsOfLever[leverIndex]!
  for (const number of own) {
    rest -= campaigns[number]!.share
    if (rest < 0) return number
  }
  return own.at(-1) ?? -1
}
