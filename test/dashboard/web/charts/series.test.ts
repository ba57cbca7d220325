import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modelSpreads, modelTotals } from '../../../../src/dashboard/web/charts/models-chart.tsx'
import { doublingRange, doublings, returnAt } from '../../../../src/dashboard/web/charts/return-scale.ts'
import { revenueSeries } from '../../../../src/dashboard/web/charts/revenue-series.ts'
import { trendSeries } from '../../../../src/dashboard/web/charts/trend-chart.tsx'
import { noMarketing } from '../../../../src/dashboard/web/gallery/fixture-answers.ts'
import { shopDay } from '../../../../src/dashboard/web/gallery/fixture-world.ts'
import { addDays } from '../../../../src/dashboard/web/state/dates.ts'

const day = (date: string, net_revenue: number) => ({ ...shopDay(date), net_revenue })

describe('revenueSeries', () => {
  it('draws short ranges by day, missing days as zero, beside the compared dates', () => {
    const points = revenueSeries({
      range: { from: '2026-03-03', to: '2026-03-05' },
      compareWith: { from: '2026-02-28', to: '2026-03-02' },
      days: [day('2026-03-03', 10), day('2026-03-05', 30)],
      daysBefore: [{ date: '2026-03-01', net_revenue: 7 }],
      immatureFrom: '2026-03-05',
    })
    expect(points.map(({ date, value, before, isImmature }) => [date, value, before, isImmature])).toEqual([
      ['2026-03-03', 10, 0, false],
      ['2026-03-04', 0, 7, false],
      ['2026-03-05', 30, 0, true],
    ])
  })

  it('draws long ranges by full weeks that add up to their days', () => {
    const range = { from: '2026-01-01', to: '2026-03-12' }
    const days = Array.from({ length: 71 }, (_, index) => day(addDays(range.from, index), index))
    const points = revenueSeries({ range, compareWith: null, days, daysBefore: [], immatureFrom: null })
    expect(points).toHaveLength(10)
    expect(points.at(-1)).toMatchObject({
      date: '2026-03-12',
      value: 64 + 65 + 66 + 67 + 68 + 69 + 70,
      before: null,
    })
  })
})

describe('trendSeries', () => {
  it('keeps the largest channels and gathers the rest, losing nothing', () => {
    const rows = ['a', 'b', 'c', 'd'].flatMap((channel, index) =>
      ['2026-01-01', '2026-01-02'].map((date) => ({ ...noMarketing, date, channel, cost: 10 - index })),
    )
    const { dates, series } = trendSeries(rows, 'cost', 2)
    expect(dates).toEqual(['2026-01-01', '2026-01-02'])
    expect(series.map(({ channel, total }) => [channel, total])).toEqual([
      ['a', 20],
      ['b', 18],
      [null, 30],
    ])
  })
})

describe('modelSpreads', () => {
  it('puts the place the models disagree on most first and leaves out what cost nothing', () => {
    const of = (channel: string, model: 'first' | 'last', credited_contribution: number, cost = 10) => ({
      channel,
      platform: '',
      model,
      credited_contribution,
      cost,
    })
    const spreads = modelSpreads([
      of('Email', 'first', 40),
      of('Email', 'last', 44),
      of('Paid Video', 'first', 20),
      of('Paid Video', 'last', 5),
      of('Direct', 'first', 99, 0),
    ])
    expect(spreads.map(({ channel }) => channel)).toEqual(['Paid Video', 'Email'])
    expect(spreads[0]?.returns).toEqual([
      { model: 'first', value: 2 },
      { model: 'last', value: 0.5 },
    ])
    expect(modelTotals([of('Email', 'last', 44), of('All marketing', 'last', 0, 12)])).toEqual([
      { model: 'last', value: 2 },
    ])
  })
})

describe('the doubling scale', () => {
  it('has break-even at zero and halves as far left as doubles right', () => {
    expect(doublings(1)).toBe(0)
    expect(doublings(2)).toBe(-doublings(0.5))
    expect(doublings(0)).toBe(-3)
    expect(doublings(-1)).toBe(-3)
    expect(returnAt(3)).toBe(8)
  })

  it('always holds break-even and every value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -10, max: 1e6, noNaN: true })), (values) => {
        const { min, max } = doublingRange(values)
        for (const value of [1, ...values]) {
          expect(doublings(value)).toBeGreaterThanOrEqual(min)
          expect(doublings(value)).toBeLessThanOrEqual(max)
        }
      }),
    )
  })
})
