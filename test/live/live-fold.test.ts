import { expect, test } from 'vitest'
import { emptyFold, takeRecord } from '../../src/live/live-fold.ts'
import { noSource } from '../../src/live/visit-source.ts'

test('visitors of dates that are no longer kept are forgotten with them', () => {
  const state = emptyFold()
  const dayMs = 86_400_000
  const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  for (let offset = 0; offset < 500; offset += 1) {
    const ms = 1_700_000_000_000 + offset * dayMs
    const event = {
      kind: 'event' as const,
      id: offset,
      atMicros: ms * 1000,
      date: dateOf(ms),
      arrivedMs: ms,
      name: 'page_view',
      visitor: offset,
      hasConsent: true,
      source: noSource,
      device: 'desktop',
      country: 'FR',
      sku: '',
      order: 0,
      valueCents: 0,
      currency: '',
    }
    const rules = { dateOf, rateOf: () => 1, isInLedger: () => false }
    takeRecord('dates', state, { partition: 0, offset, arrivedMs: ms }, event, rules)
  }
  expect(state.dates.size).toBe(400)
  expect([...state.visitorsByDate.keys()].sort()).toEqual([...state.dates.keys()].sort())
})
