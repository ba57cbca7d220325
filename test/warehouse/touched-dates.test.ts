import { describe, expect, it } from 'vitest'
import { allDates, reaches, touchedByEvents } from '../../src/warehouse/touched-dates.ts'

const zone = 'Europe/Paris'

describe('touchedByEvents', () => {
  it('covers the business dates a UTC date overlaps', () => {
    const touched = touchedByEvents({ eventDates: ['2025-01-10'], requestedDates: [] }, zone)
    expect(touched.get('events')).toEqual(['2025-01-10', '2025-01-11'])
  })

  it('looks the other way in a zone behind UTC', () => {
    const touched = touchedByEvents({ eventDates: ['2025-01-10'], requestedDates: [] }, 'America/Bogota')
    expect(touched.get('events')).toEqual(['2025-01-09', '2025-01-10'])
  })

  it('reaches a day either side for sessions, and a day more for what was bought in them', () => {
    const touched = touchedByEvents({ eventDates: ['2025-03-01'], requestedDates: [] }, zone)
    expect(touched.get('sessions')).toEqual(['2025-02-28', '2025-03-01', '2025-03-02', '2025-03-03'])
    expect(touched.get('purchases')?.at(-1)).toBe('2025-03-04')
  })

  it('adds the dates asked for, as business dates', () => {
    const touched = touchedByEvents({ eventDates: [], requestedDates: ['2025-03-01'] }, zone)
    expect(touched.get('events')).toEqual(['2025-03-01'])
    expect(touched.get('sessions')).toEqual(['2025-02-28', '2025-03-01', '2025-03-02'])
  })

  it('is empty where nothing changed', () => {
    const touched = touchedByEvents({ eventDates: [], requestedDates: [] }, zone)
    expect([...touched.values()]).toEqual([[], [], []])
  })
})

describe('allDates', () => {
  it('holds every date a contract accepts, for every reach', () => {
    const touched = allDates(new Date('2026-01-01T00:00:00Z'))
    for (const reach of reaches) {
      expect(touched.get(reach)?.at(0)).toBe('1999-12-01')
      expect(touched.get(reach)?.at(-1)).toBe('2026-04-30')
    }
  })
})
