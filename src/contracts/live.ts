/** Everything the Live page counts. Sessions count where they start; visitors once per minute. */
export interface LiveCounts {
  readonly events: number
  readonly sessions: number
  readonly visitors: number
  readonly productViews: number
  readonly carts: number
  readonly orders: number
  /** In the shop’s currency, before the ledger has the orders; a decimal with two places, as text. */
  readonly netRevenue: string
}

/** Views of one minute; `total` has one value, the empty text. */
export const liveDimensions = ['total', 'channel', 'campaign', 'device', 'country', 'product'] as const
export type LiveDimension = (typeof liveDimensions)[number]

/**
 * One row of the speed layer's output, whichever engine computes it: a minute of event time (UTC, its start), a
 * value of a dimension, and what was counted. A later row of the same key corrects an earlier one.
 */
export interface LiveWindow extends LiveCounts {
  /** `YYYY-MM-DDTHH:MM:00Z`. */
  readonly minute: string
  readonly dimension: LiveDimension
  readonly value: string
  /** Counts up with each correction of this key. */
  readonly revision: number
}

/** How long after a minute its window still takes events in; later ones count in the totals only. */
export const allowedLatenessMinutes = 10
