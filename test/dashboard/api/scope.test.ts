import { describe, expect, it } from 'vitest'
import { earlierRange, scopeOf } from '../../../src/dashboard/api/scope.ts'

const shop = { dataFrom: '2024-01-01', dataThrough: '2026-03-10' }

describe('scopeOf', () => {
  it('takes the last 90 days with data by default', () => {
    expect(scopeOf({}, shop).range).toEqual({ from: '2025-12-11', to: '2026-03-10' })
  })

  it('leaves out earlier dates that begin before the data', () => {
    expect(scopeOf({ from: '2024-01-15', to: '2024-01-31' }, shop).compareWith).toBeNull()
    expect(scopeOf({ from: '2024-01-15', to: '2024-01-28' }, shop).compareWith).toEqual({
      from: '2024-01-01',
      to: '2024-01-14',
    })
  })
})

describe('earlierRange', () => {
  it('is as long as the range and ends the day before it', () => {
    expect(earlierRange({ from: '2026-03-01', to: '2026-03-31' }, 'previous_period')).toEqual({
      from: '2026-01-29',
      to: '2026-02-28',
    })
  })

  it('has the same dates a year earlier, the 28th for a 29 February', () => {
    expect(earlierRange({ from: '2024-02-29', to: '2024-03-31' }, 'previous_year')).toEqual({
      from: '2023-02-28',
      to: '2023-03-31',
    })
  })

  it('is none when nothing is compared', () => {
    expect(earlierRange({ from: '2026-03-01', to: '2026-03-31' }, 'none')).toBeNull()
  })
})
