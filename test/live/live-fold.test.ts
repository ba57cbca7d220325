import { expect, test } from 'vitest'
import { emptyFold, takeRecord } from '../../src/live/live-fold.ts'
import { noSource } from '../../src/live/visit-source.ts'

const rules = {
  nowMs: Date.now,
  dateOf: (ms: number) => new Date(ms).toISOString().slice(0, 10),
  rateOf: () => 1,
  isInLedger: () => false,
}
let lastId = 0

const pageView = (visitor: number, ms: number) => ({
  kind: 'event' as const,
  id: lastId++,
  atMicros: ms * 1000,
  date: rules.dateOf(ms),
  name: 'page_view',
  visitor,
  hasConsent: true,
  source: noSource,
  device: 'desktop',
  country: 'FR',
  sku: '',
  order: 0,
  valueCents: 0,
  currency: '',
})

/** Visitors who see a page every second, in turn, received by a clock that is ahead for some of them. */
function foldOfVisitors(visitors: number, records: number, aheadMs: (offset: number) => number) {
  const state = emptyFold()
  const startMs = 1_700_000_000_000
  for (let offset = 0; offset < records; offset += 1) {
    const ms = startMs + offset * 1_000
    const place = { partition: 0, offset, arrivedMs: ms + aheadMs(offset) }
    takeRecord('dates', state, place, pageView(offset % visitors, ms), rules)
  }
  const sessions = [...state.dates.values()].map((rows) => rows.get('total\n')?.sessions ?? 0)
  return { state, sessions: sessions.reduce((sum, of) => sum + of, 0) }
}

const yearMs = 365 * 86_400_000

test('a record dated years ahead ends no visit', () => {
  expect(foldOfVisitors(50, 5_000, (offset) => (offset % 900 === 7 ? yearMs : 0)).sessions).toBe(50)
})

test('a clock that is ahead for long and comes back costs a visitor one more visit at most, and that once', () => {
  const { sessions } = foldOfVisitors(50, 30_000, (offset) =>
    offset > 5_000 && offset < 15_000 ? yearMs : 0,
  )
  expect(sessions).toBeLessThanOrEqual(100)
  const twoReceivers = foldOfVisitors(50, 30_000, (offset) => (offset % 2) * 5 * 3_600_000)
  expect(twoReceivers.sessions).toBe(50)
})

test('visitors are forgotten though one of them is dated years ahead', () => {
  const { state } = foldOfVisitors(20_000, 20_000, (offset) => (offset === 3 ? yearMs : 0))
  // Two hours of one visitor a second, and as many records as it takes to believe that they are over.
  expect(state.visits.get(0)?.size).toBeLessThan(7_200 + 2_001 + 1)
})

test('minutes of the reader’s present are kept, whatever a record is dated', () => {
  const state = emptyFold()
  const nowMs = 1_700_000_000_000
  const clocked = { ...rules, nowMs: () => nowMs }
  const take = (offset: number, atMs: number, arrivedMs: number) =>
    takeRecord('minutes', state, { partition: offset, offset: 0, arrivedMs }, pageView(offset, atMs), clocked)
  take(0, nowMs - 60_000, nowMs)
  take(1, nowMs + yearMs, nowMs + yearMs)
  take(2, nowMs, nowMs + yearMs)
  take(3, nowMs - 120_000, nowMs)
  expect([...state.minutes.values()].map((rows) => rows.get('total\n')?.events)).toEqual([1, 1, 1])
  expect(state.setAside.outsideMinutes).toBe(1)
})

test('visitors of dates that are no longer kept are forgotten with them', () => {
  const state = emptyFold()
  for (let offset = 0; offset < 500; offset += 1) {
    const ms = 1_700_000_000_000 + offset * 86_400_000
    takeRecord('dates', state, { partition: 0, offset, arrivedMs: ms }, pageView(offset, ms), rules)
  }
  expect(state.dates.size).toBe(400)
  expect([...state.visitorsByDate.keys()].sort()).toEqual([...state.dates.keys()].sort())
})
