import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MarketingRow } from '../../../src/contracts/dashboard.ts'
import { headlineOf } from '../../../src/dashboard/api/headline.ts'
import { noMarketing } from '../../../src/dashboard/web/gallery/fixture-answers.ts'

const row = (channel: string, cost: number, orders: number, contribution: number): MarketingRow => ({
  ...noMarketing,
  channel,
  platform: '',
  cost,
  spend: cost,
  credited_orders: orders,
  credited_contribution: contribution,
})

describe('headlineOf', () => {
  it('divides contribution by cost over the channels that cost money', () => {
    const headline = headlineOf([
      row('Paid Search', 1000, 100, 1900),
      row('Paid Social', 1000, 50, 940),
      row('Organic Search', 0, 400, 9000),
    ])
    expect(headline?.returnPerUnit).toBeCloseTo(1.42, 10)
    expect(headline?.best).toMatchObject({ channel: 'Paid Search', returnPerUnit: 1.9 })
  })

  it('says nothing below 68 credited orders, when the 90 % interval is wider than a fifth', () => {
    expect(headlineOf([row('Paid Search', 1000, 67, 1300)])).toBeNull()
    expect(headlineOf([row('Paid Search', 1000, 68, 1300)])).not.toBeNull()
    expect(headlineOf([row('Direct', 0, 900, 1300)])).toBeNull()
    expect(headlineOf([])).toBeNull()
  })

  it('names a channel only when its upper limit is under break-even', () => {
    const strong = row('Paid Search', 1000, 200, 3000)
    // 100 orders at 9.00: upper limit 100 + 1.645·√100.75 + 1.43 = 117.9 orders, 1061 of contribution.
    expect(headlineOf([strong, row('Paid Video', 1050, 100, 900)])?.underBreakEven).toEqual([])
    expect(headlineOf([strong, row('Paid Video', 1070, 100, 900)])?.underBreakEven).toEqual([
      { channel: 'Paid Video', platform: '', lost: 170 },
    ])
  })

  it('names spend without any order once no luck could explain it', () => {
    // No order: upper limit 1.645·√0.75 + 1.43 = 2.85 orders of 15.00 each = 42.8.
    const strong = row('Paid Search', 1000, 200, 3000)
    expect(headlineOf([strong, row('Display', 42, 0, 0)])?.underBreakEven).toEqual([])
    expect(headlineOf([strong, row('Display', 44, 0, 0)])?.underBreakEven).toMatchObject([{ lost: 44 }])
  })

  it('never names a channel that earned more than it cost', () => {
    const anyRow = fc
      .record({
        cost: fc.float({ min: 1, max: 10_000, noNaN: true }),
        orders: fc.integer({ min: 0, max: 500 }),
        value: fc.float({ min: 0, max: 80, noNaN: true }),
      })
      .map(({ cost, orders, value }) => row(`c${cost}`, cost, orders, orders * value))
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 8 }), (rows) => {
        for (const { lost } of headlineOf(rows)?.underBreakEven ?? []) expect(lost).toBeGreaterThan(0)
      }),
    )
  })
})

describe('cost without orders of its own', () => {
  it('counts in the return but is never named', () => {
    const search = { ...row('Paid Search', 1000, 200, 3000), platform: 'google' }
    const shared = row('Paid Search', 500, 0, 0)
    const overhead = row('All marketing', 500, 0, 0)
    const headline = headlineOf([search, shared, overhead])
    expect(headline?.returnPerUnit).toBe(1.5)
    expect(headline?.underBreakEven).toEqual([])
  })
})
