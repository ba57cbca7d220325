import { PlatformError } from '../contracts/errors.ts'
import { pick, weightTable } from './random.ts'

/** Days since 1970-01-01 of a `YYYY-MM-DD`. @throws {PlatformError} `config.invalid` */
export function parseDate(text: string): number {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text)
  const day = match === null ? Number.NaN : dayOf(Number(match[1]), Number(match[2]), Number(match[3]))
  if (Number.isNaN(day) || dateText(day) !== text)
    throw new PlatformError(
      'config.invalid',
      `simulation: expected a date like 2025-01-31, got "${text}"; correct it and start again`,
    )
  return day
}

export function dayOf(year: number, month: number, dayOfMonth: number): number {
  return Date.UTC(year, month - 1, dayOfMonth) / 86_400_000
}

const dateTexts = new Map<number, string>()

/** `YYYY-MM-DD` of a day number. */
export function dateText(day: number): string {
  let text = dateTexts.get(day)
  if (text === undefined) {
    text = new Date(day * 86_400_000).toISOString().slice(0, 10)
    dateTexts.set(day, text)
  }
  return text
}

export function yearOf(day: number): number {
  return Number(dateText(day).slice(0, 4))
}

/** 0 = Monday … 6 = Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}

/** Monday of the week a day lies in. */
export function weekStart(day: number): number {
  return day - weekdayOf(day)
}

/** Easter Sunday by the Gregorian computus (Meeus, Astronomical Algorithms, ch. 8). */
export function easter(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - d - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const n = h + l - 7 * m + 114
  return dayOf(year, Math.floor(n / 31), (n % 31) + 1)
}

/** French public holidays of a year, as day numbers. */
export function frenchHolidays(year: number): number[] {
  const sunday = easter(year)
  const fixed = [
    [1, 1],
    [5, 1],
    [5, 8],
    [7, 14],
    [8, 15],
    [11, 1],
    [11, 11],
    [12, 25],
  ] as const
  return [...fixed.map(([month, day]) => dayOf(year, month, day)), sunday + 1, sunday + 39, sunday + 50]
}

function lastSunday(year: number, month: number): number {
  const last = dayOf(year, month + 1, 1) - 1
  return last - ((weekdayOf(last) + 1) % 7)
}

/**
 * Minutes Paris is ahead of UTC at a local wall-clock time. The hour that does not exist in spring counts as
 * summer time, the one that exists twice in autumn as its first pass.
 */
export function parisOffsetMinutes(day: number, minute: number): number {
  let rule = offsetRules[day]
  if (rule === undefined) {
    rule = offsetRuleOf(day)
    offsetRules[day] = rule
  }
  if (rule < changesInSpring) return rule
  return rule === changesInSpring ? (minute >= 120 ? 120 : 60) : minute >= 180 ? 60 : 120
}

const changesInSpring = 1000
const changesInAutumn = 1001
/** By day: the offset, or one of the two days on which it changes. */
const offsetRules: number[] = []

function offsetRuleOf(day: number): number {
  const spring = lastSunday(yearOf(day), 3)
  const autumn = lastSunday(yearOf(day), 10)
  if (day === spring) return changesInSpring
  if (day === autumn) return changesInAutumn
  return day < spring || day > autumn ? 60 : 120
}

const monthLevel = [0.92, 0.94, 0.98, 0.98, 1.06, 1.0, 0.9, 0.8, 0.98, 1.02, 1.24, 1.36]
const weekdayLevel = [1.06, 1.02, 1.0, 0.99, 0.92, 0.94, 1.07]
const yearlyGrowth = 0.08

/** Demand of a day relative to an average day of 2024: months, weekdays, holidays and growth. */
export function seasonOf(day: number): number {
  const text = dateText(day)
  const month = Number(text.slice(5, 7)) - 1
  const dayOfMonth = Number(text.slice(8, 10))
  const toNext = (dayOfMonth - 15) / 30
  const neighbour = monthLevel[(month + (toNext < 0 ? 11 : 1)) % 12]!
  const level = monthLevel[month]! + (neighbour - monthLevel[month]!) * (toNext < 0 ? -toNext : toNext)
  const holiday = frenchHolidays(yearOf(day)).includes(day) ? 0.82 : 1
  const afterChristmas = month === 11 && dayOfMonth > 23 ? 0.7 : 1
  const years = (day - dayOf(2024, 7, 1)) / 365
  return level * weekdayLevel[weekdayOf(day)]! * holiday * afterChristmas * (1 + yearlyGrowth * years)
}

export const largestSeason = 2

const hourWeights = [9, 5, 3, 2, 2, 4, 12, 26, 38, 46, 50, 52, 62, 58, 48, 46, 48, 54, 60, 66, 78, 86, 68, 34]
const hours = weightTable(hourWeights)

/** Minute of the day at which people are on line: few at night, most after dinner. */
export function minuteOfDay(h: number): number {
  return pick(hours, h) * 60 + ((h & 0xffff) % 60)
}

const twoDigits = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'))

/** `YYYY-MM-DDTHH:MM:SSZ` of a time in seconds since 1970. */
export function isoTime(epochSeconds: number): string {
  const day = Math.floor(epochSeconds / 86_400)
  const second = epochSeconds - day * 86_400
  const minute = Math.floor(second / 60)
  return `${dateText(day)}T${twoDigits[Math.floor(minute / 60)]}:${twoDigits[minute % 60]}:${twoDigits[second % 60]}Z`
}

/** Seconds since 1970 of a Paris wall-clock minute. */
export function epochSecondsOf(day: number, minute: number): number {
  return day * 86_400 + (minute - parisOffsetMinutes(day, minute)) * 60
}
