import { expect, it } from 'vitest'
import { createPartitioner, murmur2, partitionOf } from '../../../src/ingestion/event-log/record-partition.ts'

it.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])('hashes %s as Kafka’s own tests say', (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash)
})

it('puts a key where Kafka’s default partitioner would', () => {
  expect(partitionOf('21', 4)).toBe((-973932308 & 0x7fffffff) % 4)
  expect(partitionOf('été', 7)).toBe((murmur2(Buffer.from('été')) & 0x7fffffff) % 7)
})

it('spreads records without a key', () => {
  const choose = createPartitioner()
  const chosen = Array.from({ length: 8 }, () => choose(null, 4))
  expect(new Set(chosen)).toEqual(new Set([0, 1, 2, 3]))
})
