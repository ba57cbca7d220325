import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../src/contracts/all-contracts.ts'
import { type Contract, columnsOf } from '../../src/contracts/contract.ts'
import { sqlChecks } from '../../src/contracts/sql-checks.ts'
import { createStreamValidator } from '../../src/contracts/stream-validator.ts'
import { deliveredName } from '../../src/contracts/text-rules.ts'
import { type DuckDb, openDuckDb, sqlIdentifier, sqlString } from '../../src/database/duckdb.ts'

const arrivedAt = new Date('2026-03-01T12:00:00Z')
const all = Object.values(contracts) as Contract[]
let db: DuckDb

beforeAll(async () => {
  db = await openDuckDb()
})
afterAll(() => db.close())

/** The SQL checks' verdict on each record, in the words of the stream validator. */
async function sqlVerdicts(contract: Contract, records: readonly Record<string, unknown>[]) {
  const names = columnsOf(contract).map(({ name, column }) => deliveredName(name, column))
  const checks = sqlChecks(contract, new Map(names.map((name) => [name, 'VARCHAR'])), arrivedAt)
  const rows = records.map((record, index) => {
    const values = names.map((name) => {
      const value = record[name]
      return value === undefined || value === null ? 'CAST(NULL AS VARCHAR)' : sqlString(String(value))
    })
    return `(${index}, ${values.join(', ')})`
  })
  const columns = ['n', ...names].map(sqlIdentifier).join(', ')
  const verdicts = await db.rows<{ problem: number }>(
    `SELECT ${checks.problem} AS problem FROM (${checks.judged(`SELECT * FROM (VALUES ${rows.join(', ')}) AS rows(${columns})`)}) ORDER BY n`,
  )
  return verdicts.map(({ problem }) => {
    const found = checks.problems[Number(problem) - 1]
    return found === undefined ? 'accepted' : `${found.reason} ${found.column}`
  })
}

function streamVerdicts(contract: Contract, records: readonly Record<string, unknown>[]) {
  const validator = createStreamValidator(contract)
  return records.map((record) => {
    const verdict = validator.validate(record, arrivedAt)
    return verdict.outcome === 'accepted' ? 'accepted' : `${verdict.reason} ${verdict.column}`
  })
}

const goodValues: Record<string, readonly string[]> = {
  text: ['a', 'É🎉', "Robert'); DROP TABLE orders;--"],
  timestamp: ['2025-03-30T01:30:00Z', '2026-03-02T12:00:00Z', '2000-01-01T00:00:00.000001Z'],
  date: ['2025-02-28', '2026-03-02', '2024-02-29'],
  money: ['12.5', '0', '10000000.00'],
  decimal: ['0.123456', '1', '0.5'],
  count: ['0', '7', '1000'],
  flag: ['true', 'false'],
}

const badValues = [
  '',
  ' ',
  '-',
  '1.234',
  '1e3',
  '12,5',
  '-5',
  '99999999999999999999',
  '0.1234567',
  'NaN',
  'Infinity',
  'TRUE',
  '2025-02-30',
  '2025-02-30T10:00:00Z',
  '2025-01-01T24:00:00Z',
  '2025-01-01T10:00:60Z',
  '2025-01-01 10:00:00',
  '1970-01-01T00:00:00Z',
  '2099-01-01T00:00:00Z',
  '2099-01-01',
  '1970-01-01',
  '2026-03-02T12:00:00.000001Z',
  'eur',
  'XYZ',
  'fr',
  'x'.repeat(5000),
  'é'.repeat(1024),
  '🎉'.repeat(600),
  'a\u0301',
  'a\nb',
]

function recordsOf(contract: Contract): fc.Arbitrary<Record<string, unknown>> {
  const columns = columnsOf(contract)
  const fields = columns.map(({ name, column }) => {
    const good =
      column.values ??
      (column.isCurrency ? ['EUR'] : column.pattern ? ['FR'] : (goodValues[column.type] ?? []))
    const value = fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(...good) },
      { weight: 1, arbitrary: fc.constantFrom(...badValues) },
      { weight: 1, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')) },
      { weight: 1, arbitrary: fc.oneof(fc.integer(), fc.boolean()) },
    )
    return [deliveredName(name, column), value] as const
  })
  return fc.record(Object.fromEntries(fields))
}

describe('the stream validator and the SQL checks', () => {
  it.each(all.map((contract) => [contract.name, contract] as const))(
    'judge every record of %s alike',
    async (_, contract) => {
      await fc.assert(
        fc.asyncProperty(fc.array(recordsOf(contract), { minLength: 20, maxLength: 40 }), async (records) => {
          expect(await sqlVerdicts(contract, records)).toEqual(streamVerdicts(contract, records))
        }),
        { numRuns: 5 },
      )
    },
  )

  it('judge each bad value alike in every column', async () => {
    for (const contract of all) {
      const columns = columnsOf(contract)
      const good = Object.fromEntries(
        columns.map(({ name, column }) => [
          deliveredName(name, column),
          column.values?.[0] ??
            (column.isCurrency ? 'EUR' : column.pattern ? 'FR' : goodValues[column.type]?.[0]),
        ]),
      )
      const records = columns.flatMap(({ name, column }) =>
        [...badValues, ...Object.values(goodValues).flat()].map((value) => ({
          ...good,
          [deliveredName(name, column)]: value,
        })),
      )
      expect(await sqlVerdicts(contract, [good])).toEqual(['accepted'])
      expect(await sqlVerdicts(contract, records)).toEqual(streamVerdicts(contract, records))
    }
  })
})

describe('reasons', () => {
  const order = {
    order_id: '1',
    placed_at: '2026-01-01T10:00:00Z',
    status: 'placed',
    currency: 'EUR',
    prices_include_tax: 'true',
    updated_at: '2026-01-01T10:00:00Z',
  }
  it.each([
    [{}, 'accepted'],
    [{ order_id: '' }, 'missing_value order_id'],
    [{ order_id: 'x'.repeat(129) }, 'too_long order_id'],
    [{ placed_at: '1970-01-01T00:00:00Z' }, 'time_out_of_range placed_at'],
    [{ placed_at: '2099-01-01T00:00:00Z' }, 'time_out_of_range placed_at'],
    [{ placed_at: 'yesterday' }, 'not_a_timestamp placed_at'],
    [{ status: 'sent' }, 'unknown_value status'],
    [{ currency: 'XXX' }, 'unknown_currency currency'],
    [{ country: 'France' }, 'too_long country'],
    [{ country: 'fr' }, 'wrong_format country'],
    [{ shipping_amount: '-1' }, 'number_out_of_range shipping_amount'],
    [{ shipping_amount: '99999999' }, 'number_out_of_range shipping_amount'],
    [{ shipping_amount: '4.999' }, 'too_many_decimals shipping_amount'],
    [{ shipping_amount: '4,99' }, 'not_a_number shipping_amount'],
    [{ prices_include_tax: 'yes' }, 'not_a_flag prices_include_tax'],
    [{ order_id: null, status: 'sent' }, 'missing_value order_id'],
  ])('of %j is %s', async (change, expected) => {
    const records = [{ ...order, ...change }]
    expect(await sqlVerdicts(contracts.orders, records)).toEqual([expected])
    expect(streamVerdicts(contracts.orders, records)).toEqual([expected])
  })

  it('of what is no object is malformed_record', () => {
    const validator = createStreamValidator(contracts.orders)
    for (const record of [null, 3, 'x', []]) {
      expect(validator.validate(record, arrivedAt)).toMatchObject({
        outcome: 'quarantined',
        reason: 'malformed_record',
      })
    }
  })
})
