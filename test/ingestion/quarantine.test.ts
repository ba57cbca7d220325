import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listQuarantine } from '../../src/ingestion/quarantine.ts'
import { replayQuarantine } from '../../src/ingestion/replay-quarantine.ts'
import {
  createShopFolder,
  productHeader,
  productLine,
  productSelect,
  productSettings,
  type ShopFolder,
} from './shop-folder.ts'

let shop: ShopFolder
beforeEach(async () => {
  shop = await createShopFolder()
  await shop.adapter('catalogue', productSettings, { products: productSelect })
  const lines = [
    productLine('A'),
    productLine('B', { price: '"12,50"' }),
    'too,few',
    productLine('C', { price: 'free' }),
  ]
  await shop.raw('catalogue/a.csv', `${[productHeader, ...lines].join('\n')}\n`)
  await shop.land()
})
afterEach(() => shop.close())

const open = () => listQuarantine({ dataDir: shop.dataDir, db: shop.db })
const fixAdapter = () =>
  shop.adapter('catalogue', productSettings, {
    products: productSelect.replace('list_price', `replace(list_price, ',', '.') as list_price`),
  })
const skus = async () =>
  (await shop.query('SELECT sku FROM bronze.products ORDER BY sku')).map(({ sku }) => sku)

describe('the quarantine', () => {
  it('lists what was refused, in plain words', async () => {
    expect(await open()).toMatchObject([
      {
        table: 'products',
        source: 'catalogue',
        logicalName: 'a.csv',
        recordNumber: 2,
        reason: 'not_a_number',
        column: 'list_price',
        description: 'A number was expected.',
      },
      { recordNumber: 3, reason: 'malformed_record', rawText: 'too,few' },
      { recordNumber: 4, reason: 'not_a_number' },
    ])
    expect(await listQuarantine({ dataDir: shop.dataDir, db: shop.db, table: 'orders' })).toEqual([])
  })

  it.each([
    ['the raw file', async () => {}],
    ['the kept text once the raw file is gone', () => rm(join(shop.dataDir, 'raw'), { recursive: true })],
  ])('is replayed from %s, once', async (_, prepare) => {
    expect(await replayQuarantine(shop.options)).toEqual({ attempted: 3, resolved: 0, stillRefused: 3 })
    await fixAdapter()
    await prepare()
    expect(await replayQuarantine(shop.options)).toEqual({ attempted: 3, resolved: 1, stillRefused: 2 })
    expect(await skus()).toEqual(['A', 'B'])
    expect((await open()).map(({ recordNumber }) => recordNumber)).toEqual([3, 4])
    expect(
      await shop.query("SELECT _record_number AS n, list_price FROM bronze.products WHERE sku = 'B'"),
    ).toEqual([{ n: '2', list_price: '12.50' }])
    expect(await shop.query('SELECT records_read, accepted, quarantined FROM bronze.deliveries')).toEqual([
      { records_read: '4', accepted: '2', quarantined: '2' },
    ])
    expect(await replayQuarantine(shop.options)).toEqual({ attempted: 2, resolved: 0, stillRefused: 2 })
    expect(await skus()).toEqual(['A', 'B'])
  })

  it('forgets what a corrected delivery replaced', async () => {
    await shop.raw('catalogue/a.csv', `${productHeader}\n${productLine('A')}\n`)
    await shop.land()
    expect(await open()).toEqual([])
  })

  it('gives back all rows of a record that lost some of them', async () => {
    const settings = productSettings.replace('products', 'vat_rates').replace('*.csv*', '*.rates')
    const select = (
      rate: string,
    ) => `select _record, sku as territory, unnest(['standard', 'food']) as tax_class,
      date '2020-01-01' as valid_from, unnest(['0.2', ${rate}]) as rate from input`
    await shop.adapter('rates', settings, { vat_rates: select("'low'") })
    await shop.raw('rates/a.rates', `${productHeader}\n${productLine('FR')}\n`)
    await shop.land()
    await shop.adapter('rates', settings, { vat_rates: select("'0.055'") })
    await replayQuarantine(shop.options)
    expect(await shop.query('SELECT tax_class FROM bronze.vat_rates ORDER BY 1')).toEqual([
      { tax_class: 'food' },
      { tax_class: 'standard' },
    ])
    expect(
      await shop.query(
        "SELECT records_read, accepted, quarantined FROM bronze.deliveries WHERE table_name = 'vat_rates'",
      ),
    ).toEqual([{ records_read: '2', accepted: '2', quarantined: '0' }])
  })

  /** The table as it was before `work`: what a kill within it leaves behind. */
  const takingBack = async (table: string, work: () => Promise<unknown>) => {
    const path = join(shop.dataDir, 'processed', table)
    await cp(path, `${path}-before`, { recursive: true })
    await work()
    await rm(path, { recursive: true })
    await cp(`${path}-before`, path, { recursive: true })
    await rm(`${path}-before`, { recursive: true })
  }

  it('revives nothing of a delivery that a later one replaced', async () => {
    await shop.raw('catalogue/a.csv', `${productHeader}\n${productLine('A')}\n`)
    await takingBack('quarantine/products', () => shop.land())
    await fixAdapter()
    expect(await replayQuarantine(shop.options)).toMatchObject({ resolved: 0 })
    expect(await skus()).toEqual(['A'])
  })

  it('counts what a replay that was cut short resolved', async () => {
    await fixAdapter()
    await takingBack('bronze/deliveries', () => replayQuarantine(shop.options))
    const counts = () => shop.query('SELECT records_read, accepted, quarantined FROM bronze.deliveries')
    expect(await counts()).toEqual([{ records_read: '4', accepted: '1', quarantined: '3' }])
    await replayQuarantine(shop.options)
    await replayQuarantine(shop.options)
    expect(await counts()).toEqual([{ records_read: '4', accepted: '2', quarantined: '2' }])
  })

  it('holds what was refused of a file that was replaced after a kill', async () => {
    await takingBack('bronze/deliveries', async () => {
      await shop.raw('catalogue/new.csv.gz', Buffer.from([0x1f, 0x8b, 0x08]))
      await shop.land()
    })
    await shop.raw('catalogue/new.csv.gz', Buffer.from([0x1f, 0x8b, 0x08, 0x00]))
    await shop.land()
    const [delivery] = await shop.query(
      "SELECT delivery_id, revision FROM bronze.deliveries WHERE logical_name = 'new.csv.gz'",
    )
    expect(delivery?.revision).toBe('2')
    const refused = (await open()).filter(({ logicalName }) => logicalName === 'new.csv.gz')
    expect(refused.map(({ deliveryId }) => deliveryId)).toEqual([delivery?.delivery_id])
  })
})
