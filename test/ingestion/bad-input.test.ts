import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
})
afterEach(() => shop.close())

const file = (...lines: string[]) => `${[productHeader, ...lines].join('\n')}\n`

/** Lands one file beside a good one, which must arrive whatever the other holds. */
async function landBeside(content: string | Uint8Array, name = 'bad.csv') {
  await shop.raw('catalogue/good.csv', file(productLine('GOOD')))
  await shop.raw(`catalogue/${name}`, content)
  const result = await shop.land()
  const [good] = await shop.query(`SELECT count(*) AS n FROM bronze.products WHERE sku = 'GOOD'`)
  expect(good?.n).toBe('1')
  for (const delivery of result.deliveries) {
    expect(delivery.read).toBe(
      delivery.accepted + delivery.duplicate + delivery.dropped + delivery.quarantined,
    )
  }
  const counts = result.deliveries.find(({ logicalName }) => logicalName === name)
  const skus = await shop.query(
    `SELECT sku, product_name FROM bronze.products WHERE sku <> 'GOOD' ORDER BY sku`,
  )
  const hasQuarantine = (counts?.quarantined ?? 0) > 0
  const refused = hasQuarantine
    ? await shop.query(
        'SELECT record_number, reason, column_name, raw_text FROM quarantine.products ORDER BY record_number',
      )
    : []
  return {
    result,
    counts,
    skus: skus.map(({ sku }) => sku),
    names: skus.map((row) => row.product_name),
    refused,
  }
}

describe('what is fine however it looks', () => {
  it('an empty file brings nothing', async () => {
    const { counts } = await landBeside('')
    expect(counts).toMatchObject({ read: 0, accepted: 0, quarantined: 0 })
  })
  it('a file of only a header brings nothing', async () => {
    expect((await landBeside(`${productHeader}\n`)).counts).toMatchObject({ read: 0 })
  })
  it('a byte order mark, CRLF and a missing last line end', async () => {
    const content = `\ufeff${productHeader}\r\n${productLine('A')}\r\n${productLine('B')}`
    expect((await landBeside(content)).skus).toEqual(['A', 'B'])
  })
  it('quoted delimiters, quotes and line ends', async () => {
    const { names } = await landBeside(
      file(productLine('A', { name: '"Day, ""rich""\nand night"' }), productLine('B')),
    )
    expect(names).toEqual(['Day, "rich"\nand night', 'Cream'])
  })
  it('emoji and SQL in a name', async () => {
    const name = `🎉 Robert'); DROP TABLE products;--`
    expect((await landBeside(file(productLine('A', { name })))).names).toEqual([name])
  })
  it('columns in another order, unknown ones, and optional ones left out', async () => {
    const content = `note,updated_at,sku,product_name\nx,2026-01-01T00:00:00Z,A,Cream\n`
    expect((await landBeside(content)).skus).toEqual(['A'])
  })
  it.each(['b*.csv', 'b?.csv', 'b[12].csv'])('the name %s, which is no pattern', async (name) => {
    await shop.raw('catalogue/b1.csv', file(productLine('B1')))
    const { counts } = await landBeside(file(productLine('A')), name)
    expect(counts).toMatchObject({ read: 1, accepted: 1 })
  })
  it('control characters in a line', async () => {
    const settings = "inputs:\n  - files: '*.txt'\n    reader: lines\n    tables: [products]\n"
    await shop.adapter('lines', settings, {
      products:
        "select _record, _record::text as sku, line as product_name, timestamp '2026-01-01' as updated_at from input",
    })
    await shop.raw('lines/a.txt', 'a\u0001b\nplain\n')
    await shop.land()
    expect(await shop.query('SELECT product_name FROM bronze.products ORDER BY _record_number')).toEqual([
      { product_name: 'a\u0001b' },
      { product_name: 'plain' },
    ])
  })
  it('gzip', async () => {
    expect((await landBeside(gzipSync(file(productLine('A'))), 'bad.csv.gz')).skus).toEqual(['A'])
  })
  it('UTF-16 as spreadsheets save it', async () => {
    const content = Buffer.from(`\ufeff${file(productLine('A', { name: 'Crème' }))}`, 'utf16le')
    expect((await landBeside(content)).names).toEqual(['Crème'])
  })
})

describe('what is refused record by record', () => {
  const good = productLine('OK')
  it('too many and too few columns, and an open quote', async () => {
    const { skus, refused, counts } = await landBeside(
      file('A,too,many,columns,here,now', good, 'B,few', 'C,"open', productLine('D')),
    )
    expect(skus).toEqual(['D', 'OK'])
    expect(refused.map(({ record_number, reason }) => [record_number, reason])).toEqual([
      ['1', 'malformed_record'],
      ['3', 'malformed_record'],
      ['4', 'malformed_record'],
    ])
    expect(refused[2]?.raw_text).toBe('C,"open')
    expect(counts).toMatchObject({ read: 5, accepted: 2, quarantined: 3 })
  })
  it('bytes that are no UTF-8', async () => {
    const content = Buffer.from(file(productLine('A', { name: 'Cr\xe8me' }), good), 'latin1')
    const { skus, refused } = await landBeside(content)
    expect(skus).toEqual(['OK'])
    expect(refused).toMatchObject([{ record_number: '1', reason: 'wrong_encoding' }])
  })
  it('NUL bytes', async () => {
    const { skus, refused } = await landBeside(file(productLine('A\0'), good))
    expect(skus).toEqual(['OK'])
    expect(refused).toMatchObject([{ record_number: '1', reason: 'nul_character' }])
  })
  it('a field of one megabyte', async () => {
    const { skus, refused } = await landBeside(file(productLine('A', { name: 'x'.repeat(1 << 20) }), good))
    expect(skus).toEqual(['OK'])
    expect(refused).toMatchObject([{ reason: 'too_long', column_name: 'product_name' }])
  })
  it.each([
    ['1970-01-01T00:00:00Z', 'time_out_of_range'],
    ['2099-01-01T00:00:00Z', 'time_out_of_range'],
    ['01/02/2026', 'not_a_timestamp'],
  ])('the time %s', async (at, reason) => {
    expect((await landBeside(file(productLine('A', { at }), good))).refused).toMatchObject([
      { reason, column_name: 'updated_at' },
    ])
  })
  it.each([
    ['-1.00', 'number_out_of_range'],
    ['99999999.00', 'number_out_of_range'],
    ['12.345', 'too_many_decimals'],
    ['free', 'not_a_number'],
  ])('the price %s', async (price, reason) => {
    expect((await landBeside(file(productLine('A', { price }), good))).refused).toMatchObject([
      { reason, column_name: 'list_price' },
    ])
  })
  it('an unknown currency', async () => {
    const { refused } = await landBeside(file(productLine('A', { currency: 'XXX' })))
    expect(refused).toMatchObject([{ reason: 'unknown_currency', column_name: 'currency' }])
  })
  it('an empty key', async () => {
    expect((await landBeside(file(productLine('')))).refused).toMatchObject([
      { reason: 'missing_value', column_name: 'sku' },
    ])
  })
})

describe('what is refused as a file', () => {
  it('a gzip file that ends too early', async () => {
    const whole = gzipSync(
      file(...Array.from({ length: 5000 }, (_, index) => productLine(`S${index * 7919}`))),
    )
    const { result, refused, skus } = await landBeside(whole.subarray(0, whole.length / 2), 'bad.csv.gz')
    expect(skus).toEqual([])
    expect(refused).toMatchObject([{ record_number: '0', reason: 'incomplete_file' }])
    expect(result.refused).toMatchObject([{ reason: 'incomplete_file' }])
  })
  it('a gzip file without its trailer', async () => {
    const whole = gzipSync(file(productLine('A')))
    expect((await landBeside(whole.subarray(0, -6), 'bad.csv.gz')).refused).toMatchObject([
      { reason: 'incomplete_file' },
    ])
  })
  it('a file that is no gzip but says so', async () => {
    expect((await landBeside('plain', 'bad.csv.gz')).refused).toMatchObject([{ reason: 'unreadable_file' }])
  })
  it('a file with none of the columns', async () => {
    const { refused } = await landBeside('a;b\n1;2\n')
    expect(refused).toMatchObject([
      { record_number: '0', reason: 'unreadable_file', raw_text: 'columns found: a;b' },
    ])
  })
  it('and what an earlier complete delivery brought stays', async () => {
    const whole = gzipSync(file(productLine('A'), productLine('B')))
    await landBeside(whole, 'bad.csv.gz')
    const { skus } = await landBeside(whole.subarray(0, -6), 'bad.csv.gz')
    expect(skus).toEqual(['A', 'B'])
    const again = await landBeside(gzipSync(file(productLine('C'))), 'bad.csv.gz')
    expect(again.skus).toEqual(['C'])
    expect(again.result.refused).toEqual([])
  })
})

describe('repeated keys within a delivery', () => {
  it('keep the highest version of an upsert, the last of equals', async () => {
    const { counts, names } = await landBeside(
      file(
        productLine('A', { name: 'old', at: '2026-01-01T00:00:00Z' }),
        productLine('A', { name: 'new', at: '2026-01-03T00:00:00Z' }),
        productLine('A', { name: 'mid', at: '2026-01-02T00:00:00Z' }),
      ),
    )
    expect(names).toEqual(['new'])
    expect(counts).toMatchObject({ read: 3, accepted: 1, duplicate: 2 })
  })
})

describe('other readers', () => {
  it('NDJSON: broken lines, arrays, NULs and blank lines leave the rest alone', async () => {
    await shop.adapter(
      'events',
      "inputs:\n  - files: '*.ndjson'\n    reader: ndjson\n    columns: [id, at]\n    tables: [web_events]\n",
      {
        web_events: `select _record, id as event_id, "at" as occurred_at, 'page_view' as event_name, 'granted' as consent_analytics from input`,
      },
    )
    const line = (id: string) => JSON.stringify({ id, at: '2026-01-01T00:00:00Z' })
    const lines = [
      line('a'),
      '{"id": "b"',
      '',
      '[1]',
      line('nul\0'),
      line('c'),
      line('a'),
      '{"id":"d","at":null}',
    ]
    await shop.raw('events/one.ndjson', `${lines.join('\r\n')}\r\n`)
    const { deliveries } = await shop.land()
    expect(deliveries).toMatchObject([{ read: 7, accepted: 2, duplicate: 1, quarantined: 4 }])
    const refused = await shop.query(
      'SELECT record_number, reason FROM quarantine.web_events ORDER BY record_number',
    )
    expect(refused.map(({ record_number, reason }) => `${record_number} ${reason}`)).toEqual([
      '2 malformed_record',
      '3 malformed_record',
      '4 nul_character',
      '7 missing_value',
    ])
  })

  it('JSON: records at a path, and a document that breaks off', async () => {
    await shop.adapter(
      'pages',
      "inputs:\n  - files: '*.json'\n    reader: json\n    options: { records: '$[*].rows[*]' }\n    columns: { sku: $.id, name: $.names.en }\n    tables: [products]\n",
      {
        products: `select _record, sku, name as product_name, timestamp '2026-01-01' as updated_at from input`,
      },
    )
    await shop.raw(
      'pages/whole.json',
      JSON.stringify([{ rows: [{ id: 'A', names: { en: 'Cream' } }, { id: 'B' }] }, { rows: [] }]),
    )
    await shop.raw('pages/cut.json', '[{"rows": [{"id": "C"')
    await shop.land()
    expect(await shop.query('SELECT sku, product_name FROM bronze.products')).toEqual([
      { sku: 'A', product_name: 'Cream' },
    ])
    const refused = await shop.query('SELECT reason, column_name FROM quarantine.products ORDER BY reason')
    expect(refused).toEqual([
      { reason: 'malformed_record', column_name: null },
      { reason: 'missing_value', column_name: 'product_name' },
    ])
  })
})

describe('hours of a clock change', () => {
  it('are moved forward where skipped and taken as the first where repeated', async () => {
    await shop.adapter('local', productSettings, {
      products: `select _record, sku, product_name, local_to_utc(updated_at, source_time_zone()) as updated_at from input`,
    })
    await shop.raw(
      'local/one.csv',
      file(
        productLine('gap', { at: '2025-03-30 02:30:00' }),
        productLine('twice', { at: '2025-10-26 02:30:00' }),
        productLine('after', { at: '2025-10-26 03:30:00' }),
      ),
    )
    await shop.land()
    expect(await shop.query('SELECT sku, updated_at FROM bronze.products ORDER BY updated_at')).toEqual([
      { sku: 'gap', updated_at: '2025-03-30 01:30:00' },
      { sku: 'twice', updated_at: '2025-10-26 00:30:00' },
      { sku: 'after', updated_at: '2025-10-26 02:30:00' },
    ])
  })
})
