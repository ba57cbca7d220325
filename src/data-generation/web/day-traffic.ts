import { dateText, parseDate } from '../calendar.ts'
import { resolveSetting } from '../shop.ts'
import { simulateWorld } from '../world/world.ts'
import { linesOf } from './delivered-day.ts'
import { webLog } from './web-log.ts'

export interface TimedLine {
  /** When it is sent, in milliseconds since 1970. */
  readonly sentMs: number
  /** One NDJSON line of the web log. */
  readonly line: string
}

export interface DayTrafficOptions {
  readonly seed?: number
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string
  /** On average; a whole number of natural days is laid over one another. */
  readonly eventsPerMinute: number
}

const dayMs = 86_400_000
/** Events of a day of the shop at its natural size. */
const naturalEventsPerDay = 2_740
/** Orders of streamed visits are none of those that the shop's files tell. */
const orderPrefix = 'L'

/**
 * The traffic of a UTC date as it comes over the day, calm at night and busy in the evening: several days of the
 * same people laid over one another, so that visits keep their own pace. The same seed and date give the same lines.
 *
 * @returns In the order they are sent; about 50,000 lines a second of work.
 */
export function dayTraffic(options: DayTrafficOptions): TimedLine[] {
  const { date, eventsPerMinute, seed } = options
  const day = parseDate(date)
  const layers = Math.max(1, Math.round((eventsPerMinute * 1440) / naturalEventsPerDay))
  const world = simulateWorld(
    resolveSetting({
      seed,
      startDate: dateText(day - layers + 1),
      endDate: date,
      eventsPerDay: naturalEventsPerDay,
    }),
  )
  const lines: TimedLine[] = []
  for (const delivered of webLog(world)) {
    const shiftMs = (day - delivered.day) * dayMs
    for (const line of linesOf(delivered)) {
      const atMs = timeOf(line)
      if (Number.isNaN(atMs)) continue
      const shifted = new Date(atMs + shiftMs).toISOString()
      lines.push({
        sentMs: day * dayMs + (atMs % dayMs),
        line: line
          .replace(/"at":"[^"]*"/, `"at":"${shifted}"`)
          .replace(
            /"transaction":"/,
            `"transaction":"${orderPrefix}${dateText(day).replaceAll('-', '')}-${Math.floor(atMs / dayMs) % layers}-`,
          ),
      })
    }
  }
  return lines.sort((left, right) => left.sentMs - right.sentMs)
}

const timeOf = (line: string): number => Date.parse(/"at":"([^"]*)"/.exec(line)?.[1] ?? '')

/** When a line of a date's traffic is sent: what a phone kept for days comes at the same time of day. */
export function timeSent(line: string, dayStartMs: number): number | undefined {
  const atMs = timeOf(line)
  return Number.isNaN(atMs) ? undefined : dayStartMs + (atMs % dayMs)
}
