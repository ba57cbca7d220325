import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { marketingMeasures, shopMeasures } from '../../src/contracts/metrics/measures.ts'
import {
  type Metric,
  type MetricId,
  metricChange,
  metricIds,
  metrics,
  metricValue,
} from '../../src/contracts/metrics.ts'

const shop = {
  net_revenue: 1000,
  contribution: 400,
  marketing_cost: 250,
  orders_kept: 20,
  sessions: 800,
  new_customers: 10,
  sales_ex_vat: 1050,
  refunds_ex_vat: 50,
}
const channel = {
  spend: 180,
  cost: 200,
  clicks: 30,
  impressions: 6000,
  credited_orders: 8,
  credited_net_revenue: 540,
  credited_contribution: 284,
  credited_new_customers: 4,
}

describe('metrics from sums, worked by hand', () => {
  it.each<[MetricId, number]>([
    ['mer', 4],
    ['contribution_margin', 0.4],
    ['break_even_roas', 2.5],
    ['order_value', 50],
    ['conversion_rate', 0.025],
    ['blended_cac', 25],
    ['net_revenue', 1000],
  ])('%s of the shop is %f', (id, value) => expect(metricValue(id, shop)).toBeCloseTo(value, 10))

  it('refund rate is refunds over sales before refunds', () => {
    expect(metricValue('refund_rate', shop)).toBeCloseTo(50 / 1050, 10)
  })

  it.each<[MetricId, number]>([
    ['roas', 3],
    ['croas', 284 / 180],
    ['contribution_return', 1.42],
    ['roi', 0.42],
    ['credited_profit', 84],
    ['cost_per_order', 25],
    ['paid_cac', 50],
    ['click_rate', 0.005],
  ])('%s of a channel is %f', (id, value) => expect(metricValue(id, channel)).toBeCloseTo(value, 10))

  it('has no value without a denominator above zero, and none without its measure', () => {
    expect(metricValue('roas', { ...channel, spend: 0 })).toBeNull()
    expect(metricValue('break_even_roas', { net_revenue: 10, contribution: -4 })).toBeNull()
    expect(metricValue('roas', { spend: 5 })).toBeNull()
    expect(metricValue('cost', { cost: null })).toBeNull()
  })

  it('takes the ratio of sums, which lies between the ratios summed over', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000 })
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { minLength: 1 }), (rows) => {
        const sums = (part: typeof rows) => ({
          credited_net_revenue: part.reduce((sum, [revenue]) => sum + revenue, 0),
          spend: part.reduce((sum, [, spend]) => sum + spend, 0),
        })
        const whole = metricValue('roas', sums(rows))!
        const each = rows.map((row) => metricValue('roas', sums([row]))!)
        expect(whole).toBeGreaterThanOrEqual(Math.min(...each) - 1e-9)
        expect(whole).toBeLessThanOrEqual(Math.max(...each) + 1e-9)
      }),
    )
  })
})

describe('what a change means', () => {
  it('is not its direction: cost up is bad, refunds down are good', () => {
    expect(metricChange('marketing_cost', 110, 100)).toMatchObject({
      amount: expect.closeTo(0.1),
      meaning: 'bad',
    })
    expect(metricChange('net_revenue', 110, 100)).toMatchObject({ meaning: 'good' })
    expect(metricChange('blended_cac', 18, 20)).toMatchObject({ meaning: 'good' })
    expect(metricChange('sessions', 50, 100)).toMatchObject({ meaning: 'neutral' })
  })

  it('is in points for shares, flat below half a percent, and none from zero', () => {
    expect(metricChange('refund_rate', 0.05, 0.06)).toMatchObject({ isPoints: true, meaning: 'good' })
    expect(metricChange('orders', 1001, 1000)).toMatchObject({ meaning: 'flat' })
    expect(metricChange('orders', 5, 0)).toBeNull()
    expect(metricChange('orders', null, 4)).toBeNull()
  })

  it('from a loss to a profit is an improvement', () => {
    expect(metricChange('cm3', 50, -100)).toMatchObject({ amount: 1.5, meaning: 'good' })
  })
})

describe('the list of metrics', () => {
  it.each(metricIds)('%s is complete in both languages and built on measures of its scope', (id) => {
    const metric: Metric = metrics[id]
    for (const text of [metric.name, metric.description, metric.formula]) {
      expect(text.en.length).toBeGreaterThan(1)
      expect(text.fr.length).toBeGreaterThan(1)
    }
    const measures: readonly string[] = metric.scope === 'shop' ? shopMeasures : marketingMeasures
    for (const term of [...metric.numerator, ...metric.denominator]) {
      expect(measures).toContain(term.replace('-', ''))
    }
    expect(metric.denominator.length > 0).toBe(metric.kind === 'ratio')
  })

  it('names each metric of a scope once', () => {
    for (const scope of ['shop', 'marketing']) {
      const names = metricIds.filter((id) => metrics[id].scope === scope).map((id) => metrics[id].name.en)
      expect(new Set(names).size).toBe(names.length)
    }
  })
})
