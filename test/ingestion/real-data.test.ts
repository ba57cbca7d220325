import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importFiles } from '../../src/ingestion/land-sources.ts'
import { createShopFolder, type ShopFolder } from './shop-folder.ts'

const root = join(import.meta.dirname, '..', '..')
const shared = join(root, '..', 'shared', 'data')
const retail = join(shared, 'online_retail.parquet')
const log = join(shared, 'apache_access.log')

/** A clone on its own has no such files; the project's own checks must have them. */
const isAbsent = (file: string): boolean => {
  if (existsSync(file)) return false
  if (process.env.CI !== undefined) throw new Error(`real data: ${file} is missing`)
  console.warn(`real data: ${file} is not there; its reconciliation is skipped`)
  return true
}

let shop: ShopFolder
beforeAll(async () => {
  shop = await createShopFolder([join(root, 'adapters')])
})
afterAll(() => shop.close())

const importAs = (adapter: string, file: string) =>
  importFiles({
    ...shop.options,
    shop: { timeZone: 'Europe/London', currency: 'GBP' },
    adapter,
    files: [file],
  })

describe.skipIf(isAbsent(retail))('the UCI retailer in bronze', () => {
  const dropped: Record<string, Record<string, number>> = {}
  beforeAll(async () => {
    const { deliveries, totals } = await importAs('uci-online-retail', retail)
    expect(totals.quarantined).toBe(0)
    for (const { table, droppedReasons } of deliveries) dropped[table] = { ...droppedReasons }
  })
  const one = async (sql: string) => (await shop.query(sql))[0]

  it('has every line: sold, cancelled with and without its sale, written off, given away', async () => {
    const lines = await one(
      `SELECT count(*) AS lines, count(*) FILTER (order_id LIKE 'C%') AS cancelled FROM bronze.order_lines`,
    )
    const refunds = await one('SELECT count(*) AS lines FROM bronze.refunds')
    expect(dropped.order_lines).toEqual({ not_an_order: 737, zero_price: 1413 - 737 })
    expect(Number(lines?.lines) + Number(refunds?.lines) + 1413).toBe(240_007)
    expect(Number(lines?.cancelled) + Number(refunds?.lines)).toBe(4350)
  })

  it('has every penny', async () => {
    const sums = await one(`SELECT
      (SELECT sum(line_amount) FROM bronze.order_lines) - (SELECT sum(amount) FROM bronze.refunds) AS net,
      (SELECT sum(line_amount) FILTER (order_id LIKE 'C%') FROM bronze.order_lines) - (SELECT sum(amount) FROM bronze.refunds) AS cancelled`)
    expect(sums).toEqual({ net: '4275143.93', cancelled: '-425238.18' })
  })

  it('has every invoice', async () => {
    const invoices = await one(`SELECT
      (SELECT count(*) FROM bronze.orders) AS orders,
      (SELECT count(DISTINCT split_part(refund_id, '-', 1)) FROM bronze.refunds
        WHERE split_part(refund_id, '-', 1) NOT IN (SELECT order_id FROM bronze.orders)) AS refunded_only,
      (SELECT count(DISTINCT invoice) FROM (SELECT order_id AS invoice FROM bronze.orders WHERE order_id LIKE 'C%'
        UNION SELECT split_part(refund_id, '-', 1) FROM bronze.refunds)) AS cancellations`)
    expect(
      Number(invoices?.orders) + Number(invoices?.refunded_only) + (dropped.orders?.not_an_order ?? 0),
    ).toBe(12_468)
    expect(invoices?.cancellations).toBe('1946')
  })

  it('has every customer, and the lines without one', async () => {
    const counted = await one(`SELECT
      (SELECT count(DISTINCT customer_id) FROM bronze.orders) AS customers,
      (SELECT count(*) FROM bronze.order_lines JOIN bronze.orders USING (order_id) WHERE customer_id IS NULL) AS unknown`)
    expect(counted?.customers).toBe('2974')
    const writtenOffOrFree = 737 + 663
    expect(Number(counted?.unknown) + writtenOffOrFree).toBe(67_225)
  })

  it('has the 37 countries of the file, whose 38th, “Unit”, is its last line cut off within “United Kingdom”', async () => {
    expect(
      await one('SELECT count(DISTINCT coalesce(country, region)) AS countries FROM bronze.orders'),
    ).toEqual({ countries: '37' })
    const raw = await shop.db.rows(
      `SELECT InvoiceNo AS invoice, line = max(line) OVER () AS is_last, Country AS country,
         (SELECT count(DISTINCT Country) FROM '${retail}') AS countries
       FROM (SELECT row_number() OVER () AS line, * FROM '${retail}') QUALIFY country = 'Unit'`,
    )
    expect(raw).toEqual([{ invoice: '558077', is_last: true, country: 'Unit', countries: '38' }])
    expect(await one(`SELECT country, region FROM bronze.orders WHERE order_id = '558077'`)).toEqual({
      country: 'GB',
      region: 'United Kingdom',
    })
  })

  it('keeps lines that are alike apart, and refunds within what was sold', async () => {
    const alike = await one(
      'SELECT count(*) AS n, count(DISTINCT order_line_id) AS ids FROM bronze.order_lines',
    )
    expect(alike?.n).toBe(alike?.ids)
    const excess = await one(`SELECT count(*) AS n FROM (
      SELECT order_line_id, sum(refunds.quantity) AS returned, any_value(order_lines.quantity) AS sold
      FROM bronze.refunds JOIN bronze.order_lines USING (order_line_id) GROUP BY ALL) WHERE returned > sold`)
    expect(excess?.n).toBe('0')
  })

  it('took times as London’s', async () => {
    expect(
      await one(`SELECT CAST(placed_at AS VARCHAR) AS at FROM bronze.orders WHERE order_id = '536365'`),
    ).toEqual({ at: '2010-12-01 08:26:00' })
    const [summer] = await shop.query(`SELECT CAST(max(placed_at) AS VARCHAR) AS at FROM bronze.orders`)
    const [raw] = await shop.db.rows(
      `SELECT max(strptime(InvoiceDate, '%m/%d/%y %H:%M')) - INTERVAL 1 HOUR AS at FROM '${retail}' WHERE InvoiceDate LIKE '6/%'`,
    )
    expect(summer?.at).toBe(raw?.at)
  })
})

describe.skipIf(isAbsent(log))('the access log in bronze', () => {
  it('has every line: page views, other requests and the malformed one', async () => {
    const { deliveries } = await importAs('combined-log', log)
    expect(deliveries).toMatchObject([{ read: 10_000, quarantined: 1, duplicate: 0 }])
    const [delivery] = deliveries
    expect((delivery?.accepted ?? 0) + (delivery?.dropped ?? 0)).toBe(9999)
    const refused = await shop.query('SELECT record_number, reason FROM quarantine.web_events')
    expect(refused).toEqual([{ record_number: '8899', reason: 'malformed_record' }])
  })

  it('keeps no address and no visitor', async () => {
    const [row] = await shop.query(
      'SELECT count(ip_truncated) + count(anonymous_id) AS kept, count(*) AS events FROM bronze.web_events',
    )
    expect(row?.kept).toBe('0')
    expect(Number(row?.events)).toBeGreaterThan(3000)
  })
})
