import type { DateRange, ShopDay } from '../../../contracts/dashboard.ts'
import { type ShopSums, shopMeasures } from '../../../contracts/metrics/measures.ts'
import { addDays, daysBetween } from '../state/dates.ts'

/** A small invented shop, the same at every call: two years that end on `lastDay`; every table is made from its days. */
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

/** Rounded to the cent. */
export const cents = (value: number) => Math.round(value * 100) / 100

/** Traffic of a date against an average day: growth, season, weekday and a little noise. */
export function demand(date: string): number {
  const day = daysBetween(firstDay, date)
  const season = 1 + 0.16 * Math.sin(((day + 310) / 365) * 2 * Math.PI)
  const weekday = [0.94, 1.02, 1.01, 1, 1.03, 1.08, 0.92][new Date(`${date}T00:00:00Z`).getUTCDay()] ?? 1
  const isSale = /-11-(2[0-9])$/.test(date) ? 1.25 : 1
  return (0.82 + day / 2200) * season * weekday * isSale * (0.94 + 0.12 * chance(`day ${date}`))
}

export interface Place {
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

/** Cost of tools and agencies on a day, which belongs to no channel. */
export const sharedCostPerDay = 62

const grossPerOrder = 65.4
const contributionPerOrder = 21.4
const fulfilmentPerOrder = 9.1
const ordersPerDay = 86
/** Days of history before which the shop cannot tell who is new. */
const unknownDays = 180

const isMessage = ({ channel }: Place): boolean => channel === 'Email' || channel === 'SMS'
const isInfluencer = ({ channel }: Place): boolean => channel === 'Influencer'
/** Money paid for media, messages and influencers; affiliates and tools are other marketing cost. */
export const isSpend = ({ channel }: Place): boolean => channel !== 'Affiliates'

/** Dates of a range on which the shop was open. */
export function openDates({ from, to }: DateRange): string[] {
  const dates: string[] = []
  for (let date = from > firstDay ? from : firstDay; date <= to && date <= lastDay; date = addDays(date, 1))
    dates.push(date)
  return dates
}

function ledgerOf(date: string) {
  const orders = Math.round(ordersPerDay * demand(date))
  const gross = cents(orders * grossPerOrder * (0.97 + 0.06 * chance(`basket ${date}`)))
  const discounts = cents(gross * (/-11-/.test(date) ? 0.13 : 0.08))
  const vat = cents((gross - discounts) * 0.165)
  const sales_ex_vat = cents(gross - discounts - vat)
  const refunds_ex_vat = cents(sales_ex_vat * 0.052)
  const net_revenue = cents(sales_ex_vat - refunds_ex_vat)
  const cogs = cents(net_revenue * 0.36)
  const fulfilment = cents(orders * fulfilmentPerOrder)
  const contribution = cents(net_revenue - cogs - fulfilment)
  return {
    orders,
    gross,
    discounts,
    vat,
    sales_ex_vat,
    refunds_ex_vat,
    net_revenue,
    cogs,
    fulfilment,
    contribution,
  }
}

/** What a place did on a day; the last non-direct touch has the credit. */
export function placeDay(of: Place, date: string) {
  const { channel, platform } = of
  const wave = demand(date) * (0.9 + 0.2 * chance(`${channel}${platform}${date}`))
  const { orders, contribution } = ledgerOf(date)
  const basket = contribution / (orders * contributionPerOrder)
  return {
    cost: cents(of.cost * wave),
    sessions: Math.round(of.sessions * wave),
    orders: cents(of.orders * wave),
    contribution: cents(
      (of.cost > 0 ? of.cost * of.returns : of.orders * contributionPerOrder) * wave * basket,
    ),
  }
}

export function shopDay(date: string): ShopDay {
  const { orders, fulfilment, ...ledger } = ledgerOf(date)
  const wave = demand(date)
  const sessions = places.reduce((sum, of) => sum + placeDay(of, date).sessions, 0)
  const costOf = (isOurs: (of: Place) => boolean) =>
    places.reduce((sum, of) => sum + (isOurs(of) ? placeDay(of, date).cost : 0), 0)
  const influencer_cost = costOf(isInfluencer)
  const message_cost = costOf(isMessage)
  const ad_spend = costOf((of) => isSpend(of) && !isInfluencer(of) && !isMessage(of))
  const other_marketing_cost = costOf((of) => !isSpend(of)) + sharedCostPerDay
  const spend = ad_spend + influencer_cost + message_cost
  const firstOrders = Math.round(orders * 0.44)
  const isUnknown = daysBetween(firstDay, date) < unknownDays
  const isOpen = date > addDays(lastDay, -30)
  const sums: ShopSums = {
    sessions,
    visitors: Math.round(sessions * 0.79),
    page_views: Math.round(sessions * 4.06),
    product_views: Math.round(sessions * 1.63),
    unconsented_page_views: Math.round(2700 * wave),
    unconsented_landings: Math.round(690 * wave),
    bot_events: Math.round(940 * wave),
    orders_placed: orders + 3,
    orders_kept: orders,
    orders_net_of_full_refunds: orders - 2,
    units: Math.round(orders * 2.3),
    ...ledger,
    cm1: ledger.net_revenue - ledger.cogs,
    shipping_cost: fulfilment * 0.62,
    packaging_cost: fulfilment * 0.14,
    payment_fees: fulfilment * 0.16,
    return_costs: fulfilment * 0.08,
    ad_spend,
    influencer_cost,
    message_cost,
    other_marketing_cost,
    spend,
    marketing_cost: spend + other_marketing_cost,
    cm3: ledger.contribution - spend - other_marketing_cost,
    new_customers: isUnknown ? 0 : firstOrders,
    new_unknown_customers: isUnknown ? firstOrders : 0,
    returning_orders: orders - firstOrders,
    immature_orders: isOpen ? orders : 0,
    expected_refunds: isOpen ? ledger.sales_ex_vat * 0.018 : 0,
    finance_refunds_ex_vat: ledger.refunds_ex_vat * 0.97,
    finance_net_revenue: ledger.sales_ex_vat - ledger.refunds_ex_vat * 0.97,
    finance_contribution: ledger.contribution,
    fx_difference: 0,
  }
  for (const measure of shopMeasures) sums[measure] = cents(sums[measure])
  return { date, ...sums }
}

export const shopDays = (range: DateRange): ShopDay[] => openDates(range).map(shopDay)

export const sumDays = (days: readonly ShopDay[]): ShopSums =>
  Object.fromEntries(
    shopMeasures.map((measure) => [measure, cents(days.reduce((sum, day) => sum + day[measure], 0))]),
  ) as ShopSums
