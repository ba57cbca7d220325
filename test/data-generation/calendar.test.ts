import { describe, expect, it } from 'vitest'
import {
  dateText,
  dayOf,
  easter,
  epochSecondsOf,
  frenchHolidays,
  isoTime,
  minuteOfDay,
  parisOffsetMinutes,
  parseDate,
  weekdayOf,
} from '../../src/data-generation/calendar.ts'
import { hash } from '../../src/data-generation/random.ts'

describe('calendar', () => {
  it('knows when Easter is', () => {
    expect([2024, 2025, 2026].map((year) => dateText(easter(year)))).toEqual([
      '2024-03-31',
      '2025-04-20',
      '2026-04-05',
    ])
    expect(frenchHolidays(2025).map(dateText)).toContain('2025-05-29')
  })

  it('agrees with the platform about Paris time at every hour of three years', () => {
    const paris = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Paris',
      dateStyle: 'short',
      timeStyle: 'medium',
    })
    for (let day = dayOf(2024, 1, 1); day < dayOf(2027, 1, 1); day++)
      for (const minute of [0, 30, 119, 121, 180, 185, 720, 1439]) {
        const isSkipped = parisOffsetMinutes(day, 60) === 60 && parisOffsetMinutes(day, 130) === 120
        if (isSkipped && minute >= 120 && minute < 180) continue
        const seconds = epochSecondsOf(day, minute)
        const text = paris.format(new Date(seconds * 1000))
        const hours = String(Math.floor(minute / 60)).padStart(2, '0')
        expect(text).toBe(`${dateText(day)} ${hours}:${String(minute % 60).padStart(2, '0')}:00`)
      }
  })

  it('writes instants as the platform does', () => {
    expect(isoTime(epochSecondsOf(dayOf(2025, 10, 26), 150))).toBe('2025-10-26T00:30:00Z')
    expect(weekdayOf(parseDate('2025-01-06'))).toBe(0)
  })

  it('refuses dates that do not exist', () => {
    expect(() => parseDate('2025-02-30')).toThrow(/expected a date/)
    expect(() => parseDate('yesterday')).toThrow(/expected a date/)
  })

  it('has more evening than night', () => {
    let evening = 0
    let night = 0
    for (let n = 0; n < 10_000; n++) {
      const minute = minuteOfDay(hash(1, n))
      expect(minute).toBeLessThan(1440)
      if (minute >= 1140) evening++
      if (minute < 360) night++
    }
    expect(evening).toBeGreaterThan(6 * night)
  })
})
