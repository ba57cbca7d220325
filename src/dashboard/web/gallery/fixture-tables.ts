import { sharedCostChannel } from '../../../contracts/channels/channel-list.ts'
import type {
  AttributionModel,
  CampaignRow,
  Cohort,
  DateRange,
  MarketingRow,
  ProductRow,
} from '../../../contracts/dashboard.ts'
import type { ReconciliationRow } from '../../../contracts/data-health.ts'
import { type MarketingMeasure, marketingMeasures } from '../../../contracts/metrics/measures.ts'
import { addDays } from '../state/dates.ts'
import { sumRows } from '../sum-rows.ts'
import {
  cents,
  chance,
  firstDay,
  isSpend,
  lastDay,
  openDates,
  type Place,
  placeDay,
  places,
  sharedCostPerDay,
  shopDay,
  shopDays,
  sumDays,
} from './fixture-world.ts'

/** Divides a total by weights into steps of a cent, or of one, that add up to it (largest remainder). */
function divide(total: number, weights: readonly number[], step = 0.01): number[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0)
  const steps = Math.round(total / step)
  const exact = weights.map((weight) => (all === 0 ? 0 : (steps * weight) / all))
  const parts = exact.map(Math.floor)
  const left = all === 0 ? 0 : steps - parts.reduce((sum, part) => sum + part, 0)
  const byRemainder = exact.map((value, index) => ({ index, rest: value - Math.floor(value) }))
  byRemainder.sort((a, b) => b.rest - a.rest)
  for (const { index } of byRemainder.slice(0, left)) parts[index]! += 1
  return parts.map((part) => cents(part * step))
}

const credited = [
  'credited_orders',
  'credited_sales_ex_vat',
  'credited_net_revenue',
  'credited_contribution',
  'credited_new_customers',
] as const satisfies readonly MarketingMeasure[]

const nothing = Object.fromEntries(marketingMeasures.map((measure) => [measure, 0])) as Record<
  MarketingMeasure,
  number
>

const isClicked = ({ platform, channel }: Place) =>
  ['google', 'facebook', 'instagram'].includes(platform) && channel !== 'Influencer'

/** A day's credit under the default model: all of the shop's orders, whatever no place has is unattributed. */
function creditOfDay(date: string): MarketingRow[] {
  const day = shopDay(date)
  const facts = places.map((of) => placeDay(of, date))
  const rest = (total: number, of: 'orders' | 'contribution') =>
    cents(total - facts.reduce((sum, fact) => sum + fact[of], 0))
  const orders = [...facts.map((fact) => fact.orders), rest(day.orders_kept, 'orders')]
  const contribution = [...facts.map((fact) => fact.contribution), rest(day.contribution, 'contribution')]
  const netRevenue = divide(day.net_revenue, contribution)
  const sales = divide(day.sales_ex_vat, contribution)
  const newCustomers = divide(day.new_customers, orders)
  const credit = (index: number) => ({
    credited_orders: orders[index]!,
    credited_sales_ex_vat: sales[index]!,
    credited_net_revenue: netRevenue[index]!,
    credited_contribution: contribution[index]!,
    clawed_back_net_revenue: cents(sales[index]! - netRevenue[index]!),
    credited_new_customers: newCustomers[index]!,
  })
  return [
    ...places.map((of, index) => {
      const { cost, sessions } = facts[index]!
      return {
        channel: of.channel,
        platform: of.platform,
        sessions,
        impressions: isClicked(of) ? Math.round(cost * 118) : 0,
        clicks: isClicked(of) ? Math.round(sessions * 1.16) : 0,
        spend: isSpend(of) ? cost : 0,
        cost,
        ...credit(index),
      }
    }),
    { ...nothing, channel: 'Unattributed', platform: '', ...credit(places.length) },
    { ...nothing, channel: sharedCostChannel, platform: '', cost: sharedCostPerDay },
  ]
}

const days = new Map<string, MarketingRow[]>()
function rememberedDay(date: string): MarketingRow[] {
  const known = days.get(date) ?? creditOfDay(date)
  days.set(date, known)
  return known
}

const modelFactor: Record<AttributionModel, (of: Place) => number> = {
  first: (of) => of.first,
  last: (of) => of.last,
  last_non_direct: () => 1,
  linear: (of) => 1 + (of.first - 1) * 0.45,
  position: (of) => 1 + (of.first - 1) * 0.58,
  time_decay: (of) => 1 + (of.first - 1) * 0.25,
}

/** Sums by place over dates under a model; every model shares out the same orders. */
export function marketingRows(range: DateRange, model: AttributionModel): MarketingRow[] {
  const perDay = openDates(range).map(rememberedDay)
  const rows = rememberedDay(firstDay).map(({ channel, platform }, index) => ({
    channel,
    platform,
    ...sumRows(perDay.map((day) => day[index]!)),
  }))
  const touched = rows.slice(0, places.length)
  const shares = credited.map((measure) =>
    divide(
      touched.reduce((sum, row) => sum + row[measure], 0),
      touched.map((row, index) => row[measure] * modelFactor[model](places[index]!)),
    ),
  )
  return rows.map((row, index) => {
    const own =
      index < places.length
        ? Object.fromEntries(credited.map((measure, position) => [measure, shares[position]![index]!]))
        : {}
    const whole = { ...row, ...own }
    const rounded = Object.fromEntries(marketingMeasures.map((measure) => [measure, cents(whole[measure])]))
    const clawed_back_net_revenue = cents(whole.credited_sales_ex_vat - whole.credited_net_revenue)
    return { ...whole, ...rounded, clawed_back_net_revenue }
  })
}

const counts: readonly MarketingMeasure[] = ['sessions', 'impressions', 'clicks']

/** The places' rows by campaign: what the campaigns of a place have adds up to what it has. */
export function campaignRows(range: DateRange, model: AttributionModel): CampaignRow[] {
  const rows = marketingRows(range, model)
  return places.flatMap(({ channel, platform, campaigns }, index) => {
    const size = (name: string) => 0.5 + chance(name)
    const luck = (name: string) => size(name) * (0.55 + 0.9 * chance(`${name} luck`))
    const parts = marketingMeasures.map((measure) =>
      divide(
        rows[index]![measure],
        campaigns.map(/^credited|^clawed/.test(measure) ? luck : size),
        counts.includes(measure) ? 1 : 0.01,
      ),
    )
    return campaigns.map((campaign_name, position) => ({
      ...nothing,
      ...Object.fromEntries(marketingMeasures.map((measure, of) => [measure, parts[of]![position]!])),
      channel,
      platform,
      campaign_id: String(1000 + Math.floor(chance(campaign_name) * 9000)),
      campaign_name,
      influencer_id: channel === 'Influencer' ? campaign_name : null,
    }))
  })
}

const reasonsWithoutCredit = {
  offline: 0.16,
  no_consent: 0.608,
  bot: 0.01,
  shared_device: 0.031,
  no_session: 0.124,
  outside_window: 0.067,
}

/** Every order with one reason; what the channels have under the default model is attributed or direct. */
export function reconciliationRows(range: DateRange): ReconciliationRow[] {
  const rows = marketingRows(range, 'last_non_direct')
  const isOf = (name: string) => rows.filter(({ channel }) => channel === name)
  const groups = [
    sumRows(rows.filter(({ channel }) => channel !== 'Direct' && channel !== 'Unattributed')),
    sumRows(isOf('Direct')),
    sumRows(isOf('Unattributed')),
  ]
  const { orders_kept, net_revenue } = sumDays(shopDays(range))
  const orders = divide(
    orders_kept,
    groups.map(({ credited_orders }) => credited_orders),
    1,
  )
  const revenue = divide(
    net_revenue,
    groups.map(({ credited_net_revenue }) => credited_net_revenue),
  )
  const weights = Object.values(reasonsWithoutCredit)
  const restOrders = divide(orders[2]!, weights, 1)
  const restRevenue = divide(revenue[2]!, weights)
  return [
    { reason: 'attributed', orders: orders[0]!, net_revenue: revenue[0]! },
    { reason: 'direct', orders: orders[1]!, net_revenue: revenue[1]! },
    ...Object.keys(reasonsWithoutCredit).map((reason, index) => ({
      reason,
      orders: restOrders[index]!,
      net_revenue: restRevenue[index]!,
    })),
  ]
}

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
  const shop = sumDays(shopDays(range))
  const weights = productNames.map(([, , , weight]) => weight)
  const revenue = divide(shop.net_revenue, weights)
  const units = divide(shop.units, weights, 1)
  const refunds = divide(shop.refunds_ex_vat, weights)
  const contribution = divide(
    shop.contribution,
    productNames.map(([sku, , , weight]) => weight * (0.8 + 0.4 * chance(sku))),
  )
  return productNames.map(([sku, product_name, category], index) => ({
    sku,
    product_name,
    category,
    units: units[index]!,
    orders: Math.round(units[index]! / 1.2),
    net_revenue: revenue[index]!,
    contribution: contribution[index]!,
    refunds_ex_vat: refunds[index]!,
  }))
}

/** Everyone's first order by month, those of the first half year included, whom nobody can call new. */
export function cohorts(through = lastDay): Cohort[] {
  const firstOrders = new Map<string, number>()
  for (const { date, new_customers, new_unknown_customers } of shopDays({ from: firstDay, to: through })) {
    const month = `${date.slice(0, 7)}-01`
    firstOrders.set(month, (firstOrders.get(month) ?? 0) + new_customers + new_unknown_customers)
  }
  const isMonthOver = addDays(through, 1).endsWith('-01')
  const monthsOver = firstOrders.size - (isMonthOver ? 0 : 1)
  return [...firstOrders].map(([cohort_month, customers], index) => ({
    cohort_month,
    customers,
    months: Array.from({ length: Math.max(1, monthsOver - index) }, (_, since) => {
      const share = since === 0 ? 1 : (0.15 / since ** 0.4) * (0.8 + 0.4 * chance(`${cohort_month}${since}`))
      const active_customers = Math.round(customers * share)
      return {
        months_since: since,
        active_customers,
        orders: Math.round(active_customers * 1.08),
        net_revenue: cents(active_customers * 51),
        contribution: cents(active_customers * 22),
      }
    }),
  }))
}
