import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredRecord } from '../../../src/ingestion/event-log/event-log.ts'
import { blockBelow, blocksOf, bytesOf } from '../../../src/ingestion/event-log/record-block.ts'
import { recordsOf } from './conformance.ts'

const values = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\u001e', '\u0000', 'a\u001eb', '{"a":1}'),
)
const steps = fc.record({
  value: values,
  partition: fc.constantFrom(0, 0, 0, 1),
  gap: fc.constantFrom(0, 0, 0, 0, 2),
  source: fc.constantFrom('web', 'web', 'web', 'app'),
})

const someRecords = fc.array(steps, { maxLength: 30 }).map((all) => {
  const next = [5, 5]
  return all.map(({ value, partition, gap, source }, at): StoredRecord => {
    const offset = next[partition]! + gap
    next[partition] = offset + 1
    // A lone surrogate is no character, and has no UTF-8.
    return { partition, offset, key: null, value: value.toWellFormed(), headers: { source }, timestampMs: at }
  })
})

describe('blocks of records', () => {
  it('hold the same records in the same order', () => {
    fc.assert(
      fc.property(someRecords, (records) => {
        const blocks = blocksOf(records)
        expect(blocks.flatMap(recordsOf)).toEqual(records.map(({ key: _, ...record }) => record))
        const bytes = records.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0)
        expect(blocks.reduce((sum, block) => sum + bytesOf(block), 0)).toBe(bytes)
      }),
    )
  })

  it('can be cut at any offset', () => {
    fc.assert(
      fc.property(someRecords, fc.nat(40), (records, end) => {
        const cut = blocksOf(records).flatMap((block) => blockBelow(block, end) ?? [])
        expect(cut.flatMap(recordsOf)).toEqual(
          records.filter(({ offset }) => offset < end).map(({ key: _, ...record }) => record),
        )
      }),
    )
  })
})
