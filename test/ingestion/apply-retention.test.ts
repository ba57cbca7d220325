import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyRetention } from '../../src/ingestion/apply-retention.ts'
import { listQuarantine } from '../../src/ingestion/quarantine.ts'
import { replayQuarantine } from '../../src/ingestion/replay-quarantine.ts'
import {
  arrival,
  createShopFolder,
  productHeader,
  productLine,
  productSelect,
  productSettings,
  type ShopFolder,
} from './shop-folder.ts'

let shop: ShopFolder
const file = (...lines: string[]) => `${[productHeader, ...lines].join('\n')}\n`
const after = (days: number) => new Date(arrival.getTime() + days * 86_400_000)
const retain = (days: number) =>
  applyRetention({ dataDir: shop.dataDir, db: shop.db, now: after(days), days: 30 })
const isThere = (name: string) => existsSync(join(shop.dataDir, 'raw', name))

beforeEach(async () => {
  shop = await createShopFolder()
  await shop.adapter('catalogue', productSettings.replace('*.csv*', '**/*.csv'), { products: productSelect })
  await shop.raw('catalogue/2026/a.csv', file(productLine('A'), productLine('B', { price: 'free' })))
  await shop.land()
})
afterEach(() => shop.close())

describe('retention', () => {
  it('deletes a raw file 30 days after it was landed, and its delivery stays', async () => {
    expect(await retain(29)).toEqual({ rawFiles: 0, quarantineTexts: 0 })
    expect(isThere('catalogue/2026/a.csv')).toBe(true)
    expect(await retain(31)).toEqual({ rawFiles: 1, quarantineTexts: 1 })
    expect(isThere('catalogue/2026/a.csv')).toBe(false)
    expect(await shop.land({ now: after(32) })).toMatchObject({ deliveries: [], unchanged: 0, refused: [] })
    expect(await shop.query('SELECT sku FROM bronze.products')).toEqual([{ sku: 'A' }])
    expect(await shop.query('SELECT logical_name, accepted FROM bronze.deliveries')).toEqual([
      { logical_name: '2026/a.csv', accepted: '1' },
    ])
    expect(await retain(33)).toEqual({ rawFiles: 0, quarantineTexts: 0 })
  })

  it('empties the text of quarantined records and keeps why they were refused', async () => {
    await shop.raw('catalogue/b.csv', file(productLine('C', { price: 'dear' })))
    await shop.land({ now: after(20) })
    await retain(31)
    const open = await listQuarantine({ dataDir: shop.dataDir, db: shop.db })
    expect(open.map(({ reason, rawText }) => [reason, rawText !== undefined])).toEqual([
      ['not_a_number', true],
      ['not_a_number', false],
    ])
    expect(await replayQuarantine(shop.options)).toMatchObject({ attempted: 2, stillRefused: 2 })
  })

  it('keeps files that came later, that changed since, or that were never landed', async () => {
    await shop.raw('catalogue/later.csv', file(productLine('C')))
    await shop.land({ now: after(20) })
    await shop.raw('catalogue/2026/a.csv', file(productLine('A', { name: 'Balm' })))
    await shop.raw('catalogue/a.csv', file(productLine('D')))
    await shop.raw('catalogue/notes.txt', 'x')
    expect(await retain(31)).toMatchObject({ rawFiles: 0 })
    expect((await shop.land({ now: after(31) })).totals.accepted).toBe(2)
  })

  it('does not land a deleted file again when it is delivered once more', async () => {
    await retain(31)
    await shop.raw('catalogue/2026/a.csv', file(productLine('A'), productLine('B', { price: 'free' })))
    expect(await shop.land({ now: after(32) })).toMatchObject({ deliveries: [], unchanged: 1 })
    expect(await retain(33)).toMatchObject({ rawFiles: 1 })
  })
})
