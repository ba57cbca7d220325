import { expect, test } from 'vitest'
import { receivedMs } from '../../../src/ingestion/event-log/kafka-reader.ts'

test('a time that is none in milliseconds is read as 1970, so that every reader can write it as a date', () => {
  const now = 1_764_000_000_000n
  expect(receivedMs(now)).toBe(Number(now))
  for (const foreign of [-1n, now * 1_000n, now * 1_000_000n, 2n ** 63n - 1n]) {
    expect(receivedMs(foreign)).toBe(0)
    expect(new Date(receivedMs(foreign)).toISOString()).toBe('1970-01-01T00:00:00.000Z')
  }
})
