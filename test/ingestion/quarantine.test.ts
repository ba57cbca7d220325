import { rm } from 'node:fs/promises'
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
})
