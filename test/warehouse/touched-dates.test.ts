import { describe, expect, it } from 'vitest'
import { allDates, reaches, spreadByReach } from '../../src/warehouse/touched-dates.ts'

const options = { timeZone: 'Europe/Paris', lookbackDays: 30, reconciliationDays: 90 }

describe('spreadByReach', () => {
  it('covers the business dates a UTC date overlaps', () => {
    const touched = spreadByReach({ eventDates: ['2025-01-10'], statDates: [] }, options)
    expect(touched.get('events')).toEqual(['2025-01-10', '2025-01-11'])
  })

  it('looks the other way in a zone behind UTC', () => {
    const touched = spreadByReach(
      { eventDates: ['2025-01-10'], statDates: [] },
      { ...options, timeZone: 'America/Bogota' },
    )
    expect(touched.get('events')).toEqual(['2025-01-09', '2025-01-10'])
  })

  it('reaches a day either side for sessions and the lookback for credits', () => {
    const touched = spreadByReach({ eventDates: ['2025-03-01'], statDates: [] }, options)
    expect(touched.get('sessions')).toEqual(['2025-02-28', '2025-03-01', '2025-03-02', '2025-03-03'])
    expect(touched.get('credits')?.at(0)).toBe('2025-01-29')
    expect(touched.get('credits')?.at(-1)).toBe('2025-04-02')
    expect(touched.get('reconciliation')?.at(-1)).toBe('2025-06-01')
  })

  it('is empty where nothing changed', () => {
    const touched = spreadByReach({ eventDates: [], statDates: [] }, options)
    expect(reaches.map((reach) => touched.get(reach))).toEqual(reaches.map(() => []))
  })
})

describe('allDates', () => {
  it('holds every date a contract accepts, for every reach', () => {
    const touched = allDates(new Date('2026-01-01T00:00:00Z'))
    for (const reach of reaches) {
      expect(touched.get(reach)?.at(0)).toBe('1999-12-01')
      expect(touched.get(reach)?.includes('2026-04-01')).toBe(true)
    }
  })
})
