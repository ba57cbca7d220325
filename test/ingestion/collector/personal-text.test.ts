import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DuckDb, openDuckDb } from '../../../src/database/duckdb.ts'
import { addressOnly, maskedText, truncatedIp } from '../../../src/ingestion/collector/personal-text.ts'
import { definePersonalDataMacros } from '../../../src/ingestion/personal-data.ts'

let db: DuckDb
beforeAll(async () => {
  db = await openDuckDb()
  await definePersonalDataMacros(db, Buffer.from('a secret'))
})
afterAll(() => db.close())

const viaSql = async (macro: string, texts: readonly string[]) => {
  const rows = await db.rows<{ value: string | null }>(
    `SELECT ${macro}(text) AS value FROM (SELECT unnest(from_json($1, '["VARCHAR"]')) AS text)`,
    [JSON.stringify(texts)],
  )
  return rows.map(({ value }) => value ?? undefined)
}

describe('an address without its last part', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['::ffff:203.0.113.77', '203.0.113.0'],
    ['2001:db8:85a3:8d3:1319:8a2e:370:7348', '2001:db8:85a3::'],
    ['2001:db8::42', '2001:db8::'],
    ['2a01::abcd', '2a01::'],
    ['fe80::1%eth0', 'fe80::'],
    ['::1', '::'],
    ['localhost', undefined],
  ])('%s is %s', async (ip, expected) => {
    expect(truncatedIp(ip)).toBe(expected)
    expect(await viaSql('truncated_ip', [ip])).toEqual([expected])
  })
})

describe('what is kept of a text on its way is what bronze would keep', () => {
  const twins = [
    [
      'truncated_ip',
      truncatedIp,
      fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc.ipV6().map((ip) => `${ip}%eth0`),
      ),
    ],
    [
      'truncated_ip',
      truncatedIp,
      fc.string({ unit: fc.constantFrom('0', '1', 'a', ':', '.', 'f'), maxLength: 24 }),
    ],
    [
      'masked_text',
      maskedText,
      fc.string({
        unit: fc.constantFrom('a', '@', '%', '2', '5', '4', '0', '/', '?', '&', ' ', '=', 'é'),
        maxLength: 24,
      }),
    ],
    [
      'address_only',
      addressOnly,
      fc.string({ unit: fc.constantFrom('a', '?', '#', '/', '%', 'é'), maxLength: 16 }),
    ],
  ] as const

  it.each(twins)('%s', async (macro, twin, texts) => {
    const samples = fc.sample(texts, { numRuns: 500, seed: 7 })
    expect(await viaSql(macro, samples)).toEqual(samples.map(twin))
  })

  it('once more through the door changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        const once = truncatedIp(ip) as string
        expect(truncatedIp(once)).toBe(once)
      }),
    )
  })
})
