import { allowedLatenessMinutes, otherLiveValue } from '../contracts/live.ts'
import type { DateOf } from './business-dates.ts'
import { addKey, type RecentKeys, recentKeys } from './keys.ts'
import type { LiveEvent, Reading } from './live-event.ts'
import { moveClock, type PartitionClock, stoppedClock, watermarkOf } from './partition-clock.ts'
import { countEvent, emptyTally, rowKey, type Tallies, type Tally } from './tally.ts'
import { type EventSource, noSource } from './visit-source.ts'
import { followVisit, forgetVisits, type Visit, type VisitStep, type Visits } from './visits.ts'

/** An order as it was reported, for the list of the last ones. */
export interface ReportedOrder {
  readonly atMicros: number
  readonly source: EventSource | undefined
  readonly device: string
  readonly country: string
  /** Undefined when its currency has no rate. */
  readonly paidCents: number | undefined
}

/**
 * What one pass over the log has come to: plain values, so that it can be kept on disk. Records of a partition are
 * taken once and in order; the order among partitions changes nothing but which of many ids are remembered.
 */
export interface FoldState {
  /** Next offset by partition. */
  readonly next: Map<number, number>
  readonly visits: Map<number, Visits>
  readonly clocks: Map<number, PartitionClock>
  readonly ids: RecentKeys
  readonly orderKeys: RecentKeys
  /** By minute since 1970 (`minutes`), or by business date (`dates`). */
  readonly minutes: Map<number, Tallies>
  readonly dates: Map<string, Tallies>
  readonly visitorsByDate: Map<string, Set<number>>
  /** Newest first. */
  readonly orders: ReportedOrder[]
  readonly setAside: { refused: number; duplicates: number; crawlers: number; outsideMinutes: number }
}

/** What the batch layer knows that counting needs. */
export interface FoldRules {
  /** The reader's own clock, in milliseconds since 1970: nothing was received long after it. */
  readonly nowMs: () => number
  readonly dateOf: DateOf
  /** Shop's currency for one unit of another; 1 for the shop's own. */
  readonly rateOf: (currency: string) => number | undefined
  /** Whether the published ledger has an order. */
  readonly isInLedger: (orderKey: number) => boolean
  /** Visits, ids and orders from before the split. */
  readonly visitsBefore?: ReadonlyMap<number, Visit>
  readonly idsBefore?: ReadonlySet<number>
  readonly ordersBefore?: ReadonlySet<number>
}

/** What a fold keeps: the moving minutes, or everything since the split by business date. */
export type FoldKind = 'minutes' | 'dates'

export const emptyFold = (next: ReadonlyMap<number, number> = new Map()): FoldState => ({
  next: new Map(next),
  visits: new Map(),
  clocks: new Map(),
  ids: recentKeys(),
  orderKeys: recentKeys(100_000),
  minutes: new Map(),
  dates: new Map(),
  visitorsByDate: new Map(),
  orders: [],
  setAside: { refused: 0, duplicates: 0, crawlers: 0, outsideMinutes: 0 },
})

const minuteMs = 60_000
export const keptMinutes = 60
const keptOrders = 20
/** Dates and, of each, values of all dimensions that are kept apart. */
const mostDates = 400
const mostRows = 5_000
/** Visitors of one date that are told apart. */
const mostVisitors = 2_000_000
const latenessMs = allowedLatenessMinutes * minuteMs

/** Where a record lies in the log, and when it was received, in milliseconds since 1970. */
interface RecordPlace {
  readonly partition: number
  readonly offset: number
  readonly arrivedMs: number
}

/** Takes one record of a partition in; a record from before the fold's position is left alone. */
export function takeRecord(
  kind: FoldKind,
  state: FoldState,
  place: RecordPlace,
  reading: Reading,
  rules: FoldRules,
): void {
  if (place.offset < (state.next.get(place.partition) ?? 0)) return
  state.next.set(place.partition, place.offset + 1)
  const latestMs = rules.nowMs() + latenessMs
  const at = { ...place, arrivedMs: Math.min(place.arrivedMs, latestMs) }
  const clock = clockOf(state, at.partition)
  const before = clock.newestMs
  moveClock(clock, at.arrivedMs, latestMs)
  if (kind === 'minutes' && minuteOfMs(clock.newestMs) !== minuteOfMs(before)) forgetMinutes(state, latestMs)
  if (reading.kind === 'refused') state.setAside.refused += 1
  else if (reading.kind === 'crawler') state.setAside.crawlers += 1
  else if (reading.kind === 'event') takeOnce(kind, state, at, reading, rules)
  forgetVisits(visitsOf(state, at.partition), watermarkOf(clock), at.arrivedMs)
}

function takeOnce(
  kind: FoldKind,
  state: FoldState,
  at: RecordPlace,
  reading: LiveEvent,
  rules: FoldRules,
): void {
  if (rules.idsBefore?.has(reading.id) || !addKey(state.ids, reading.id)) state.setAside.duplicates += 1
  else takeEvent(kind, state, at, reading, rules)
}

function takeEvent(
  kind: FoldKind,
  state: FoldState,
  at: RecordPlace,
  event: LiveEvent,
  rules: FoldRules,
): void {
  const { visitor } = event
  const step =
    visitor === undefined
      ? undefined
      : followVisit(visitsOf(state, at.partition), visitor, event, at.arrivedMs, rules)
  const isOrder =
    event.name === 'purchase' &&
    rules.ordersBefore?.has(event.order) !== true &&
    addKey(state.orderKeys, event.order)
  const rate = isOrder ? rules.rateOf(event.currency) : undefined
  const paidCents = rate === undefined ? undefined : Math.round(event.valueCents * rate)
  const counted = {
    event,
    step,
    isVisitor: kind === 'minutes' && step?.isNewInMinute === true,
    isOrder,
    paidCents: paidCents ?? 0,
    isInLedger: isOrder && rules.isInLedger(event.order),
  }
  if (kind === 'dates') {
    countVisitorOfDate(state, event)
    count(rowsOfDate(state, event.date), counted)
    if (step?.sourceBefore !== undefined)
      moveSession(rowsOfDate(state, startDateOf(step, rules.dateOf)), step)
    return
  }
  if (isOrder)
    listOrder(state, {
      atMicros: event.atMicros,
      source: step?.visit.source,
      device: event.device,
      country: event.country,
      paidCents,
    })
  const minute = minuteOf(event.atMicros)
  const latestMs = rules.nowMs() + latenessMs
  const rows = rowsOfMinute(state, minute, at.arrivedMs, latestMs)
  if (rows === undefined) {
    state.setAside.outsideMinutes += 1
    if (step?.isStart) step.visit.countedMicros = Number.NaN
  } else count(rows, counted, isAfter(minute, at.arrivedMs))
  if (step?.sourceBefore === undefined || Number.isNaN(step.visit.countedMicros)) return
  const startMinute = minuteOf(step.visit.countedMicros)
  const startRows = rowsOfMinute(state, startMinute, at.arrivedMs, latestMs)
  if (startRows !== undefined) moveSession(startRows, step, isAfter(startMinute, at.arrivedMs))
}

interface Counted {
  readonly event: LiveEvent
  readonly step: VisitStep | undefined
  /** The visitor's first event in its minute; of a date, visitors are counted apart. */
  readonly isVisitor: boolean
  readonly isOrder: boolean
  readonly paidCents: number
  readonly isInLedger: boolean
}

function count(
  rows: Tallies,
  { event, step, isVisitor, isOrder, paidCents, isInLedger }: Counted,
  isCorrection = false,
): void {
  const source = step?.visit.source ?? event.source
  const isLanding = !event.hasConsent && event.name === 'page_view' && event.source !== noSource
  const channel = step === undefined && source === noSource ? '' : source.channel
  const touched = [rowOf(rows, 'total', ''), rowOf(rows, 'channel', channel)]
  if (source.campaign !== '') touched.push(rowOf(rows, 'campaign', source.campaign))
  touched.push(rowOf(rows, 'device', event.device), rowOf(rows, 'country', event.country))
  for (const tally of touched) {
    countEvent(tally, event)
    if (isLanding) tally.landings += 1
    if (step?.isStart) tally.sessions += 1
    if (isVisitor) tally.visitors += 1
    if (isOrder) {
      tally.orders += 1
      tally.paidCents += paidCents
      if (!isInLedger) {
        tally.provisionalOrders += 1
        tally.provisionalCents += paidCents
      }
    }
    if (isCorrection) tally.revision += 1
  }
  if (event.sku === '') return
  const product = rowOf(rows, 'product', event.sku)
  countEvent(product, event)
  if (isCorrection) product.revision += 1
}

/** A session whose source became known after its start is counted under it, no longer under what it seemed. */
function moveSession(rows: Tallies, { visit, sourceBefore }: VisitStep, isCorrection = false): void {
  if (sourceBefore === undefined) return
  const shift = (source: EventSource, sessions: number) => {
    const touched = [rowOf(rows, 'channel', source.channel)]
    if (source.campaign !== '') touched.push(rowOf(rows, 'campaign', source.campaign))
    for (const tally of touched) {
      tally.sessions += sessions
      if (isCorrection) tally.revision += 1
    }
  }
  shift(sourceBefore, -1)
  shift(visit.source, 1)
}

function rowOf(rows: Tallies, dimension: Parameters<typeof rowKey>[0], value: string): Tally {
  let key = rowKey(dimension, value)
  let row = rows.get(key)
  if (row !== undefined) return row
  if (rows.size >= mostRows) {
    key = rowKey(dimension, otherLiveValue)
    row = rows.get(key)
    if (row !== undefined) return row
  }
  row = emptyTally()
  rows.set(key, row)
  return row
}

const minuteOf = (micros: number): number => Math.floor(micros / (minuteMs * 1000))
const minuteOfMs = (ms: number): number => Math.floor(ms / minuteMs)
const isAfter = (minute: number, arrivedMs: number): boolean => arrivedMs >= (minute + 1) * minuteMs

/** The rows of a minute; undefined when a record received at this moment comes too late for it, or too early. */
function rowsOfMinute(
  state: FoldState,
  minute: number,
  arrivedMs: number,
  latestMs: number,
): Tallies | undefined {
  const isTooLate = arrivedMs >= (minute + 1) * minuteMs + latenessMs
  const isTooEarly = minute * minuteMs > arrivedMs + latenessMs
  if (isTooLate || isTooEarly) return undefined
  if (minute < oldestKept(state, latestMs)) return new Map()
  let rows = state.minutes.get(minute)
  if (rows === undefined) {
    rows = new Map()
    state.minutes.set(minute, rows)
  }
  return rows
}

function rowsOfDate(state: FoldState, date: string): Tallies {
  let rows = state.dates.get(date)
  if (rows !== undefined) return rows
  rows = new Map()
  state.dates.set(date, rows)
  if (state.dates.size > mostDates) {
    const oldest = [...state.dates.keys()].sort()[0] as string
    state.dates.delete(oldest)
    state.visitorsByDate.delete(oldest)
  }
  return rows
}

function countVisitorOfDate(state: FoldState, { date, visitor }: LiveEvent): void {
  if (visitor === undefined) return
  const visitors = state.visitorsByDate.get(date) ?? new Set()
  if (visitors.size < mostVisitors) visitors.add(visitor)
  state.visitorsByDate.set(date, visitors)
}

const startDateOf = ({ visit }: VisitStep, dateOf: DateOf): string =>
  dateOf(Math.floor(visit.countedMicros / 1000))

function visitsOf(state: FoldState, partition: number): Visits {
  let visits = state.visits.get(partition)
  if (visits === undefined) {
    visits = new Map()
    state.visits.set(partition, visits)
  }
  return visits
}

function clockOf(state: FoldState, partition: number): PartitionClock {
  let clock = state.clocks.get(partition)
  if (clock === undefined) {
    clock = stoppedClock()
    state.clocks.set(partition, clock)
  }
  return clock
}

function forgetMinutes(state: FoldState, latestMs: number): void {
  const oldest = oldestKept(state, latestMs)
  for (const minute of state.minutes.keys()) if (minute < oldest) state.minutes.delete(minute)
}

/** When the newest record was received, in milliseconds since 1970; -Infinity without one. */
export function newestMsOf({ clocks }: FoldState): number {
  let newest = Number.NEGATIVE_INFINITY
  for (const { newestMs } of clocks.values()) newest = Math.max(newest, newestMs)
  return newest
}

/** As seen by the newest record of all partitions: a partition read behind the others adds nothing before it. */
const oldestKept = (state: FoldState, latestMs: number): number =>
  minuteOfMs(Math.min(newestMsOf(state), latestMs)) - keptMinutes

function listOrder(state: FoldState, order: ReportedOrder): void {
  const at = state.orders.findIndex(({ atMicros }) => atMicros <= order.atMicros)
  state.orders.splice(at < 0 ? state.orders.length : at, 0, order)
  state.orders.length = Math.min(state.orders.length, keptOrders)
}
