import type { Shop } from '../../contracts/dashboard.ts'
import { type Metric, type MetricId, metrics as metricList } from '../../contracts/metrics.ts'

const metrics: Readonly<Record<MetricId, Metric>> = metricList

/** Whether the shop ever delivered what a figure is made of; one it did not is left out rather than shown as nothing. */
export function isKnown(metric: MetricId, has: Shop['has']): boolean {
  const { numerator, denominator, scope } = metrics[metric]
  const measures = [...numerator, ...denominator].map((term) => term.replace('-', ''))
  const needs = (...names: readonly string[]) => measures.some((measure) => names.includes(measure))
  const isCredit = scope === 'marketing' && measures.some((measure) => measure.startsWith('credited_'))
  return (
    (has.cost || !needs('marketing_cost', 'cost', 'spend', 'cm3', 'clicks', 'impressions')) &&
    (has.web || !needs('sessions')) &&
    (has.orders || !(isCredit || needs('orders_kept')))
  )
}
