/** What the speed layer counts of a minute or a date; crawlers are in none of it. */
export interface LiveCounts {
  readonly events: number
  readonly pageViews: number
  /** Pages opened from outside without consent to analytics: all that is known of those visits. */
  readonly landings: number
  /** Counted where they start. */
  readonly sessions: number
  /** Of a minute: each once, with what its first event in it says, by product not at all. Of a date: in its total only. */
  readonly visitors: number
  readonly productViews: number
  readonly carts: number
  /** Purchases the site reported, each order once. */
  readonly orders: number
  /** Expected of these orders, in the shop’s currency. */
  readonly netRevenue: number
}

/** Nothing happened. */
export const noLiveCounts: LiveCounts = {
  events: 0,
  pageViews: 0,
  landings: 0,
  sessions: 0,
  visitors: 0,
  productViews: 0,
  carts: 0,
  orders: 0,
  netRevenue: 0,
}

/**
 * Views of the counts; `total` has one value, the empty text. Orders stand under the channel and campaign of the
 * visit they were made in; the empty channel is visits without consent, whose source is not known.
 */
export const liveDimensions = ['total', 'channel', 'campaign', 'device', 'country', 'product'] as const
export type LiveDimension = (typeof liveDimensions)[number]

/** Takes in the values of a dimension beyond the most that are kept apart. */
export const otherLiveValue = '(other)'

/**
 * One row of the speed layer’s output, whichever engine computes it: a minute of event time (UTC, its start), a
 * value of a dimension, and what was counted. A later row of the same key corrects an earlier one.
 */
export interface LiveWindow extends LiveCounts {
  /** `YYYY-MM-DDTHH:MM:00Z`. */
  readonly minute: string
  readonly dimension: LiveDimension
  readonly value: string
  /** Records that changed the row after its minute had ended. */
  readonly revision: number
}

/**
 * How long after its minute an event may be received (or before it, from a clock that is ahead) and still be
 * counted there; others count in the totals only.
 */
export const allowedLatenessMinutes = 10

/** Minutes the Live page shows. */
export const liveMinutesShown = 30

export interface LiveMinute extends LiveCounts {
  readonly minute: string
}

export interface LiveRow extends LiveCounts {
  readonly value: string
  /** Of a product, where the shop’s catalogue has one. */
  readonly label?: string
}

/** Rows by dimension, the largest first. */
export type LiveBreakdown = Readonly<Record<Exclude<LiveDimension, 'total'>, readonly LiveRow[]>>

export const noLiveRows: LiveBreakdown = { channel: [], campaign: [], device: [], country: [], product: [] }

/** An order as the site reported it: who bought is not in it. */
export interface LiveOrder {
  /** ISO 8601, UTC. */
  readonly at: string
  readonly channel: string
  readonly campaign: string
  readonly device: string
  readonly country: string
  readonly netRevenue: number
  /** What was paid, VAT included; null when its currency has no rate. */
  readonly value: number | null
}

/** A business date up to this moment: what is published of it, and what the log has after. */
export interface LiveDay {
  readonly date: string
  /** Both sides together, but for `visitors`, which are the speed layer’s alone. */
  readonly counts: LiveCounts
  /** Visitors of the published side; the same person may be on both. */
  readonly publishedVisitors: number
  /** Kept orders of the published ledger and their net revenue. */
  readonly ledgerOrders: number
  readonly ledgerNetRevenue: number
  /** Orders the site reported that the published ledger does not have, and what is expected of them. */
  readonly provisionalOrders: number
  readonly provisionalNetRevenue: number
  readonly breakdown: LiveBreakdown
}

/** How expected net revenue follows from what was paid. */
export interface NetRevenueRule {
  /** Net revenue for one unit paid. */
  readonly ratio: number
  /** `ledger`: published net revenue of recent orders over what the site reported of them; `vat`: standard VAT taken off; `none`: as paid. */
  readonly basis: 'ledger' | 'vat' | 'none'
  /** Orders the ratio was taken from. */
  readonly orders: number
}

/** Whether a part of the way from the shop’s page to this screen works. */
export interface LivePart {
  readonly state: 'running' | 'waiting' | 'stopped' | 'absent'
  /** Why it does not run. */
  readonly problem: string | null
}

export interface LiveView {
  /** `absent`: this server runs no speed layer; `catching_up`: it reads what is in the log already. */
  readonly state: 'absent' | 'catching_up' | 'live' | 'stopped'
  /** Why it has stopped. */
  readonly problem: string | null
  /** ISO 8601, UTC: the moment this was made. */
  readonly now: string
  readonly eventsPerSecond: number
  /** Visitors with an event in the last five minutes. */
  readonly visitorsNow: number
  /** Milliseconds from the collector’s receipt of an event to this screen, over the last minute. */
  readonly lag: { readonly medianMs: number; readonly p99Ms: number } | null
  readonly lastEventAt: string | null
  /** The shown minutes, oldest first; the last is under way. */
  readonly minutes: readonly LiveMinute[]
  /** Sums of the shown minutes; whoever is there in several is in each of them. */
  readonly recent: { readonly counts: LiveCounts; readonly breakdown: LiveBreakdown }
  readonly today: LiveDay
  /** The newest first. */
  readonly orders: readonly LiveOrder[]
  readonly netRevenueRule: NetRevenueRule
  readonly collector: LivePart & {
    /** Where the tracker sends to. */
    readonly address: string | null
    readonly accepted: number
    readonly refused: number
  }
  readonly lander: LivePart & { readonly lastCommitAt: string | null; readonly behind: number }
  readonly log: LivePart & { readonly kind: 'embedded' | 'kafka' | null; readonly behind: number }
  /** Records the speed layer could not count, and crawlers it did not. */
  readonly setAside: {
    readonly refused: number
    readonly duplicates: number
    readonly crawlers: number
    readonly outsideMinutes: number
  }
  /** The publication that the totals build on; null before the first. */
  readonly published: { readonly sequence: number; readonly publishedAt: string } | null
}
