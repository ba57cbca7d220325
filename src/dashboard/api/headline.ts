import { sharedCostChannel } from '../../contracts/channels/channel-list.ts'
import type { Headline, MarketingRow } from '../../contracts/dashboard.ts'

const z90 = 1.645
/** Widest half of the 90 % interval, relative to the value, at which a sentence is still said. */
const widestRelativeError = 0.2
/** Least share of all cost at which a place is worth naming. */
const leastCostShare = 0.01
const leastOrders = 30

/**
 * The calculated sentence of the overview, from rows of one model: what channels that cost money returned,
 * and which of them surely did not pay. Null when too few orders were credited to say anything.
 *
 * Orders are taken as Poisson counts; upper limits after Gehrels (1986), eq. 9, at 90 % two-sided.
 */
export function headlineOf(rows: readonly MarketingRow[]): Headline | null {
  const paid = rows.filter(({ cost }) => cost > 0)
  const cost = sum(paid, 'cost')
  const orders = sum(paid, 'credited_orders')
  if (cost <= 0 || orders <= 0 || z90 / Math.sqrt(orders) > widestRelativeError) return null
  const contribution = sum(paid, 'credited_contribution')
  const averagePerOrder = contribution / orders
  const weighty = paid.filter((row) => row.cost >= cost * leastCostShare && isPlace(row, rows))
  const underBreakEven = weighty
    .filter((row) => upperContribution(row, averagePerOrder) < row.cost)
    .map(({ channel, platform, cost: of, credited_contribution }) => ({
      channel,
      platform,
      lost: of - credited_contribution,
    }))
    .sort((a, b) => b.lost - a.lost)
  const [best] = weighty
    .filter(({ credited_orders }) => credited_orders >= leastOrders)
    .map((row) => ({
      channel: row.channel,
      platform: row.platform,
      returnPerUnit: row.credited_contribution / row.cost,
    }))
    .sort((a, b) => b.returnPerUnit - a.returnPerUnit)
  return { returnPerUnit: contribution / cost, underBreakEven, best: best ?? null }
}

/** Cost without a channel, or of a channel as a whole beside its platforms, has no orders of its own to weigh. */
const isPlace = (row: MarketingRow, rows: readonly MarketingRow[]) =>
  row.channel !== sharedCostChannel &&
  (row.platform !== '' || !rows.some(({ channel, platform }) => channel === row.channel && platform !== ''))

function upperContribution(row: MarketingRow, averagePerOrder: number): number {
  const count = Math.max(0, row.credited_orders)
  const upper = count + z90 * Math.sqrt(count + 0.75) + (z90 * z90 + 3) / 4
  const perOrder = count >= 1 ? row.credited_contribution / count : averagePerOrder
  return upper * Math.max(perOrder, 0)
}

const sum = (rows: readonly MarketingRow[], measure: 'cost' | 'credited_orders' | 'credited_contribution') =>
  rows.reduce((total, row) => total + row[measure], 0)
