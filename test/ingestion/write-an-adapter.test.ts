import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importFiles } from '../../src/ingestion/land-sources.ts'
import { createShopFolder, type ShopFolder } from './shop-folder.ts'

const root = join(import.meta.dirname, '..', '..')
const fixture = join(import.meta.dirname, 'fixtures', 'woocommerce-orders')

let shop: ShopFolder
beforeAll(async () => {
  shop = await createShopFolder()
  await cp(join(fixture, 'adapter'), join(shop.adapterDir, 'woocommerce-orders'), { recursive: true })
  const files = [join(fixture, 'orders-2026-02.csv')]
  await importFiles({
    ...shop.options,
    now: new Date('2026-04-10T00:00:00Z'),
    adapter: 'woocommerce-orders',
    files,
  })
})
afterAll(() => shop.close())

describe('the guide “Write an adapter”', () => {
  it('prints the files that are run here', async () => {
    const guide = await readFile(join(root, 'docs/guide/write-an-adapter.md'), 'utf8')
    const printed = [...guide.matchAll(/<!-- file: (\S+) -->\n```\w+\n([\s\S]*?)```/g)]
    expect(printed.length).toBeGreaterThan(6)
    for (const [, path = '', text] of printed) expect(text).toBe(await readFile(join(fixture, path), 'utf8'))
  })

  it('brings the orders, at their hours and in their states', async () => {
    expect(
      await shop.query(
        'SELECT order_id, CAST(placed_at AS VARCHAR) AS at, status, shipping_amount FROM bronze.orders ORDER BY 1',
      ),
    ).toEqual([
      { order_id: '5001', at: '2026-02-01 08:15:00', status: 'delivered', shipping_amount: '4.90' },
      { order_id: '5002', at: '2026-03-29 01:30:00', status: 'delivered', shipping_amount: '0.00' },
      { order_id: '5003', at: '2026-02-05 17:00:00', status: 'cancelled', shipping_amount: '4.90' },
    ])
  })

  it('brings lines, coupons and refunds to the cent', async () => {
    expect(
      await shop.query(
        'SELECT order_line_id, quantity, unit_price, line_amount, tax_amount FROM bronze.order_lines ORDER BY 1',
      ),
    ).toEqual([
      {
        order_line_id: '5001-1',
        quantity: '2',
        unit_price: '29.900000',
        line_amount: '59.80',
        tax_amount: '9.97',
      },
      {
        order_line_id: '5001-2',
        quantity: '1',
        unit_price: '1024.000000',
        line_amount: '1024.00',
        tax_amount: '170.67',
      },
      {
        order_line_id: '5002-1',
        quantity: '1',
        unit_price: '29.900000',
        line_amount: '29.90',
        tax_amount: '4.98',
      },
      {
        order_line_id: '5003-1',
        quantity: '3',
        unit_price: '6.000000',
        line_amount: '18.00',
        tax_amount: '3.00',
      },
    ])
    expect(await shop.query('SELECT order_line_id, code, amount FROM bronze.order_discounts')).toEqual([
      { order_line_id: '5001-2', code: 'BIENVENUE', amount: '102.40' },
    ])
    expect(
      await shop.query(
        'SELECT order_line_id, amount, CAST(refunded_at AS VARCHAR) AS at FROM bronze.refunds',
      ),
    ).toEqual([{ order_line_id: '5002-1', amount: '29.90', at: '2026-04-02 09:00:00' }])
  })

  it('counts the draft as dropped and keeps the impossible date in quarantine', async () => {
    const counts = await shop.query(
      'SELECT table_name, records_read AS read, accepted, dropped, quarantined FROM bronze.deliveries ORDER BY 1',
    )
    expect(counts).toEqual([
      { table_name: 'order_discounts', read: '1', accepted: '1', dropped: '0', quarantined: '0' },
      { table_name: 'order_lines', read: '6', accepted: '4', dropped: '1', quarantined: '1' },
      { table_name: 'orders', read: '5', accepted: '3', dropped: '1', quarantined: '1' },
      { table_name: 'refunds', read: '1', accepted: '1', dropped: '0', quarantined: '0' },
    ])
    expect(await shop.query('SELECT reason, column_name FROM quarantine.orders')).toEqual([
      { reason: 'missing_value', column_name: 'placed_at' },
    ])
  })
})
