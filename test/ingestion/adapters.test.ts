import { createHmac } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contracts } from '../../src/contracts/all-contracts.ts'
import { listAdapters, loadAdapters } from '../../src/ingestion/adapters.ts'
import { createShopFolder, productSelect, type ShopFolder } from './shop-folder.ts'

const shipped = join(import.meta.dirname, '..', '..', 'adapters')
let shop: ShopFolder
beforeEach(async () => {
  shop = await createShopFolder([shipped])
})
afterEach(() => shop.close())

describe('adapter settings', () => {
  const load = async (settings: string) => {
    await shop.adapter('mine', settings, { products: productSelect })
    return loadAdapters([shop.adapterDir])
  }
  const input = (change: string) =>
    `inputs:\n  - files: '*.csv'\n    reader: csv\n    columns: [sku]\n    tables: [products]\n${change}`

  it.each([
    ['inputs: [', 'adapter.yml line 2'],
    ['- 1', 'line 2'],
    ['inputs: []', 'line 2: inputs: expected at least one input'],
    [
      input('').replace('csv\n    columns', 'xml\n    columns'),
      'line 4: inputs.0.reader: expected one of csv, ndjson',
    ],
    [input('').replace('[sku]', '[]'), 'line 5: inputs.0.columns: expected the columns to read'],
    [
      input('').replace('[products]', '[product]'),
      'line 6: inputs.0.tables: "product" is not a contract table',
    ],
    [input('').replace('[products]', '[orders]'), 'orders.sql is missing'],
    [
      input('    options: { delimeter: ";" }\n'),
      'line 7: inputs.0.options.delimeter: unknown option; known: delimiter',
    ],
    [input('    options: { encoding: klingon }\n'), 'expected a name such as utf-8'],
    [`currency: EURO\n${input('')}`, 'line 2: currency: expected `shop` or an ISO 4217 code'],
    [`timeZone: Paris\n${input('')}`, 'line 2: timeZone: expected `shop` or an IANA name'],
    [`folder: ../../..\n${input('')}`, 'line 2: folder: expected a folder below raw/'],
    [`folder: /etc\n${input('')}`, 'line 2: folder: expected a folder below raw/'],
    [
      input('').replace('[products]', '{products: ../../other.sql}'),
      'line 6: inputs.0.tables: expected a file in the adapter’s folder',
    ],
    [
      input('    prepare: /etc/passwd\n'),
      'line 7: inputs.0.prepare: expected a file in the adapter’s folder',
    ],
    [`pricesIncludeTax: maybe\n${input('')}`, 'line 2: pricesIncludeTax: expected true or false'],
  ])('%j are refused with their line', async (settings, message) => {
    await expect(load(settings)).rejects.toMatchObject({
      code: 'adapter.broken',
      message: expect.stringContaining(message),
    })
  })

  it('of a folder of one’s own take the place of shipped ones with the same name', async () => {
    await shop.adapter('combined-log', input(''), { products: productSelect })
    const adapters = await loadAdapters([shipped, shop.adapterDir])
    expect(adapters.filter(({ name }) => name === 'combined-log')).toMatchObject([
      { inputs: [{ reader: 'csv' }] },
    ])
  })
})

describe('the SQL of an adapter', () => {
  const settings = (more = '') =>
    `inputs:\n  - files: '*.csv'\n    reader: csv\n    columns: [sku]\n    tables: [products]\n${more}`
  const select = (rest: string) =>
    `select _record, sku, 'x' as product_name, timestamp '2026-01-01' as updated_at ${rest}`

  it.each([
    [select("from input; copy (select 1) to '/tmp/stolen.csv'"), 'must be one SELECT and nothing else'],
    [select('from input) as d; drop table raw_records; from (select 1'), 'Parser Error'],
    [select('from input, keyed_hash_pads'), 'reads keyed_hash_pads'],
    [select('from input, temp.keyed_hash_pads'), 'reads temp.keyed_hash_pads'],
    [
      `with keyed_hash_pads as (from input) ${select('from keyed_hash_pads')}`,
      'reads keyed_hash_pads; it may read input',
    ],
    [select("from input, '/etc/passwd.csv'"), 'reads /etc/passwd.csv'],
    [select("from input, read_text('/etc/passwd')"), 'reads read_text()'],
    [select("from input, query('from keyed_hash_pads')"), 'reads query()'],
    [select(`from input where sku = keyed_hash('a')`), 'uses keyed_hash()'],
    [select('from input, raw_records'), 'reads raw_records'],
  ])('may read its input only: %s', async (sql, message) => {
    await shop.adapter('mine', settings(), { products: sql })
    await shop.raw('mine/a.csv', 'sku\nA\n')
    await expect(shop.land()).rejects.toMatchObject({
      code: 'adapter.broken',
      message: expect.stringContaining(message),
    })
    await shop.adapter('mine', settings('    prepare: all.sql\n'), {
      products: select('from prepared'),
      all: sql,
    })
    await expect(shop.land()).rejects.toMatchObject({ message: expect.stringContaining(`all.sql`) })
  })

  it('may name relations of its own and end in a comment', async () => {
    await shop.adapter('mine', settings(), {
      products: `with mine as (from input) ${select('from mine, unnest([1]) as t(n) -- all')}`,
    })
    await shop.raw('mine/a.csv', 'sku\nA\n')
    expect((await shop.land()).totals).toMatchObject({ accepted: 1 })
  })
})

describe('the shipped adapters', () => {
  it('are listed with what they read and fill', async () => {
    const listed = await listAdapters([shipped])
    const folders = (await readdir(shipped, { withFileTypes: true })).filter((entry) => entry.isDirectory())
    expect(listed.map(({ name }) => name)).toEqual(folders.map(({ name }) => name).sort())
    for (const adapter of listed) expect(adapter.description).not.toBe('')
    expect(listed.find(({ name }) => name === 'combined-log')).toMatchObject({ tables: ['web_events'] })
  })

  it('fit their contracts', async () => {
    for (const adapter of await loadAdapters([shipped])) {
      for (const [index, { reader }] of adapter.inputs.entries()) {
        if (reader === 'parquet' || (adapter.name === 'contract-tables' && reader !== 'csv')) continue
        const name = adapter.inputs[index]?.files[0]?.replaceAll('*', '') ?? ''
        await shop.raw(`${adapter.folder}/${name}`, '')
      }
    }
    const { totals, refused } = await shop.land()
    expect(refused).toEqual([])
    expect(totals.read).toBe(0)
  })
})

describe('the access log', () => {
  it('names an event by a hash that tells nobody its line, the same wherever the line is delivered', async () => {
    const line = '203.0.113.77 - - [01/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "Mozilla"'
    await shop.raw('combined-log/a.log', `${line}\n${line}\n`)
    await shop.raw('combined-log/b.log', `${line}\n`)
    await shop.land()
    const rows = await shop.query(
      'SELECT event_id FROM bronze.web_events ORDER BY _delivery_id, _record_number',
    )
    const ids = rows.map(({ event_id }) => event_id)
    const keyed = (text: string) =>
      createHmac('sha256', 'a secret that no text may show').update(text).digest('hex')
    expect(ids.sort()).toEqual([keyed(`${line}-1`), keyed(`${line}-1`), keyed(`${line}-2`)].sort())
  })
})

describe('files that have the contracts’ own columns', () => {
  it('land by their name', async () => {
    await shop.raw(
      'contract-tables/vat_rates.csv',
      'territory,tax_class,valid_from,valid_to,rate\nFR,standard,2014-01-01,,0.2\nFR,food,2014-01-01,,0.055\n',
    )
    await shop.raw(
      'contract-tables/products-2026.ndjson',
      '{"sku":"A","product_name":"Cream","updated_at":"2026-01-01T00:00:00Z"}\n',
    )
    const { deliveries, unclaimed } = await shop.land()
    expect(unclaimed).toEqual([])
    expect(deliveries.map(({ table, accepted }) => [table, accepted])).toEqual([
      ['products', 1],
      ['vat_rates', 2],
    ])
    expect(await shop.query('SELECT tax_class, rate FROM bronze.vat_rates ORDER BY rate')).toEqual([
      { tax_class: 'food', rate: '0.055000' },
      { tax_class: 'standard', rate: '0.200000' },
    ])
  })
  it('exist for every contract', async () => {
    const [adapter] = (await listAdapters([shipped])).filter(({ name }) => name === 'contract-tables')
    expect([...(adapter?.tables ?? [])].sort()).toEqual(Object.keys(contracts).sort())
  })
})
