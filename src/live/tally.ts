import { type LiveCounts, type LiveDimension, noLiveCounts } from '../contracts/live.ts'
import type { LiveEvent } from './live-event.ts'

/** Counts as they are kept: money as what was paid in hundredths of the shop's currency. */
export type Tally = { -readonly [count in Exclude<keyof LiveCounts, 'netRevenue'>]: number } & {
  paidCents: number
  /** Orders, and what was paid for them, that the published ledger does not have. */
  provisionalOrders: number
  provisionalCents: number
  /** Records that changed it after its minute had ended. */
  revision: number
}

/** By dimension and value as `rowKey` writes them. */
export type Tallies = Map<string, Tally>

const { netRevenue: _, ...noCounts } = noLiveCounts

export const emptyTally = (): Tally => ({
  ...noCounts,
  paidCents: 0,
  provisionalOrders: 0,
  provisionalCents: 0,
  revision: 0,
})

const fields = Object.keys(emptyTally()) as (keyof Tally)[]

export function addTally(sum: Tally, part: Tally): Tally {
  for (const field of fields) sum[field] += part[field]
  return sum
}

export const rowKey = (dimension: LiveDimension, value: string): string => `${dimension}\n${value}`

export function rowOfKey(key: string): { dimension: LiveDimension; value: string } {
  const at = key.indexOf('\n')
  return { dimension: key.slice(0, at) as LiveDimension, value: key.slice(at + 1) }
}

/** Counts for the outside. @param netRatio Net revenue for one unit paid. */
export const countsOf = (tally: Tally, netRatio: number): LiveCounts => {
  const { paidCents, provisionalOrders, provisionalCents, revision, ...counts } = tally
  return { ...counts, netRevenue: Math.round(paidCents * netRatio) / 100 }
}

/** What an event says of itself, whoever sent it. */
export function countEvent(tally: Tally, event: LiveEvent): void {
  tally.events += 1
  if (event.name === 'page_view') tally.pageViews += 1
  else if (event.name === 'product_view') tally.productViews += 1
  else if (event.name === 'add_to_cart') tally.carts += 1
}
