import { marketingMetrics } from './metrics/marketing-metrics.ts'
import type { Measure } from './metrics/measures.ts'
import type { Combination, Metric } from './metrics/metric.ts'
import { shopMetrics } from './metrics/shop-metrics.ts'

export type { Combination, Language, Metric, MetricUnit, Translated } from './metrics/metric.ts'

/** The one home of metric names, formulas and meanings; the API, tooltips and the data dictionary read it. */
export const metrics = { ...shopMetrics, ...marketingMetrics } as const satisfies Record<string, Metric>

export type MetricId = keyof typeof metrics
export const metricIds = Object.keys(metrics) as MetricId[]

/** Sums of measures at one grain; a measure the source never gave is absent. */
export type Sums = Readonly<Partial<Record<Measure, number | null>>>

/** The metric's value from sums at the grain shown: null where a measure is absent or the denominator is not above zero. */
export function metricValue(id: MetricId, sums: Sums): number | null {
  const metric: Metric = metrics[id]
  const numerator = combined(metric.numerator, sums)
  if (metric.kind === 'additive' || numerator === null) return numerator
  const denominator = combined(metric.denominator, sums)
  return denominator === null || denominator <= 0 ? null : numerator / denominator
}

function combined(combination: Combination, sums: Sums): number | null {
  let total = 0
  for (const term of combination) {
    const sign = term.startsWith('-') ? -1 : 1
    const value = sums[term.replace('-', '') as Measure]
    if (value === undefined || value === null) return null
    total += sign * value
  }
  return total
}

/** What a change means for the shop, which is not its direction: a rising cost is bad. Below 0.5 % it is flat. */
export type Meaning = 'good' | 'bad' | 'neutral' | 'flat'

export interface Change {
  /** Relative to the earlier value; for shares the difference in points (0.01 is one point). */
  readonly amount: number
  readonly isPoints: boolean
  readonly meaning: Meaning
}

/** Compares a metric with its earlier value; null when either is missing or the earlier one is zero. */
export function metricChange(id: MetricId, now: number | null, before: number | null): Change | null {
  const metric: Metric = metrics[id]
  if (now === null || before === null) return null
  const isPoints = metric.unit === 'share'
  if (!isPoints && before === 0) return null
  const amount = isPoints ? now - before : (now - before) / Math.abs(before)
  const isFlat = Math.abs(amount) < (isPoints ? 0.0005 : 0.005)
  return { amount, isPoints, meaning: isFlat ? 'flat' : meaningOf(metric.direction, amount > 0) }
}

function meaningOf(direction: Metric['direction'], isUp: boolean): Meaning {
  if (direction === 'neutral') return 'neutral'
  return isUp === (direction === 'up_is_good') ? 'good' : 'bad'
}
