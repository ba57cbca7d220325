import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDayLines, linesOf } from '../../../src/data-generation/web/delivered-day.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 2000 }).map((line) => `${line.replaceAll('\n', ' ')}\n`)

it('gives every line back in order of arrival, as told within a second, with others put in between', () => {
  const spare: Buffer[] = []
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: 5 }), text), { maxLength: 200 }),
      fc.array(fc.tuple(fc.nat({ max: 20 }), text), { maxLength: 3 }),
      (told, inserted) => {
        const lines = createDayLines(spare)
        for (const [second, line] of told) lines.add(second, line)
        const expected = told.toSorted(([a], [b]) => a - b).map(([, line]) => line)
        const original = [...expected]
        for (const [at, line] of inserted) expected.splice(at, 0, line)
        const day = lines.inOrder(20_000, (count, lineAt) => {
          expect(Array.from({ length: count }, (_, place) => lineAt(place))).toEqual(original)
          return inserted.map(([at, line]) => ({ at, line }))
        })
        expect(day).toMatchObject({ day: 20_000, records: expected.length })
        expect(linesOf(day)).toEqual(expected)
      },
    ),
  )
})

it('holds lines of any length in any alphabet, and days begun while others last', () => {
  const spare: Buffer[] = []
  const [first, second] = [createDayLines(spare), createDayLines(spare)]
  const long = `${'€'.repeat(70_000)}\n`
  for (const lines of [first, second]) lines.add(1, long)
  const day = first.inOrder(1, () => [])
  const third = createDayLines(spare)
  third.add(0, 'third\n')
  second.add(0, 'second\n')
  expect(linesOf(day)).toEqual([long])
  expect(linesOf(second.inOrder(2, () => []))).toEqual(['second\n', long])
  expect(linesOf(third.inOrder(3, () => []))).toEqual(['third\n'])
})
