import { dayOf, seasonOf, weekdayOf, weekStart, yearOf } from '../calendar.ts'
import { hash, rehash, unit } from '../random.ts'
import { burnInDays, type WorldSetting } from '../shop.ts'
import { catalog } from './catalog.ts'
import { regions } from './geography.ts'
import { type InfluencerPost, leakDays, postsBetween } from './influencer-plan.ts'
import { EMAIL, firstUnpaidLever, INSTAGRAM, levers } from './levers.ts'
import { type Promotion, promotionsBetween, promotionsByDay } from './promotions.ts'

export interface Sending {
  readonly lever: number
  readonly day: number
  readonly minute: number
  readonly name: string
  /** Promotion it announces, or −1. */
  readonly promotion: number
}

export interface GeoExperiment {
  readonly id: string
  readonly lever: number
  readonly startDay: number
  readonly endDay: number
  readonly treatment: readonly number[]
  readonly control: readonly number[]
}

/** Everything the shop decided beforehand: inputs of the world, equal in all its counterfactuals. */
export interface MarketingPlan {
  readonly setting: WorldSetting
  /** First day of the burn-in; day indexes count from here. */
  readonly firstDay: number
  /** Days lived through: burn-in, recorded days, and a margin so that the last recorded day is as any other. */
  readonly days: number
  readonly season: Float64Array
  /** Budget of each ad lever and day relative to its natural budget: `lever * days + day`. */
  readonly budget: Float64Array
  readonly promotions: readonly Promotion[]
  readonly promotionOfDay: Int16Array
  readonly posts: readonly InfluencerPost[]
  readonly emails: readonly Sending[]
  readonly texts: readonly Sending[]
  readonly experiment: GeoExperiment
  /** Day from which one influencer's code stands on a coupon site. */
  readonly leakFromDay: number
  /** 1 where a product is out of stock: `product * days + day`. */
  readonly stockOut: Uint8Array
}

const marginDays = 7
const steps = [0.55, 0.8, 1, 1, 1.25, 1.6]

/** Budget steps change every three weeks, each lever on its own rhythm, and rest now and then. */
function budgetOf(seed: number, lever: number, day: number, season: number): number {
  const block = Math.floor((weekStart(day) + lever * 7) / 21)
  const level = steps[hash(seed, 500 + lever, block) % steps.length]!
  const quarter = yearOf(day) * 4 + Math.floor(new Date(day * 86_400_000).getUTCMonth() / 3)
  const h = hash(seed, 520 + lever, quarter)
  const pauseStart =
    weekStart(dayOf(Math.floor(quarter / 4), (quarter % 4) * 3 + 1, 8)) + (rehash(h, 1) % 8) * 7
  const isPaused = unit(h) < 0.45 && day >= pauseStart && day < pauseStart + 14
  return isPaused ? 0 : level * (0.75 + 0.25 * season)
}

function sendings(promotions: readonly Promotion[], firstDay: number, days: number): [Sending[], Sending[]] {
  const emails: Sending[] = []
  const texts: Sending[] = []
  const named = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
  for (let day = firstDay; day < firstDay + days; day++) {
    if (weekdayOf(day) === 1)
      emails.push({ lever: EMAIL, day, minute: 600, name: `lettre_${named(day)}`, promotion: -1 })
    if (weekdayOf(day) === 3 && Number(named(day).slice(6)) <= 7)
      texts.push({ lever: EMAIL + 1, day, minute: 1110, name: `sms_${named(day)}`, promotion: -1 })
  }
  promotions.forEach((promotion, index) => {
    const slug = promotion.id.toLowerCase().replaceAll('-', '_')
    const add = (list: Sending[], lever: number, day: number, minute: number, suffix: string) => {
      if (day >= firstDay && day < firstDay + days)
        list.push({ lever, day, minute, name: `${slug}_${suffix}`, promotion: index })
    }
    add(emails, EMAIL, promotion.startDay, 480, 'ouverture')
    if (promotion.endDay - promotion.startDay > 3) add(emails, EMAIL, promotion.endDay, 1050, 'dernier_jour')
    if (promotion.pull >= 0.6) add(texts, EMAIL + 1, promotion.startDay, 660, 'sms')
  })
  const byTime = (a: Sending, b: Sending) =>
    a.day - b.day || a.minute - b.minute || (a.name < b.name ? -1 : 1)
  return [emails.sort(byTime), texts.sort(byTime)]
}

/** One finished hold-out of Instagram: matched regions by size, every second French region treated. */
function experimentOf(setting: WorldSetting): GeoExperiment {
  const planned = setting.plannedEndDay - setting.startDay
  const startDay = weekStart(setting.startDay + Math.min(301, Math.floor(planned * 0.3)) + 3)
  const lengthDays = planned < 140 ? 14 : 28
  const mainland = regions.flatMap((region, index) =>
    region.country === 'FR' && region.weight > 20 ? [index] : [],
  )
  return {
    id: `GEO-INSTAGRAM-${yearOf(startDay)}`,
    lever: INSTAGRAM,
    startDay,
    endDay: startDay + lengthDays - 1,
    treatment: mainland.filter((_, n) => n % 4 === 1 || n % 4 === 2),
    control: mainland.filter((_, n) => n % 4 === 0 || n % 4 === 3),
  }
}

function stockOuts(seed: number, firstDay: number, days: number): Uint8Array {
  const out = new Uint8Array(catalog.length * days)
  catalog.forEach((product, index) => {
    if (product.isGiftCard) return
    const firstMonth = Math.floor(firstDay / 30)
    for (let month = firstMonth; month * 30 < firstDay + days; month++) {
      const h = hash(seed, 700 + index, month)
      if (unit(h) >= 0.055) continue
      const start = month * 30 + (rehash(h, 1) % 30) - firstDay
      const end = start + 2 + (rehash(h, 2) % 9)
      for (let day = Math.max(0, start); day < Math.min(days, end); day++) out[index * days + day] = 1
    }
  })
  return out
}

/** Lays out the plan of a setting; a later end date only ever adds days to it. */
export function createMarketingPlan(setting: WorldSetting): MarketingPlan {
  const firstDay = setting.startDay - burnInDays
  const days = setting.endDay - firstDay + 1 + marginDays
  const lastDay = firstDay + days - 1
  const season = Float64Array.from({ length: days }, (_, index) => seasonOf(firstDay + index))
  const budget = new Float64Array(levers.length * days)
  for (let lever = 0; lever < levers.length; lever++)
    for (let index = 0; index < days; index++)
      budget[lever * days + index] =
        lever < firstUnpaidLever ? budgetOf(setting.seed, lever, firstDay + index, season[index]!) : 1
  const promotions = promotionsBetween(firstDay, lastDay)
  const [emails, texts] = sendings(promotions, firstDay, days)
  return {
    setting,
    firstDay,
    days,
    season,
    budget,
    promotions,
    promotionOfDay: promotionsByDay(promotions, firstDay, days),
    posts: postsBetween(setting.seed, firstDay, lastDay),
    emails,
    texts,
    experiment: experimentOf(setting),
    leakFromDay: setting.plannedEndDay - leakDays,
    stockOut: stockOuts(setting.seed, firstDay, days),
  }
}

/** What differs from the plan in one world: budgets of levers, in all days or some, or a promotion that never was. */
export interface Scenario {
  readonly levers?: readonly number[]
  /** Multiplies the budgets of `levers`; 0 switches them off. */
  readonly factor?: number
  /** Days (since 1970) the factor holds; all when absent. */
  readonly fromDay?: number
  readonly toDay?: number
  readonly withoutPromotion?: number
}

/** Share of reachable people each lever reaches on each day, saturating in its budget: `lever * days + day`. */
export function reachOf(plan: MarketingPlan, scenario: Scenario = {}): Float64Array {
  const reach = new Float64Array(plan.budget.length)
  const from = (scenario.fromDay ?? plan.firstDay) - plan.firstDay
  const to = (scenario.toDay ?? plan.firstDay + plan.days) - plan.firstDay
  for (let lever = 0; lever < levers.length; lever++) {
    const isChanged = scenario.levers?.includes(lever) ?? false
    const half = levers[lever]!.halfSaturation
    for (let day = 0; day < plan.days; day++) {
      const factor = isChanged && day >= from && day <= to ? (scenario.factor ?? 0) : 1
      const spend = plan.budget[lever * plan.days + day]! * factor
      reach[lever * plan.days + day] = spend === 0 ? 0 : spend / (spend + half)
    }
  }
  return reach
}
