import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  byteSum,
  exactExp,
  exactLn,
  exponential,
  hash,
  lognormalTable,
  pick,
  rehash,
  unit,
  weightTable,
} from '../../src/data-generation/random.ts'

describe('hash', () => {
  it('is fixed for all time: other values would change every demo', () => {
    expect([hash(1, 2, 3, 4), hash(0, 0), rehash(hash(1, 2), 7)]).toMatchInlineSnapshot(`
      [
        44392542,
        1670106294,
        4098604140,
      ]
    `)
  })

  it('moves about half of the bits when one argument moves by one', () => {
    let moved = 0
    const draws = 2000
    for (let n = 0; n < draws; n++) {
      let difference = hash(7, n, 1, 1) ^ hash(7, n + 1, 1, 1)
      for (; difference !== 0; difference &= difference - 1) moved++
    }
    expect(moved / draws).toBeGreaterThan(15.5)
    expect(moved / draws).toBeLessThan(16.5)
  })

  it('fills [0, 1) evenly, whatever the purpose', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 400 }), (seed, purpose) => {
        const bins = new Array(10).fill(0)
        for (let n = 0; n < 4000; n++) bins[Math.floor(unit(rehash(hash(seed, n), purpose)) * 10)]++
        for (const count of bins) {
          expect(count).toBeGreaterThan(280)
          expect(count).toBeLessThan(520)
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('exact functions', () => {
  it('agree with the platform to twelve digits', () => {
    for (const x of [0.001, 0.3, 1, 1.4, 2, 17.5, 4000]) expect(exactLn(x)).toBeCloseTo(Math.log(x), 12)
    for (const x of [-3, -0.5, 0, 0.7, 3]) expect(exactExp(x) / Math.exp(x)).toBeCloseTo(1, 11)
  })
})

describe('distributions', () => {
  it('have mean one', () => {
    const table = lognormalTable(0.9)
    let logNormal = 0
    let waiting = 0
    const draws = 200_000
    for (let n = 0; n < draws; n++) {
      logNormal += table[byteSum(hash(3, n, 1))]!
      waiting += exponential(hash(3, n, 2))
    }
    expect(logNormal / draws).toBeCloseTo(1, 1)
    expect(waiting / draws).toBeCloseTo(1, 1)
  })

  it('follow their weights', () => {
    const table = weightTable([1, 2, 5])
    const counts = [0, 0, 0]
    for (let n = 0; n < 80_000; n++) counts[pick(table, hash(5, n))]!++
    expect(counts[0]! / 10_000).toBeCloseTo(1, 0)
    expect(counts[2]! / 10_000).toBeCloseTo(5, 0)
  })
})
