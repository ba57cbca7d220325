import { describe, expect, it } from 'vitest'
import {
  addDays,
  addMonths,
  daysBetween,
  isDate,
  weeksBack,
} from '../../../../src/dashboard/web/state/dates.ts'

describe('dates', () => {
  it('count across months, leap days and clock changes', () => {
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01')
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2)
    expect(addMonths('2026-01-01', -1)).toBe('2025-12-01')
  })

  it('are real calendar dates', () => {
    expect(isDate('2024-02-29')).toBe(true)
    expect(isDate('2025-02-29')).toBe(false)
    expect(isDate('2025-2-1')).toBe(false)
    expect(isDate(null)).toBe(false)
  })
})

describe('weeksBack', () => {
  it('counts back from the last day and leaves out the days that make no full week', () => {
    const range = { from: '2026-03-01', to: '2026-03-16' }
    const days = Array.from({ length: 16 }, (_, index) => ({ date: addDays(range.from, index) }))
    const weeks = weeksBack(days, range)
    expect(weeks.map(({ date }) => date)).toEqual(['2026-03-09', '2026-03-16'])
    expect(weeks.map(({ items }) => items.length)).toEqual([7, 7])
    expect(weeks[0]?.items[0]?.date).toBe('2026-03-03')
  })
})
