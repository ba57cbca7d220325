import { keyOf } from '../../src/live/keys.ts'
import { eventKey, orderKey } from '../../src/live/live-event.ts'
import type { FoldRules } from '../../src/live/live-fold.ts'
import type { Visit } from '../../src/live/visits.ts'
import type { PageEvent } from './shop-stream.ts'

/** What the batch layer counts of a whole stream, by the rules of docs/semantics.md, written out plainly. */
export interface Counted {
  readonly events: number
  readonly pageViews: number
  readonly productViews: number
  readonly carts: number
  readonly orders: number
  readonly landings: number
  readonly sessions: number
  readonly sessionsByChannel: Readonly<Record<string, number>>
}

interface OracleVisit {
  readonly visitor: string
  readonly start: number
  last: number
  channel: string
  /** Time of the visit's first event with a source. */
  sourceAt: number
}

const gapMs = 30 * 60_000
const isCrawler = ({ user_agent = '' }: PageEvent) => /bot/i.test(user_agent)
const hasConsent = (event: PageEvent) => event.consent_analytics === 'granted'

/** Channels of the few sources that test streams know, by hand. */
function channelOf(event: PageEvent): string | undefined {
  if (event.utm_source === 'newsletter') return 'Email'
  if (event.utm_source === 'facebook') return 'Paid Social'
  if (event.gclid !== undefined) return 'Paid Search'
  if (event.referrer === 'https://www.google.com/') return 'Organic Search'
  return undefined
}

function distinct(events: readonly PageEvent[]): PageEvent[] {
  const seen = new Set<string>()
  return events.filter((event) => {
    const key = `${event.occurred_at.slice(0, 10)} ${event.event_id}`
    if (seen.has(key) || isCrawler(event)) return false
    seen.add(key)
    return true
  })
}

const formats = new Map<string, Intl.DateTimeFormat>()

function dateIn(ms: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  formats.set(timeZone, format)
  return format.format(new Date(ms))
}

/** Whether a visitor had no 30 minutes free of events on the date that ended before `next`. */
function filledDateBefore(times: readonly number[], next: number, timeZone: string): boolean {
  const date = dateIn(times.at(-1) as number, timeZone)
  if (dateIn(next, timeZone) === date) return false
  const ofDate = times.filter((time) => dateIn(time, timeZone) === date)
  // Dates begin on a whole minute everywhere.
  let from = ofDate[0] as number
  from -= from % 60_000
  while (dateIn(from - 60_000, timeZone) === date) from -= 60_000
  let to = ofDate.at(-1) as number
  to += 60_000 - (to % 60_000)
  while (dateIn(to, timeZone) === date) to += 60_000
  const marks = [from, ...ofDate, to]
  return marks.every((mark, index) => index === 0 || mark - (marks[index - 1] as number) <= gapMs)
}

export function visitsOf(events: readonly PageEvent[], timeZone: string): OracleVisit[] {
  const visits: OracleVisit[] = []
  const byVisitor = Map.groupBy(distinct(events).filter(hasConsent), ({ anonymous_id = '' }) => anonymous_id)
  for (const [visitor, own] of byVisitor) {
    const ordered = own.toSorted(
      (left, right) => Date.parse(left.occurred_at) - Date.parse(right.occurred_at),
    )
    const times: number[] = []
    let visit: OracleVisit | undefined
    for (const event of ordered) {
      const at = Date.parse(event.occurred_at)
      if (visit === undefined || at - visit.last > gapMs || filledDateBefore(times, at, timeZone)) {
        visit = { visitor, start: at, last: at, channel: 'Direct', sourceAt: Number.POSITIVE_INFINITY }
        visits.push(visit)
      }
      visit.last = at
      times.push(at)
      const channel = channelOf(event)
      if (channel === undefined || visit.sourceAt !== Number.POSITIVE_INFINITY) continue
      visit.channel = channel
      visit.sourceAt = at
    }
  }
  return visits
}

export function countPlainly(events: readonly PageEvent[], timeZone: string): Counted {
  const kept = distinct(events)
  const named = (name: string) => kept.filter(({ event_name }) => event_name === name)
  const visits = visitsOf(events, timeZone)
  return {
    events: kept.length,
    pageViews: named('page_view').length,
    productViews: named('product_view').length,
    carts: named('add_to_cart').length,
    orders: new Set(
      named('purchase').map(({ transaction_id, event_id }) => transaction_id ?? `event ${event_id}`),
    ).size,
    landings: named('page_view').filter((event) => !hasConsent(event) && channelOf(event) !== undefined)
      .length,
    sessions: visits.length,
    sessionsByChannel: Object.fromEntries(
      [...Map.groupBy(visits, ({ channel }) => channel)].map(([channel, of]) => [channel, of.length]).sort(),
    ),
  }
}

/** What the speed layer is told of the events before a split. */
export function seedsOf(
  before: readonly PageEvent[],
  timeZone: string,
): Pick<FoldRules, 'visitsBefore' | 'idsBefore' | 'ordersBefore'> {
  const visits = new Map<number, Visit>()
  for (const { visitor, start, last, channel, sourceAt } of visitsOf(before, timeZone)) {
    visits.set(keyOf(visitor), {
      startMicros: start * 1000,
      lastMicros: last * 1000,
      countedMicros: start * 1000,
      source: { channel, campaign: '' },
      sourceMicros: sourceAt * 1000,
      fillsDate: fillsDate(before, visitor, last, timeZone),
      minute: Math.floor(last / 60_000),
      minutesBefore: 0,
      arrivedMs: last,
    })
  }
  const purchases = distinct(before).filter(({ event_name }) => event_name === 'purchase')
  return {
    visitsBefore: visits,
    idsBefore: new Set(
      distinct(before).map((event) => eventKey(event.occurred_at.slice(0, 10), event.event_id)),
    ),
    ordersBefore: new Set(
      purchases.map(({ transaction_id, event_id }) => orderKey(transaction_id, event_id)),
    ),
  }
}

function fillsDate(before: readonly PageEvent[], visitor: string, last: number, timeZone: string): boolean {
  const date = dateIn(last, timeZone)
  const times = distinct(before)
    .filter((event) => event.anonymous_id === visitor)
    .map((event) => Date.parse(event.occurred_at))
    .filter((time) => dateIn(time, timeZone) === date)
    .sort((left, right) => left - right)
  const first = times[0] as number
  return (
    dateIn(first - gapMs - 1, timeZone) !== date &&
    times.every((time, index) => index === 0 || time - (times[index - 1] as number) <= gapMs)
  )
}
