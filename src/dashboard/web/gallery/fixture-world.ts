import type {
  AttributionModel,
  CampaignRow,
  Cohort,
  DateRange,
  MarketingRow,
  ProductRow,
  ShopDay,
} from '../../../contracts/dashboard.ts'
import { type MarketingSums, type ShopSums, shopMeasures } from '../../../contracts/metrics/measures.ts'
import { addDays, addMonths, daysBetween } from '../state/dates.ts'

/** A small invented shop, the same at every call: two years that end on `lastDay`. */
export const firstDay = '2024-11-24'
export const lastDay = '2026-11-21'

/** A number in 0…1 that depends on its key alone. */
export function chance(key: string): number {
  let hash = 2166136261
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 16777619)
  }
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507)
  return ((hash ^ (hash >>> 13)) >>> 0) / 4294967296
}

const cents = (value: number) => Math.round(value * 100) / 100

/** Traffic of a date against an average day: growth, season, weekday and a little noise. */
export function demand(date: string): number {
  const day = daysBetween(firstDay, date)
  const season = 1 + 0.16 * Math.sin(((day + 310) / 365) * 2 * Math.PI)
  const weekday = [0.94, 1.02, 1.01, 1, 1.03, 1.08, 0.92][new Date(`${date}T00:00:00Z`).getUTCDay()] ?? 1
  const isSale = /-11-(2[0-9])$/.test(date) ? 1.25 : 1
  return (0.82 + day / 2200) * season * weekday * isSale * (0.94 + 0.12 * chance(`day ${date}`))
}

interface Place {
  readonly channel: string
  readonly platform: string
  readonly cost: number
  readonly returns: number
  readonly sessions: number
  readonly orders: number
  readonly campaigns: readonly string[]
  /** How the models differ from the default one. */
  readonly first: number
  readonly last: number
}

const place = (
  channel: string,
  platform: string,
  cost: number,
  returns: number,
  sessions: number,
  orders: number,
  campaigns: readonly string[],
  first = 1,
  last = 1,
): Place => ({ channel, platform, cost, returns, sessions, orders, campaigns, first, last })

export const places: readonly Place[] = [
  place(
    'Paid Search',
    'google',
    148,
    1.86,
    410,
    13.2,
    ['Brand', 'Serum · generic', 'SPF · generic'],
    0.72,
    0.82,
  ),
  place(
    'Paid Shopping',
    'google',
    121,
    1.62,
    340,
    9.4,
    ['Shopping · all products', 'Shopping · minis'],
    1.04,
    0.86,
  ),
  place('Cross-network', 'google', 96, 1.21, 255, 5.6, ['PMax · autumn', 'PMax · evergreen'], 1.12, 0.85),
  place(
    'Paid Social',
    'facebook',
    84,
    1.08,
    240,
    4.4,
    ['Retargeting · basket', 'Lookalike · serum'],
    1.35,
    0.8,
  ),
  place(
    'Paid Social',
    'instagram',
    118,
    0.71,
    330,
    4.1,
    ['Reels · autumn ritual', 'Stories · minis'],
    1.52,
    0.78,
  ),
  place('Influencer', 'instagram', 46, 1.34, 130, 3.1, ['Camille R.', 'Studio Peau'], 1.42, 0.9),
  place('Influencer', 'youtube', 30, 0.94, 52, 1.4, ['Dr. Nadia explains'], 1.5, 0.84),
  place('Email', '', 9, 11.8, 190, 5.2, ['Replenishment', 'Welcome series', 'Autumn letter'], 0.42, 0.92),
  place('SMS', '', 5, 3.1, 24, 0.8, ['VIP pre-sale'], 0.5, 0.9),
  place('Affiliates', '', 17, 1.48, 61, 1.3, ['Partner network'], 0.7, 0.95),
  place('Paid Video', 'google', 41, 0.52, 88, 1.1, ['Video · founder story'], 1.9, 0.7),
  place('Organic Search', '', 0, 0, 520, 9.1, [], 1.22, 0.86),
  place('Organic Social', '', 0, 0, 160, 1.7, [], 1.3, 0.8),
  place('AI Assistant', '', 0, 0, 26, 0.7, [], 1.1, 0.9),
  place('Referral', '', 0, 0, 44, 0.8, [], 1.05, 0.9),
  place('Direct', '', 0, 0, 480, 7.4, [], 0.9, 1.75),
]

const modelFactor: Record<AttributionModel, (of: Place) => number> = {
  first: (of) => of.first,
  last: (of) => of.last,
  last_non_direct: () => 1,
  linear: (of) => 1 + (of.first - 1) * 0.45,
  position: (of) => 1 + (of.first - 1) * 0.58,
  time_decay: (of) => 1 + (of.first - 1) * 0.25,
}

const contributionPerOrder = 21.4
const revenuePerOrder = 47.6

const waveOf = ({ channel, platform }: Place, date: string): number =>
  demand(date) * (0.9 + 0.2 * chance(`${channel}${platform}${date}`))

/** What the channels cost on a day, so that Overview and Channels tell of the same money. */
const costOf = (date: string, isOurs: (channel: string) => boolean): number =>
  places.reduce((sum, of) => sum + (isOurs(of.channel) ? of.cost * waveOf(of, date) : 0), 0)
const isMessage = (channel: string): boolean => channel === 'Email' || channel === 'SMS'
const isInfluencer = (channel: string): boolean => channel === 'Influencer'

/** Sums of one place over dates under a model. */
export function marketingSums(of: Place, range: DateRange, model: AttributionModel): MarketingSums {
  const total = { cost: 0, sessions: 0, orders: 0, contribution: 0 }
  for (let date = range.from; date <= range.to; date = addDays(date, 1)) {
    const wave = waveOf(of, date)
    total.cost += of.cost * wave
    total.sessions += of.sessions * wave
    total.orders += of.orders * wave
    total.contribution += (of.cost > 0 ? of.cost * of.returns : of.orders * contributionPerOrder) * wave
  }
  const factor = modelFactor[model](of)
  const isClicked = ['google', 'facebook', 'instagram'].includes(of.platform) && of.channel !== 'Influencer'
  const revenue = total.contribution * factor * (revenuePerOrder / contributionPerOrder)
  return {
    sessions: Math.round(total.sessions),
    impressions: isClicked ? Math.round(total.cost * 118) : 0,
    clicks: isClicked ? Math.round(total.sessions * 1.16) : 0,
    spend: cents(total.cost * 0.93),
    cost: cents(total.cost),
    credited_orders: cents(total.orders * factor),
    credited_sales_ex_vat: cents(revenue * 1.06),
    credited_net_revenue: cents(revenue),
    credited_contribution: cents(total.contribution * factor),
    clawed_back_net_revenue: cents(revenue * 0.06),
    credited_new_customers: cents(total.orders * factor * 0.46),
  }
}

export const marketingRows = (range: DateRange, model: AttributionModel): MarketingRow[] =>
  places.map((of) => ({ channel: of.channel, platform: of.platform, ...marketingSums(of, range, model) }))

export function campaignRows(range: DateRange, model: AttributionModel): CampaignRow[] {
  return places.flatMap((of) => {
    const whole = marketingSums(of, range, model)
    const weights = of.campaigns.map((name) => 0.5 + chance(name))
    const all = weights.reduce((sum, weight) => sum + weight, 0)
    return of.campaigns.map((campaign_name, index) => {
      const part = (weights[index] ?? 0) / all
      const luck = 0.55 + 0.9 * chance(`${campaign_name} luck`)
      const scaled = Object.fromEntries(
        Object.entries(whole).map(([name, value]) => [
          name,
          cents(value * part * (name.startsWith('credited') ? luck : 1)),
        ]),
      ) as unknown as MarketingSums
      return {
        channel: of.channel,
        platform: of.platform,
        campaign_id: String(1000 + Math.floor(chance(campaign_name) * 9000)),
        campaign_name,
        influencer_id: of.channel === 'Influencer' ? campaign_name : null,
        ...scaled,
        sessions: Math.round(scaled.sessions),
        clicks: Math.round(scaled.clicks),
        impressions: Math.round(scaled.impressions),
      }
    })
  })
}

export function shopDay(date: string): ShopDay {
  const wave = demand(date)
  const orders = Math.round(86 * wave)
  const gross = orders * 72.4 * (0.97 + 0.06 * chance(`basket ${date}`))
  const discounts = gross * (/-11-/.test(date) ? 0.13 : 0.08)
  const vat = (gross - discounts) * 0.165
  const sales = gross - discounts - vat
  const refunds = sales * 0.052
  const net = sales - refunds
  const cogs = net * 0.29
  const fulfilment = orders * 7.9
  const contribution = net - cogs - fulfilment
  const ads = costOf(date, (channel) => !isInfluencer(channel) && !isMessage(channel))
  const influencers = costOf(date, isInfluencer)
  const messages = costOf(date, isMessage)
  const other = 62
  const isOpen = date > addDays(lastDay, -30)
  const sums: ShopSums = {
    sessions: Math.round(3180 * wave),
    visitors: Math.round(2510 * wave),
    page_views: Math.round(12900 * wave),
    product_views: Math.round(5200 * wave),
    unconsented_page_views: Math.round(2700 * wave),
    unconsented_landings: Math.round(690 * wave),
    bot_events: Math.round(940 * wave),
    orders_placed: orders + 3,
    orders_kept: orders,
    orders_net_of_full_refunds: orders - 2,
    units: Math.round(orders * 2.3),
    gross,
    discounts,
    vat,
    sales_ex_vat: sales,
    refunds_ex_vat: refunds,
    net_revenue: net,
    cogs,
    cm1: net - cogs,
    shipping_cost: fulfilment * 0.62,
    packaging_cost: fulfilment * 0.14,
    payment_fees: fulfilment * 0.16,
    return_costs: fulfilment * 0.08,
    contribution,
    ad_spend: ads,
    influencer_cost: influencers,
    message_cost: messages,
    other_marketing_cost: other,
    spend: ads + influencers + messages,
    marketing_cost: ads + influencers + messages + other,
    cm3: contribution - ads - influencers - messages - other,
    new_customers: Math.round(orders * 0.44),
    new_unknown_customers: 0,
    returning_orders: Math.round(orders * 0.56),
    immature_orders: isOpen ? orders : 0,
    expected_refunds: isOpen ? sales * 0.018 : 0,
    finance_refunds_ex_vat: refunds * 0.97,
    finance_net_revenue: sales - refunds * 0.97,
    finance_contribution: contribution,
    fx_difference: 0,
  }
  for (const measure of shopMeasures) sums[measure] = cents(sums[measure])
  return { date, ...sums }
}

export function shopDays(range: DateRange): ShopDay[] {
  const days: ShopDay[] = []
  for (let date = range.from; date <= range.to; date = addDays(date, 1)) {
    if (date >= firstDay && date <= lastDay) days.push(shopDay(date))
  }
  return days
}

export const sumDays = (days: readonly ShopDay[]): ShopSums =>
  Object.fromEntries(
    shopMeasures.map((measure) => [measure, cents(days.reduce((sum, day) => sum + day[measure], 0))]),
  ) as ShopSums

const productNames: readonly (readonly [sku: string, name: string, category: string, weight: number])[] = [
  ['SER-30', 'Rosehip night serum 30 ml', 'Serums', 21],
  ['SPF-50', 'Mineral sunscreen SPF 50', 'Sun care', 17],
  ['CLN-150', 'Oat cleansing milk', 'Cleansers', 14],
  ['CRM-50', 'Camellia day cream', 'Creams', 13],
  ['MSK-75', 'Green clay mask', 'Masks', 9],
  ['SER-10', 'Rosehip night serum, mini', 'Minis', 8],
  ['LIP-04', 'Tinted balm “Figue”', 'Make-up', 7],
  ['OIL-100', 'Calendula body oil', 'Body', 6],
  ['TON-200', 'Cornflower water', 'Toners', 5],
  ['SET-01', 'Discovery set', 'Sets', 5],
  ['MAS-02', 'Lengthening mascara', 'Make-up', 4],
  ['SUP-60', 'Evening primrose capsules', 'Food supplements', 3],
]

export function productRows(range: DateRange): ProductRow[] {
  const { net_revenue } = sumDays(shopDays(range))
  const all = productNames.reduce((sum, [, , , weight]) => sum + weight, 0)
  return productNames.map(([sku, product_name, category, weight]) => {
    const revenue = cents((net_revenue * weight) / all)
    const orders = Math.round(revenue / 31)
    return {
      sku,
      product_name,
      category,
      units: Math.round(orders * 1.2),
      orders,
      net_revenue: revenue,
      contribution: cents(revenue * (0.46 + 0.18 * chance(sku))),
      refunds_ex_vat: cents(revenue * 0.05),
    }
  })
}

export function cohorts(): Cohort[] {
  return Array.from({ length: 13 }, (_, index) => {
    const cohort_month = addMonths('2025-11-01', index)
    const customers = Math.round(1050 + 420 * chance(cohort_month))
    return {
      cohort_month,
      customers,
      months: Array.from({ length: 13 - index }, (_unused, since) => {
        const share =
          since === 0 ? 1 : (0.15 / since ** 0.4) * (0.8 + 0.4 * chance(`${cohort_month}${since}`))
        const active = Math.round(customers * share)
        return {
          months_since: since,
          active_customers: active,
          orders: Math.round(active * 1.08),
          net_revenue: cents(active * 51),
          contribution: cents(active * 22),
        }
      }),
    }
  })
}
