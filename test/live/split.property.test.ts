import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indexCampaigns } from '../../src/contracts/channels/classify-channel.ts'
import type { StoredRecord } from '../../src/ingestion/event-log/event-log.ts'
import { businessDates } from '../../src/live/business-dates.ts'
import { keyOf } from '../../src/live/keys.ts'
import { createEventReader } from '../../src/live/live-event.ts'
import { emptyFold, type FoldRules, type FoldState, takeRecord } from '../../src/live/live-fold.ts'
import { addTally, emptyTally, rowOfKey, type Tally } from '../../src/live/tally.ts'
import { type Counted, countPlainly, seedsOf } from './counting-oracle.ts'
import { type PageEvent, pageEvents, recordOf, timeText } from './shop-stream.ts'

const timeZone = 'Europe/Paris'
const startMs = Date.parse('2026-03-28T20:00:00Z')
const dateOf = businessDates(timeZone)
const read = createEventReader({
  dateOf,
  campaigns: indexCampaigns([]),
  ownHosts: ['floreetseve.example'],
})
const rulesAfter = (seeds: Partial<FoldRules>): FoldRules => ({
  nowMs: Date.now,
  dateOf,
  rateOf: () => 1,
  isInLedger: () => false,
  ...seeds,
})

/** Records in four partitions by visitor, received as they happened unless told otherwise. */
function stored(events: readonly PageEvent[], arrivedMs: (event: PageEvent) => number): StoredRecord[] {
  const next = [0, 0, 0, 0]
  return events.map((event) => {
    const record = recordOf(event, arrivedMs(event))
    const partition = keyOf(record.key ?? record.value) % 4
    const offset = next[partition] as number
    next[partition] = offset + 1
    return { ...record, timestampMs: arrivedMs(event), partition, offset }
  })
}

const inTime = (event: PageEvent) => Date.parse(event.occurred_at) + 800

function fold(
  kind: 'minutes' | 'dates',
  records: readonly StoredRecord[],
  rules: FoldRules,
  state = emptyFold(),
) {
  for (const record of records) {
    const { partition, offset, timestampMs } = record
    takeRecord(kind, state, { partition, offset, arrivedMs: timestampMs }, read(record), rules)
  }
  return state
}

const rowsOf = (state: FoldState) =>
  [...state.minutes.values(), ...state.dates.values()].flatMap((rows) => [...rows])

function sumOf(state: FoldState): Tally {
  const sum = emptyTally()
  for (const [key, tally] of rowsOf(state)) if (rowOfKey(key).dimension === 'total') addTally(sum, tally)
  return sum
}

function sessionsByChannel(state: FoldState): Record<string, number> {
  const found: Record<string, number> = {}
  for (const [key, tally] of rowsOf(state)) {
    const { dimension, value } = rowOfKey(key)
    if (dimension === 'channel') found[value] = (found[value] ?? 0) + tally.sessions
  }
  return found
}

const additive = ['events', 'pageViews', 'productViews', 'carts', 'orders', 'landings', 'sessions'] as const

/** Batch side and live side together. */
function merged(
  events: readonly PageEvent[],
  splitAt: number,
  arrivedMs: (event: PageEvent) => number = inTime,
): Record<string, unknown> {
  const before = events.slice(0, splitAt)
  const batch = countPlainly(before, timeZone)
  const records = stored(events, arrivedMs).slice(splitAt)
  const state = fold('dates', records, rulesAfter(seedsOf(before, timeZone)))
  const live = sumOf(state)
  const channels = { ...batch.sessionsByChannel }
  for (const [channel, sessions] of Object.entries(sessionsByChannel(state)))
    channels[channel] = (channels[channel] ?? 0) + sessions
  return {
    ...Object.fromEntries(additive.map((name) => [name, batch[name] + live[name]])),
    sessionsByChannel: withoutZeros(channels),
  }
}

const withoutZeros = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(counts)
      .filter(([, count]) => count !== 0)
      .sort(),
  )

const whole = (counted: Counted) => ({
  ...counted,
  sessionsByChannel: withoutZeros(counted.sessionsByChannel),
})

describe('batch side and live side', () => {
  it('add up to the same wherever the split falls', () => {
    fc.assert(
      fc.property(pageEvents(startMs), fc.double({ min: 0, max: 1, noNaN: true }), (events, part) => {
        expect(merged(events, Math.round(events.length * part))).toEqual(
          whole(countPlainly(events, timeZone)),
        )
      }),
      { numRuns: 800 },
    )
  })

  it('add up to the same when receivers’ clocks jump ahead and come back', () => {
    fc.assert(
      fc.property(
        pageEvents(startMs),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.infiniteStream(fc.constantFrom(0, 0, 0, 5 * 3_600_000, 10 * 365 * 86_400_000)),
        (events, part, jumps) => {
          const arrived = new Map(events.map((event) => [event, inTime(event) + jumps.next().value]))
          const arrivedMs = (event: PageEvent) => arrived.get(event) as number
          expect(merged(events, Math.round(events.length * part), arrivedMs)).toEqual(
            whole(countPlainly(events, timeZone)),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it('start a visit anew after a date without thirty free minutes, on either side of the split', () => {
    const events: PageEvent[] = []
    for (
      let at = Date.parse('2026-03-29T21:50:00Z');
      at < Date.parse('2026-03-31T01:00:00Z');
      at += 25 * 60_000
    )
      events.push({
        event_id: `e${events.length}`,
        occurred_at: timeText(at),
        event_name: 'page_view',
        anonymous_id: 'v1',
        consent_analytics: 'granted',
      })
    const expected = whole(countPlainly(events, timeZone))
    expect(expected.sessions).toBe(2)
    for (let splitAt = 0; splitAt <= events.length; splitAt++)
      expect(merged(events, splitAt)).toEqual(expected)
  })

  it('keep events, views, carts and orders when the stream is out of order', () => {
    const counts = ({ events, productViews, carts, orders }: Counted | Tally) => [
      events,
      productViews,
      carts,
      orders,
    ]
    fc.assert(
      fc.property(
        pageEvents(startMs),
        fc.nat(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (events, seed, part) => {
          const shuffled = shuffle(events, seed)
          const splitAt = Math.round(shuffled.length * part)
          const before = shuffled.slice(0, splitAt)
          const latest = startMs + 4 * 86_400_000
          const records = stored(shuffled, () => latest).slice(splitAt)
          const live = counts(sumOf(fold('dates', records, rulesAfter(seedsOf(before, timeZone)))))
          const batch = counts(countPlainly(before, timeZone))
          expect(batch.map((count, index) => count + (live[index] as number))).toEqual(
            counts(countPlainly(shuffled, timeZone)),
          )
        },
      ),
    )
  })
})

describe('minutes', () => {
  it('are the same in whatever order partitions are read', () => {
    fc.assert(
      fc.property(pageEvents(startMs), fc.nat(), (events, seed) => {
        // An order that two partitions report counts where it is read first.
        const ownOrders = events.map((event) => ({
          ...event,
          ...(event.transaction_id === undefined ? {} : { transaction_id: event.event_id }),
        }))
        const records = stored(ownOrders, inTime)
        const byPartition = [...Map.groupBy(records, ({ partition }) => partition).values()]
        const orders = shuffle(
          byPartition.flatMap((of, index) => of.map(() => index)),
          seed,
        )
        const taken = byPartition.map(() => 0)
        const interleaved = orders.map((index) => byPartition[index]?.[taken[index]!++] as StoredRecord)
        const minutesOf = (of: readonly StoredRecord[]) => fold('minutes', of, rulesAfter({})).minutes
        expect(minutesOf(interleaved)).toEqual(minutesOf(records))
      }),
    )
  })

  it('take late events in for ten minutes; later ones count in the totals only', () => {
    const at = Date.parse('2026-03-30T10:00:59.999Z')
    const event = (id: string): PageEvent => ({
      event_id: id,
      occurred_at: timeText(at),
      event_name: 'page_view',
      anonymous_id: 'v1',
      consent_analytics: 'granted',
    })
    const delays: [string, number][] = [
      ['at once', at],
      ['after its minute', at + 1],
      ['at the last moment', at + 10 * 60_000],
      ['too late', at + 10 * 60_000 + 1],
      ['from a clock ahead', at - 11 * 60_000],
    ]
    const arrived = new Map(delays)
    const records = stored(
      delays.map(([id]) => event(id)),
      ({ event_id }) => arrived.get(event_id) as number,
    )
    const minutes = fold('minutes', records, rulesAfter({}))
    expect(minutes.minutes.size).toBe(1)
    expect([...minutes.minutes.values()][0]?.get('total\n')).toMatchObject({
      events: 3,
      sessions: 1,
      visitors: 1,
      revision: 2,
    })
    expect(minutes.setAside.outsideMinutes).toBe(2)
    expect(sumOf(fold('dates', records, rulesAfter({}))).events).toBe(5)
  })

  it('correct the channel of a visit whose source comes with a later event', () => {
    const events: PageEvent[] = [
      { utm_source: undefined, minute: 0 },
      { utm_source: 'newsletter', minute: 2 },
    ].map(({ utm_source, minute }, index) => ({
      event_id: `e${index}`,
      occurred_at: timeText(Date.parse('2026-03-30T10:00:10Z') + minute * 60_000),
      event_name: 'page_view',
      anonymous_id: 'v1',
      consent_analytics: 'granted',
      ...(utm_source === undefined ? {} : { utm_source, utm_medium: 'email' }),
    }))
    const state = fold('minutes', stored(events, inTime), rulesAfter({}))
    expect(sessionsByChannel(state)).toEqual({ Direct: 0, Email: 1 })
    const [first] = [...state.minutes.values()]
    expect(first?.get('channel\nDirect')?.revision).toBe(1)
  })
})

function shuffle<T>(items: readonly T[], seed: number): T[] {
  const shuffled = [...items]
  let state = seed | 1
  for (let index = shuffled.length - 1; index > 0; index--) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    const other = state % (index + 1)
    ;[shuffled[index], shuffled[other]] = [shuffled[other] as T, shuffled[index] as T]
  }
  return shuffled
}
