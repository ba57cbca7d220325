import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DuckDb, openDuckDb, sqlString } from '../../src/database/duckdb.ts'
import { defineMacros } from '../../src/ingestion/adapter-macros.ts'

let db: DuckDb
beforeAll(async () => {
  db = await openDuckDb()
  await defineMacros(db, { timeZone: 'Europe/Paris', currency: 'EUR' })
})
afterAll(() => db.close())

const value = async (sql: string) => {
  const [row] = await db.rows<{ value: unknown }>(`SELECT CAST(${sql} AS VARCHAR) AS value`)
  return row?.value
}

describe('functions for adapters', () => {
  it.each([
    [`url_parameter('https://s.fr/p?utm_source=goo%67le+ads&q=1#x', 'utm_source')`, 'google ads'],
    [`url_parameter('/p?a=1&utm_source=x#utm_source=y', 'utm_source')`, 'x'],
    [`url_parameter('/p?xutm_source=1', 'utm_source')`, null],
    [`url_parameter('/p?utm_source=', 'utm_source')`, null],
    [`url_parameter('/p?q=%ff', 'q')`, '%ff'],
    [`url_parameter('/p?q=%zz', 'q')`, '%zz'],
    [`url_host('HTTPS://me:pw@WWW.Shop.fr:8080/a?b')`, 'www.shop.fr'],
    [`url_host('/a')`, null],
    [`url_path('https://s.fr')`, '/'],
    [`url_path('https://s.fr/a/b?c#d')`, '/a/b'],
    [`utc_timestamp('2025-01-01T10:00:00+02:00')`, '2025-01-01 08:00:00'],
    [`utc_timestamp('soon')`, null],
    [`local_to_utc('2025-07-01 12:00:00', 'Europe/Paris')`, '2025-07-01 10:00:00'],
    [`local_to_utc('2025-03-30 02:30:00', 'Europe/Paris')`, '2025-03-30 01:30:00'],
    [`local_to_utc('2025-10-26 02:30:00', 'Europe/Paris')`, '2025-10-26 00:30:00'],
    [`local_to_utc('2025-11-02 01:30:00', 'America/New_York')`, '2025-11-02 05:30:00'],
    [`local_to_utc('2025-07-01 12:00:00', 'Nowhere/Else')`, null],
    [`local_to_utc('soon', 'Europe/Paris')`, null],
    [`parse_timestamp('31/02/2025', '%d/%m/%Y')`, null],
    [`parse_number(' 12.5 ')`, '12.500000'],
    [`parse_number('12,5')`, null],
    [`parse_number_comma('1.234,56')`, '1234.560000'],
    [`from_micros('1234567')`, '1.234567'],
    [`from_micros(98765432109876543)`, '98765432109.876543'],
    [`from_micros('x')`, null],
    [`phone_e164('06 12 34 56 78', 'FR')`, '+33612345678'],
    [`phone_e164('0044 20 7946 0000', 'FR')`, '+442079460000'],
    [`phone_e164('06', 'ZZ')`, null],
    [`shop_time_zone() || shop_currency()`, 'Europe/ParisEUR'],
  ])('%s is %j', async (sql, expected) => {
    expect(await value(sql)).toBe(expected)
  })

  it('read back any parameter that was encoded into an address', async () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((each) => !each.includes('\0'))
    await fc.assert(
      fc.asyncProperty(text, text, async (before, wanted) => {
        const query = new URLSearchParams([
          ['before', before],
          ['wanted', wanted],
          ['after', 'x'],
        ])
        const address = sqlString(`https://s.fr/p?${query}`)
        expect(await value(`url_parameter(${address}, 'wanted')`)).toBe(wanted.toWellFormed())
      }),
      { numRuns: 60 },
    )
  })

  it('turn every local hour of a year into the instant that shows it', async () => {
    const [row] = await db.rows<{ wrong: string; skipped: string }>(`
      WITH hours AS (SELECT unnest(generate_series(TIMESTAMP '2025-01-01', TIMESTAMP '2025-12-31 23:30', INTERVAL 30 MINUTE)) AS local),
      shown AS (SELECT local, timezone('Europe/Paris', timezone('UTC', local_to_utc(local, 'Europe/Paris'))) AS again FROM hours)
      SELECT count(*) FILTER (again <> local AND again <> local + INTERVAL 1 HOUR) AS wrong, count(*) FILTER (again <> local) AS skipped FROM shown`)
    expect(row).toEqual({ wrong: '0', skipped: '2' })
  })
})
