import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkFile } from '../../src/ingestion/check-file.ts'
import { arrival, createShopFolder, productHeader, productLine, type ShopFolder } from './shop-folder.ts'

let shop: ShopFolder
beforeAll(async () => {
  shop = await createShopFolder()
})
afterAll(() => shop.close())

const check = (file: string, table: string) => checkFile(shop.db, { file, table, now: arrival })

describe('checking a file', () => {
  it('counts and explains without landing', async () => {
    const lines = [
      productLine('A'),
      productLine('A'),
      productLine('B', { price: 'x' }),
      productLine('C', { price: 'y' }),
      'few',
    ]
    const file = await shop.raw('p.csv', `${[productHeader, ...lines].join('\n')}\n`)
    const result = await check(file, 'products')
    expect(result).toMatchObject({ table: 'products', read: 5, accepted: 1, duplicate: 1, quarantined: 3 })
    expect(result.reasons).toMatchObject([
      { reason: 'not_a_number', column: 'list_price', records: 2, description: 'A number was expected.' },
      { reason: 'malformed_record', column: undefined, records: 1, examples: ['few'] },
    ])
    expect(result.reasons[0]?.examples).toHaveLength(2)
    expect(await shop.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
  it('takes personal data under its delivered names', async () => {
    const record = {
      customer_id: '1',
      email: 'a@b.fr',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
    }
    const file = await shop.raw('c.ndjson', `${JSON.stringify(record)}\n`)
    expect(await check(file, 'customers')).toMatchObject({ accepted: 1, reasons: [] })
  })
  it('names an unknown table, a missing file and a kind it cannot read', async () => {
    await expect(check('/nowhere.csv', 'products')).rejects.toMatchObject({ code: 'file.missing' })
    await expect(check('/nowhere.csv', 'product')).rejects.toMatchObject({ code: 'contract.unknown' })
    const file = await shop.raw('p.xml', '<p/>')
    await expect(check(file, 'products')).rejects.toMatchObject({ code: 'file.unreadable' })
  })
})
