import { sessionGapMinutes } from '../contracts/channels/visit-rules.ts'
import type { DateOf } from './business-dates.ts'
import type { LiveEvent } from './live-event.ts'
import { type EventSource, noSource } from './visit-source.ts'

/** What is remembered of a visitor while it may come back to the same visit. */
export interface Visit {
  /** First and last event of the visit, in microseconds since 1970. */
  startMicros: number
  lastMicros: number
  source: EventSource
  /** The visit's first event that says where it came from; infinite when none does. */
  sourceMicros: number
  /** Time of the event the visit was counted with; not a number when it was counted in no minute. */
  countedMicros: number
  /** No 30 minutes without an event since the business date of the last event began. */
  fillsDate: boolean
  /** Latest minute the visitor was counted in, and a bit for each of the 31 before it. */
  minute: number
  minutesBefore: number
  /** When the visitor's last record was received, in milliseconds since 1970. */
  arrivedMs: number
}

/** What an event did to its visitor's visit. */
export interface VisitStep {
  readonly visit: Visit
  readonly isStart: boolean
  /** The visit's source so far, when this event changed it. */
  readonly sourceBefore: EventSource | undefined
  /** The visitor's first event in its minute, as far as is remembered. */
  readonly isNewInMinute: boolean
}

/** Visits of one partition, those not touched for longest first. */
export type Visits = Map<number, Visit>

const gapMicros = sessionGapMinutes * 60_000_000
const minuteMicros = 60_000_000
const keptMs = 2 * 3_600_000
/** Visitors remembered in one partition. */
const mostVisits = 200_000

/**
 * Follows an event's visitor by the batch layer's rules: a gap of more than 30 minutes, or a date filled without
 * one, starts a visit; its source is its first event that has one. An event from before the visit by more than the
 * gap belongs to one that is over and starts none.
 *
 * @param arrivedMs When the event was received.
 * @param rules.visitsBefore Visits from before the split, asked for visitors that are not in `visits`.
 */
export function followVisit(
  visits: Visits,
  visitor: number,
  event: LiveEvent,
  arrivedMs: number,
  { dateOf, visitsBefore }: { readonly dateOf: DateOf; readonly visitsBefore?: ReadonlyMap<number, Visit> },
): VisitStep {
  const known = visits.get(visitor) ?? copyOf(visitsBefore?.get(visitor))
  const isStart = known === undefined || startsVisit(known, event, dateOf)
  const visit = isStart ? newVisit(event, arrivedMs, dateOf, known) : known
  const sourceBefore = isStart ? undefined : goOn(visit, event, dateOf)
  const isNewInMinute = countMinute(visit, Math.floor(event.atMicros / minuteMicros))
  visit.arrivedMs = arrivedMs
  visits.delete(visitor)
  visits.set(visitor, visit)
  return { visit, isStart, sourceBefore, isNewInMinute }
}

/**
 * Forgets visitors that cannot come back to their visit.
 *
 * @param arrivedMs When the record at hand was received: what stands as touched long after it was dated ahead, and
 *   goes to the end of the row, one at a time, where it holds up nobody.
 */
export function forgetVisits(visits: Visits, watermarkMs: number, arrivedMs: number): void {
  for (const [visitor, visit] of visits) {
    if (visit.arrivedMs >= watermarkMs - keptMs && visits.size <= mostVisits) {
      if (visit.arrivedMs <= arrivedMs + keptMs) return
      visits.delete(visitor)
      visits.set(visitor, visit)
      return
    }
    visits.delete(visitor)
  }
}

const copyOf = (visit: Visit | undefined): Visit | undefined =>
  visit === undefined ? undefined : { ...visit }

function startsVisit(visit: Visit, event: LiveEvent, dateOf: DateOf): boolean {
  const gap = event.atMicros - visit.lastMicros
  if (gap > gapMicros) return true
  const lastMs = Math.floor(visit.lastMicros / 1000)
  // A date ends within the gap when the gap reaches into the next one.
  return gap > 0 && visit.fillsDate && dateOf(lastMs) !== event.date
}

function newVisit(event: LiveEvent, arrivedMs: number, dateOf: DateOf, before: Visit | undefined): Visit {
  return {
    startMicros: event.atMicros,
    lastMicros: event.atMicros,
    source: event.source,
    sourceMicros: event.source === noSource ? Number.POSITIVE_INFINITY : event.atMicros,
    countedMicros: event.atMicros,
    fillsDate: isNearDateStart(event, dateOf),
    minute: before?.minute ?? Number.NEGATIVE_INFINITY,
    minutesBefore: before?.minutesBefore ?? 0,
    arrivedMs,
  }
}

/** Takes a further event into a visit; returns the visit's source so far when the event changes it. */
function goOn(visit: Visit, event: LiveEvent, dateOf: DateOf): EventSource | undefined {
  const isInside = event.atMicros >= visit.startMicros - gapMicros
  if (event.atMicros > visit.lastMicros) {
    const isSameDate = dateOf(Math.floor(visit.lastMicros / 1000)) === event.date
    visit.fillsDate = isSameDate ? visit.fillsDate : isNearDateStart(event, dateOf)
    visit.lastMicros = event.atMicros
  } else if (isInside) visit.startMicros = Math.min(visit.startMicros, event.atMicros)
  if (!isInside || event.source === noSource || event.atMicros >= visit.sourceMicros) return undefined
  const before = visit.source
  visit.source = event.source
  visit.sourceMicros = event.atMicros
  return before.channel === visit.source.channel && before.campaign === visit.source.campaign
    ? undefined
    : before
}

/** Whether the date of an event began at most a gap before it. */
const isNearDateStart = ({ atMicros, date }: LiveEvent, dateOf: DateOf): boolean =>
  dateOf(Math.floor((atMicros - gapMicros - 1) / 1000)) !== date

function countMinute(visit: Visit, minute: number): boolean {
  const ahead = minute - visit.minute
  if (ahead > 0) {
    visit.minutesBefore = ahead > 31 ? 0 : ((visit.minutesBefore << ahead) | (1 << (ahead - 1))) >>> 0
    visit.minute = minute
    return true
  }
  if (ahead === 0) return false
  if (ahead < -32) return false
  const bit = 1 << (-ahead - 1)
  if ((visit.minutesBefore & bit) !== 0) return false
  visit.minutesBefore = (visit.minutesBefore | bit) >>> 0
  return true
}
