import fc from 'fast-check'
import { expect, it } from 'vitest'
import { crmChanges } from '../../src/data-generation/crm-changes.ts'
import { csvFile, csvLine, csvRows } from '../../src/data-generation/exports/csv.ts'
import { resolveSetting } from '../../src/data-generation/shop.ts'
import { simulateWorld } from '../../src/data-generation/world/world.ts'

const world = simulateWorld(
  resolveSetting({
    startDate: '2025-03-01',
    endDate: '2025-04-15',
    eventsPerDay: 570,
    initialCustomers: 9000,
  }),
)
const startMs = Date.parse('2026-01-10T08:00:00Z')
const changes = [...crmChanges(world, { startMs, speed: 60 })]

it('reads back the cells it writes as CSV', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ' ', 'é') })
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 })), (rows) => {
      expect(csvRows(csvFile(['a', 'b'], rows.map(csvLine)))).toEqual([['a', 'b'], ...rows])
    }),
  )
})

it('lives in the order of time, on the clock it is given', () => {
  const times = changes.map(({ afterMs }) => afterMs)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  const placed = changes.flatMap(({ afterMs, writes }) =>
    writes.flatMap(({ table, columns, rows }) =>
      table === 'orders'
        ? rows.map((row) => ({
            afterMs,
            status: row[columns.indexOf('status')],
            placedAt: Date.parse(row[columns.indexOf('placed_at')] ?? ''),
          }))
        : [],
    ),
  )
  for (const { afterMs, placedAt } of placed) expect(placedAt).toBeLessThanOrEqual(startMs + afterMs)
  const first = placed.filter(({ status }) => status === 'placed' || status === 'pending')
  expect(first.length).toBeGreaterThan(50)
  for (const { afterMs, placedAt } of first) expect(placedAt).toBe(startMs + afterMs)
})

it('writes an order with its lines at once, its statuses later, and deletes who asks to be forgotten', () => {
  const operations = new Set(
    changes.flatMap(({ writes }) => writes.map(({ table, operation }) => `${operation} ${table}`)),
  )
  expect([...operations]).toEqual(
    expect.arrayContaining([
      'upsert orders',
      'upsert refunds',
      'upsert inventory_days',
      'upsert consents',
      'delete customers',
    ]),
  )
  const [order] = changes.flatMap(({ writes }) =>
    writes.some(({ table }) => table === 'order_lines') ? [writes] : [],
  )
  const id = order?.[0]?.rows[0]?.[0]
  expect(order?.[1]?.rows.every((row) => row[1] === id)).toBe(true)
  const statuses = changes.flatMap(({ writes }) =>
    writes.flatMap(({ table, columns, rows }) =>
      table === 'orders'
        ? rows.filter((row) => row[0] === id).map((row) => row[columns.indexOf('status')])
        : [],
    ),
  )
  expect(statuses.length).toBeGreaterThan(1)
  expect(new Set(statuses).size).toBe(statuses.length)
})
