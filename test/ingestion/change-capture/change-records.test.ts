import { describe, expect, it } from 'vitest'
import { contracts } from '../../../src/contracts/all-contracts.ts'
import { createStreamValidator } from '../../../src/contracts/stream-validator.ts'
import type { CapturedTable } from '../../../src/ingestion/change-capture/capture-map.ts'
import { driftOf } from '../../../src/ingestion/change-capture/capture-state.ts'
import { deleteRecord, upsertRecord } from '../../../src/ingestion/change-capture/change-records.ts'

const orders: CapturedTable = {
  table: 'orders',
  contract: contracts.orders,
  schema: 'shop',
  name: 'sales',
  oid: '1',
  columns: [],
  keyColumns: ['id'],
  sources: new Map([
    ['order_id', 'id'],
    ['placed_at', 'created'],
    ['status', 'state'],
    ['currency', 'currency'],
    ['is_test', 'is_test'],
    ['updated_at', 'changed'],
  ]),
  values: new Map([['prices_include_tax', 'true']]),
  changedAt: 'changed',
}
const row = {
  id: 'o-1',
  created: '2025-03-30 01:30:00+00',
  state: 'paid',
  currency: 'EUR',
  is_test: 'f',
  changed: '2025-03-30 01:30:00.12+00',
}

describe('a row of a shop’s database', () => {
  it('becomes a record of the contract, under its delivered names', () => {
    const record = upsertRecord(orders, row)
    expect(JSON.parse(record.value)).toEqual({
      order_id: 'o-1',
      placed_at: '2025-03-30T01:30:00.000000Z',
      status: 'paid',
      currency: 'EUR',
      is_test: 'false',
      prices_include_tax: 'true',
      updated_at: '2025-03-30T01:30:00.120000Z',
    })
    expect(record.headers).toEqual({ 'schema-version': '1', table: 'orders' })
    const validator = createStreamValidator(contracts.orders)
    expect(validator.validate(JSON.parse(record.value), new Date('2025-04-01')).outcome).toBe('accepted')
  })

  it('keeps what is of another type as it is, for the contract to judge', () => {
    const odd = { ...row, created: '2025-03-30 01:30:00+02', is_test: 'maybe', state: null }
    expect(JSON.parse(upsertRecord(orders, odd).value)).toMatchObject({
      placed_at: '2025-03-30 01:30:00+02',
      is_test: 'maybe',
    })
  })

  it('takes the time of its change from the stream where that is known', () => {
    const record = upsertRecord(orders, row, '2025-03-31T00:00:00.000001Z')
    expect(JSON.parse(record.value).updated_at).toBe('2025-03-31T00:00:00.000001Z')
  })

  it('that is gone is a delete of its key, in the same partition', () => {
    const record = deleteRecord(orders, { id: 'o-1' }, '2025-03-31T00:00:00.000001Z')
    expect(JSON.parse(record.value)).toEqual({ order_id: 'o-1', updated_at: '2025-03-31T00:00:00.000001Z' })
    expect(record.headers.operation).toBe('delete')
    expect(record.key).toBe(upsertRecord(orders, row).key)
  })
})

it('tells which columns of a table came, went and changed', () => {
  const before = [
    { name: 'id', type: 'bigint' },
    { name: 'note', type: 'text' },
  ]
  const after = [
    { name: 'id', type: 'text' },
    { name: 'region', type: 'text' },
  ]
  const seenAt = '2025-03-31T00:00:00.000Z'
  expect(driftOf('orders', before, after, seenAt)).toEqual([
    { table: 'orders', column: 'id', change: 'retyped', seenAt },
    { table: 'orders', column: 'region', change: 'added', seenAt },
    { table: 'orders', column: 'note', change: 'removed', seenAt },
  ])
})
