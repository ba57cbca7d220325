import { expect, it } from 'vitest'
import { createRateLimit } from '../../../src/ingestion/collector/rate-limit.ts'

it('lets a key send its burst, then as it fills again', () => {
  let at = 0
  const limit = createRateLimit({ perSecond: 10, burst: 20 }, () => at)
  expect(limit.waitMs('a')).toBe(0)
  limit.spend('a', 30)
  expect(limit.waitMs('a')).toBe(1_100)
  expect(limit.waitMs('b')).toBe(0)
  at = 1_100
  expect(limit.waitMs('a')).toBe(0)
  at = 60_000
  limit.spend('a', 20)
  expect(limit.waitMs('a')).toBe(100)
})

it('remembers who goes on sending, however many others come once', () => {
  const limit = createRateLimit({ perSecond: 1, burst: 10, capacity: 100 }, () => 0)
  limit.spend('greedy', 9)
  for (let other = 0; other < 10_000; other += 1) {
    limit.spend(`once-${other}`, 1)
    if (other % 50 === 0) limit.spend('greedy', 0.01)
  }
  limit.spend('greedy', 1)
  expect(limit.waitMs('greedy')).toBeGreaterThan(0)
})

it('takes no room for keys that only ask', () => {
  const limit = createRateLimit({ perSecond: 1, burst: 10, capacity: 100 }, () => 0)
  limit.spend('busy', 11)
  for (let other = 0; other < 1_000; other += 1) limit.waitMs(`asks-${other}`)
  expect(limit.waitMs('busy')).toBeGreaterThan(0)
})
