import { describe, expect, it } from 'vitest'
import { metricIds } from '../../../src/contracts/metrics.ts'
import { isKnown } from '../../../src/dashboard/web/known-metrics.ts'

const all = { orders: true, web: true, cost: true }
const unknown = (has: Partial<typeof all>) => metricIds.filter((id) => !isKnown(id, { ...all, ...has }))

describe('isKnown', () => {
  it('leaves nothing out of a shop that delivered everything', () => {
    expect(unknown({})).toEqual([])
  })

  it('leaves out what cost, sessions or orders are part of', () => {
    expect(unknown({ cost: false })).toEqual(
      expect.arrayContaining([
        'marketing_cost',
        'cm3',
        'mer',
        'blended_cac',
        'cost',
        'roas',
        'roi',
        'paid_cac',
      ]),
    )
    expect(unknown({ cost: false })).not.toContain('credited_contribution')
    expect(unknown({ web: false })).toEqual(['sessions', 'conversion_rate', 'channel_sessions'])
    expect(unknown({ orders: false })).toEqual(
      expect.arrayContaining(['orders', 'credited_contribution', 'contribution_return', 'cost_per_order']),
    )
    expect(unknown({ orders: false })).not.toContain('channel_sessions')
    expect(unknown({ orders: false })).not.toContain('cost')
  })
})
