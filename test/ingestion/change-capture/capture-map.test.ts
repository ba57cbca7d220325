import { expect, it } from 'vitest'
import { mapOfSchema, parseCaptureMap } from '../../../src/ingestion/change-capture/capture-map.ts'

const parsed = (text: string) => () => parseCaptureMap(text, 'capture.yml')

it('reads which tables of a database feed which tables of bronze', () => {
  const map = parsed(`
tables:
  orders:
    from: shop.sales
    changedAt: changed
    columns: { order_id: id, placed_at: created }
    values: { prices_include_tax: "true" }
`)()
  expect(map.tables.orders).toEqual({
    from: 'shop.sales',
    changedAt: 'changed',
    columns: { order_id: 'id', placed_at: 'created' },
    values: { prices_include_tax: 'true' },
  })
})

it.each([
  ['tables: { orders: { from: sales } }', '/tables/orders/from'],
  ['tables: { sales: { from: shop.sales } }', 'sales is no table'],
  ['tables: { orders: { from: shop.sales, columns: { id: id } } }', 'orders has no column id'],
  ['tables: { orders: { from: shop.sales, values: { nothing: "1" } } }', 'orders has no column nothing'],
  ['nothing: true', 'capture.yml'],
])('refuses %s naming the place', (text, place) => {
  expect(parsed(text)).toThrow(place)
  expect(parsed(text)).toThrow(expect.objectContaining({ code: 'config.invalid' }))
})

it('takes tables of bronze’s own names from a schema, web events excepted', () => {
  const { tables } = mapOfSchema('crm')
  expect(tables.orders).toEqual({ from: 'crm.orders', changedAt: 'updated_at' })
  expect(tables).not.toHaveProperty('web_events')
})
