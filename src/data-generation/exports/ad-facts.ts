import { regions } from '../plan/geography.ts'
import {
  BRAND,
  campaigns,
  FACEBOOK,
  firstUnpaidLever,
  INSTAGRAM,
  levers,
  PMAX,
  RETARGETING,
  SEARCH,
  SHOPPING,
  untaggedCampaign,
  VIDEO,
} from '../plan/levers.ts'
import { exponential, hash, rehash, unit } from '../random.ts'
import { campaignOfVisit } from '../web/landing.ts'
import type { World } from '../world/world.ts'

/** A sale a platform counts as its own, on the day of the click or view it credits. */
export interface Claim {
  readonly campaign: number
  /** Day index of the plan. */
  readonly dayIndex: number
  readonly window: '30d_click' | '7d_click' | '1d_view'
  readonly valueCents: number
  /** Days after the credited day before the platform reports it. */
  readonly reportedAfterDays: number
}

/** What the ad accounts measured, per campaign, day of the plan and ad region: `(campaign * days + day) * regions + region`. */
export interface AdFacts {
  readonly clicks: Int32Array
  readonly impressions: Int32Array
  readonly spendCents: Int32Array
  readonly claims: readonly Claim[]
}

/** Regions the ad accounts report by name; all others are one. */
const reportedRegions = regions.flatMap((region, index) =>
  region.weight > 20 || region.code === 'BE-BRU' ? [index] : [],
)
export const adRegionCodes: readonly string[] = [
  ...reportedRegions.map((index) => regions[index]!.code),
  'unknown',
]
const adRegionOf = regions.map((_, index) => {
  const place = reportedRegions.indexOf(index)
  return place < 0 ? reportedRegions.length : place
})
export const adRegionCount = adRegionCodes.length
const regionWeight = adRegionCodes.map((_, place) =>
  regions.reduce((sum, region, index) => sum + (adRegionOf[index] === place ? region.weight : 0), 0),
)
const totalWeight = regionWeight.reduce((a, b) => a + b, 0)

export const reportedCampaigns = [...campaigns, untaggedCampaign]

/** Cost of a thousand impressions in cents where advertising is pushed out. */
const milleCents: Partial<Record<number, number>> = {
  [VIDEO]: 900,
  [FACEBOOK]: 760,
  [INSTAGRAM]: 680,
  [PMAX]: 340,
}

export function factIndex(campaign: number, days: number, dayIndex: number, region: number): number {
  return (campaign * days + dayIndex) * adRegionCount + region
}

export function adFactsOf(world: World): AdFacts {
  const { plan, visits } = world
  const { days } = plan
  const size = reportedCampaigns.length * days * adRegionCount
  const clicks = new Int32Array(size)
  const impressions = new Int32Array(size)
  const spendCents = new Int32Array(size)
  const regionOfPerson = regionsOfPeople(world)
  for (let n = 0; n < visits.count; n++) {
    const lever = visits.lever[n]!
    if (lever < 0 || lever >= firstUnpaidLever) continue
    const campaign = campaignOfVisit(lever, visits.occasion[n]!)
    clicks[
      factIndex(campaign, days, Math.floor(visits.minute[n]! / 1440), regionOfPerson[visits.person[n]!]!)
    ]!++
  }
  reportedCampaigns.forEach((campaign, number) => {
    for (let day = 0; day < days; day++)
      for (let region = 0; region < adRegionCount; region++)
        price(world, campaign.lever, number, day, region, { clicks, impressions, spendCents })
  })
  return { clicks, impressions, spendCents, claims: claimsOf(world) }
}

function regionsOfPeople(world: World): Uint8Array {
  const places = new Uint8Array(world.peopleCount)
  for (const [person, region] of world.regionOfPerson.entries()) places[person] = adRegionOf[region]!
  return places
}

function price(
  world: World,
  lever: number,
  campaign: number,
  day: number,
  region: number,
  out: { clicks: Int32Array; impressions: Int32Array; spendCents: Int32Array },
): void {
  const { plan } = world
  const at = factIndex(campaign, plan.days, day, region)
  const own = levers[lever]!
  const budget = plan.budget[lever * plan.days + day]!
  const h = hash(plan.setting.seed, 600 + campaign, day, region)
  const landed = out.clicks[at]!
  // Some clicks never become a visit: people close the tab before the page has loaded.
  out.clicks[at] = landed + Math.floor(landed * 0.08 + unit(rehash(h, 1)))
  if (landed === 0 && out.clicks[at]! > 0 && budget === 0) out.clicks[at] = 0
  if (own.isDemandDriven) {
    const clickCents = own.clickCents * (0.75 + 0.25 * budget) * (0.9 + 0.1 * plan.season[day]!)
    out.spendCents[at] = Math.round(out.clicks[at]! * clickCents * (0.9 + 0.2 * unit(rehash(h, 2))))
    out.impressions[at] = Math.round(
      out.clicks[at]! * own.impressionsPerClick * (0.8 + 0.4 * unit(rehash(h, 3))),
    )
    return
  }
  const experiment = plan.experiment
  const isHeldOut =
    lever === experiment.lever &&
    day >= experiment.startDay - plan.firstDay &&
    day <= experiment.endDay - plan.firstDay &&
    experiment.treatment.some((treated) => adRegionOf[treated] === region)
  const isUntagged = campaign === reportedCampaigns.length - 1
  const shareOfLever = isUntagged ? 0.06 : reportedCampaigns[campaign]!.share
  const regional =
    (own.dailyBudgetCents * plan.setting.scale * budget * shareOfLever * regionWeight[region]!) / totalWeight
  out.spendCents[at] = isHeldOut ? 0 : Math.round(regional * (0.93 + 0.07 * unit(rehash(h, 2))))
  out.impressions[at] = Math.max(
    out.clicks[at]!,
    Math.round((out.spendCents[at]! * 1000 * (0.85 + 0.3 * unit(rehash(h, 3)))) / milleCents[lever]!),
  )
  if (isUntagged && out.spendCents[at]! > 0)
    out.clicks[at] = Math.floor(out.impressions[at]! * 0.006 + unit(rehash(h, 4)))
}

const googleLevers = new Set([SEARCH, BRAND, SHOPPING, PMAX, VIDEO])
const metaLevers = new Set([FACEBOOK, INSTAGRAM, RETARGETING])

/**
 * Each platform credits itself with every sale it can connect to a click or a view, whatever else happened: the
 * claims of all platforms together exceed the sales.
 */
function claimsOf(world: World): Claim[] {
  const { visits } = world
  const claims: Claim[] = []
  for (const order of world.orders) {
    if (order.visit < 0) continue
    const h = order.purchase.occasion
    const person = visits.person[order.visit]!
    const valueCents = order.priced.totalCents
    let google = -1
    let meta = -1
    for (let n = order.visit; n >= 0 && visits.person[n] === person; n--) {
      const lever = visits.lever[n]!
      const age = order.minute - visits.minute[n]!
      if (age > 30 * 1440) break
      if (google < 0 && googleLevers.has(lever)) google = n
      if (meta < 0 && metaLevers.has(lever) && age <= 7 * 1440) meta = n
    }
    const claim = (visit: number, window: Claim['window']) => {
      const campaign = campaignOfVisit(visits.lever[visit]!, visits.occasion[visit]!)
      const dayIndex = Math.floor(visits.minute[visit]! / 1440)
      claims.push({
        campaign,
        dayIndex,
        window,
        valueCents,
        reportedAfterDays: delay(h, order.minute, dayIndex),
      })
    }
    if (google >= 0) claim(google, '30d_click')
    if (meta >= 0) claim(meta, '7d_click')
    else
      for (const lever of metaLevers) {
        if ((order.viewedMask & (1 << lever)) === 0) continue
        const dayIndex = Math.floor(order.minute / 1440)
        const campaign = campaigns.findIndex((candidate) => candidate.lever === lever)
        claims.push({
          campaign,
          dayIndex,
          window: '1d_view',
          valueCents,
          reportedAfterDays: delay(h, order.minute, dayIndex),
        })
        break
      }
  }
  return claims
}

function delay(h: number, orderMinute: number, creditedDay: number): number {
  const untilSale = Math.floor(orderMinute / 1440) - creditedDay
  return untilSale + 1 + Math.min(6, Math.floor(exponential(rehash(h, 85)) * 1.6))
}
