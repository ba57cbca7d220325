import { createHash, createHmac } from 'node:crypto'
import { cp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { customerMatchPath } from '../../src/ingestion/customer-match.ts'
import { importFiles } from '../../src/ingestion/land-sources.ts'
import { isRowWise } from '../../src/ingestion/stage-table.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { openTable } from '../../src/lake/table.ts'
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
})
afterEach(() => shop.close())

const products = (...lines: string[]) => `${[productHeader, ...lines].join('\n')}\n`
const catalogue = () => shop.adapter('catalogue', productSettings, { products: productSelect })
const skus = async () =>
  (await shop.query('SELECT sku FROM bronze.products ORDER BY sku')).map(({ sku }) => sku)

describe('a delivery', () => {
  it('lands once: the same content adds nothing, whatever its time of change', async () => {
    await catalogue()
    const path = await shop.raw('catalogue/a.csv', products(productLine('A')))
    expect(await shop.land()).toMatchObject({ unchanged: 0, totals: { accepted: 1 } })
    const version = (await openTable(join(shop.dataDir, 'processed/bronze/products')).readExisting()).version
    await shop.raw('catalogue/a.csv', products(productLine('A')))
    expect(await shop.land()).toMatchObject({ unchanged: 1, deliveries: [] })
    await rm(path)
    expect(await shop.land()).toMatchObject({ unchanged: 0, deliveries: [] })
    expect((await openTable(join(shop.dataDir, 'processed/bronze/products')).readExisting()).version).toBe(
      version,
    )
    expect(await skus()).toEqual(['A'])
  })

  it('of changed content replaces the earlier one, also in files shared with other deliveries', async () => {
    await catalogue()
    for (const name of ['a', 'b', 'c']) {
      await shop.raw(
        `catalogue/${name}.csv`,
        products(productLine(`${name}1`), productLine(`${name}2`), productLine('')),
      )
    }
    await shop.land()
    await shop.raw('catalogue/b.csv', products(productLine('b3')))
    const result = await shop.land()
    expect(result).toMatchObject({
      unchanged: 2,
      deliveries: [{ logicalName: 'b.csv', revision: 2, accepted: 1 }],
    })
    expect(await skus()).toEqual(['a1', 'a2', 'b3', 'c1', 'c2'])
    const [refused] = await shop.query('SELECT count(*) AS n FROM quarantine.products')
    expect(refused?.n).toBe('2')
    await shop.raw('catalogue/b.csv', products(productLine('b1'), productLine('b2'), productLine('')))
    await shop.land()
    expect(await skus()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2'])
  })

  it('records what became of its rows', async () => {
    await catalogue()
    await shop.raw(
      'catalogue/a.csv',
      products(productLine('A'), productLine('A'), productLine('', { name: 'x' })),
    )
    await shop.land()
    const [row] = await shop.query('SELECT * FROM bronze.deliveries')
    expect(row).toMatchObject({
      source: 'catalogue',
      logical_name: 'a.csv',
      revision: '1',
      table_name: 'products',
      records_read: '3',
      accepted: '1',
      duplicate: '1',
      dropped: '0',
      quarantined: '1',
      event_from: '2026-01-01 00:00:00',
    })
  })

  it('always adds up, whatever is delivered and redelivered', async () => {
    await catalogue()
    const line = fc.constantFrom(
      productLine('A'),
      productLine('B'),
      productLine('B', { name: 'other' }),
      productLine('C', { price: 'x' }),
      'too,few',
      productLine(''),
    )
    const deliveries = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.array(line, { maxLength: 6 })), {
      minLength: 1,
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(deliveries, async (sequence) => {
        await rm(shop.dataDir, { recursive: true, force: true })
        const present = new Map<string, string[]>()
        for (const [name, lines] of sequence) {
          present.set(name, lines)
          await shop.raw(`catalogue/${name}.csv`, products(...lines))
          await shop.land()
        }
        const expected = [...present].flatMap(([name, lines]) => {
          const kept = lines.filter((text) => /^[AB],/.test(text)).map((text) => text[0])
          return [...new Set(kept)].map((sku) => `${name} ${sku}`)
        })
        const rows = await shop.query(
          `SELECT left(logical_name, 1) || ' ' || sku AS row FROM bronze.products
           JOIN bronze.deliveries ON delivery_id = _delivery_id`,
        )
        expect(rows.map(({ row }) => row).sort()).toEqual(expected.sort())
        const [sums] = await shop.query(
          `SELECT count(*) FILTER (records_read <> accepted + duplicate + dropped + quarantined) AS wrong FROM bronze.deliveries`,
        )
        expect(sums?.wrong).toBe('0')
      }),
      { numRuns: 6 },
    )
  })
})

describe('a landing that was cut short', () => {
  it('is finished by the next: tables that were done are left alone, the others follow', async () => {
    await shop.adapter(
      'sales',
      "inputs:\n  - files: '*.csv'\n    reader: csv\n    columns: [order_id, amount]\n    tables: [order_lines, orders]\n",
      {
        order_lines: `select _record, order_id || '-1' as order_line_id, order_id, 'S' as sku, 1 as quantity, amount as line_amount, timestamp '2026-01-01' as updated_at from input`,
        orders: `select _record, order_id, timestamp '2026-01-01' as placed_at, 'paid' as status, source_currency() as currency, prices_include_tax() as prices_include_tax, timestamp '2026-01-01' as updated_at from input`,
      },
    )
    await shop.raw('sales/a.csv', 'order_id,amount\n1,10.00\n2,20.00\n')
    const failing = { ...shop.options.db, connect: async () => failWriting(await shop.db.connect()) }
    await expect(shop.land({ db: failing })).rejects.toThrow('cut short')
    const before = (await openTable(join(shop.dataDir, 'processed/bronze/order_lines')).readExisting())
      .version
    const result = await shop.land()
    expect(result.totals).toMatchObject({ read: 4, accepted: 4 })
    expect(
      await shop.query('SELECT count(*) AS n, count(DISTINCT order_line_id) AS ids FROM bronze.order_lines'),
    ).toEqual([{ n: '2', ids: '2' }])
    expect(await shop.query('SELECT count(*) AS n FROM bronze.orders')).toEqual([{ n: '2' }])
    expect((await openTable(join(shop.dataDir, 'processed/bronze/order_lines')).readExisting()).version).toBe(
      before,
    )
    expect(await shop.land()).toMatchObject({ unchanged: 1 })
  })
})

describe('a full disk', () => {
  it('is said plainly, and the next landing goes on', async () => {
    await catalogue()
    await shop.raw('catalogue/a.csv', products(productLine('A')))
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
    const failing = (db: ShopFolder['db']): ShopFolder['db'] => ({
      ...db,
      connect: async () => failing(await db.connect()),
      rows: () => Promise.reject(full),
    })
    await expect(shop.land({ db: failing(shop.db) })).rejects.toMatchObject({
      code: 'disk.full',
      canRetry: true,
    })
    await shop.land()
    expect(await skus()).toEqual(['A'])
  })
})

/** A connection that dies when `orders` is written. */
function failWriting(db: ShopFolder['db']): ShopFolder['db'] {
  return {
    ...db,
    connect: async () => failWriting(await db.connect()),
    rows: async (sql, parameters) => {
      if (/^COPY.*bronze\/orders['/]/s.test(sql)) throw new Error('cut short')
      return db.rows(sql, parameters)
    },
  }
}

describe('an adapter', () => {
  it('that groups records runs file by file: deliveries do not mix', async () => {
    await shop.adapter('catalogue', productSettings, {
      products: `select min(_record) as _record, sku, min(product_name) as product_name, max(updated_at) as updated_at from input group by sku`,
    })
    await shop.raw(
      'catalogue/a.csv',
      products(productLine('A', { name: 'a' }), productLine('A', { name: 'b' })),
    )
    await shop.raw('catalogue/b.csv', products(productLine('A', { name: 'c' })))
    const { deliveries } = await shop.land()
    expect(deliveries).toMatchObject([
      { logicalName: 'a.csv', read: 2, accepted: 1, dropped: 1, droppedReasons: { not_selected: 1 } },
      { logicalName: 'b.csv', read: 1, accepted: 1 },
    ])
    expect(await shop.query('SELECT product_name FROM bronze.products ORDER BY 1')).toEqual([
      { product_name: 'a' },
      { product_name: 'c' },
    ])
  })

  it('that spells out a list for each record runs over many files at once, also when it joins', async () => {
    const names = `(values ('S', 'small'), ('L', 'large')) as sizes (letter, size)`
    for (const [join, expected] of [
      [`cross join ${names}`, true],
      [`join ${names} on sizes.letter = left(input.sku, 1)`, true],
      [`left join ${names} on sizes.letter = left(input.sku, 1)`, false],
      ['cross join input as others', false],
      ['cross join (select max(sku) as largest from input) as largest', false],
    ] as const) {
      await shop.db.run(`CREATE OR REPLACE TEMP TABLE input_all (_record BIGINT, sku VARCHAR);
        INSERT INTO input_all VALUES (1, 'S1'), (2, 'L1'); CREATE OR REPLACE TEMP VIEW input AS FROM input_all`)
      const sql = `select input._record, input.sku from input ${join}`
      expect([join, await isRowWise(shop.db, sql)]).toEqual([join, expected])
    }
  })

  it('drops and refuses by reason', async () => {
    await shop.adapter('catalogue', productSettings, {
      products: `select _record, case when sku = 'D' then 'zero_price' end as _drop, case when sku = 'R' then 'malformed_record' end as _refuse,
        sku, product_name, updated_at from input where sku <> 'W'`,
    })
    await shop.raw('catalogue/a.csv', products(...['A', 'D', 'R', 'W'].map((sku) => productLine(sku))))
    const { deliveries } = await shop.land()
    expect(deliveries).toMatchObject([
      {
        read: 4,
        accepted: 1,
        dropped: 2,
        quarantined: 1,
        droppedReasons: { zero_price: 1, not_selected: 1 },
      },
    ])
  })

  it.each([
    [
      'select _record, sku as skew, product_name, updated_at from input',
      'returns skew, which products does not have',
    ],
    ['select sku, product_name, updated_at from input', 'must select _record'],
    ['select _record,\n  skew as sku from input', 'products.sql line 2 failed: Binder Error'],
    ['select _record sku,, from', 'products.sql line 1 failed: Parser Error'],
  ])('whose SELECT is broken is named before anything is landed: %s', async (sql, message) => {
    await shop.adapter('catalogue', productSettings, { products: sql })
    await shop.adapter('other', productSettings, { products: productSelect })
    await shop.raw('catalogue/a.csv', products(productLine('A')))
    await shop.raw('other/a.csv', products(productLine('A')))
    await expect(shop.land()).rejects.toMatchObject({
      code: 'adapter.broken',
      message: expect.stringContaining(message),
    })
    expect(await openTable(join(shop.dataDir, 'processed/bronze/products')).read()).toBeUndefined()
  })

  it('whose SELECT fails on a value is named', async () => {
    await shop.adapter('catalogue', productSettings, {
      products: 'select _record, sku, product_name, cast(updated_at as timestamp) as updated_at from input',
    })
    await shop.raw('catalogue/a.csv', products(productLine('A', { at: 'soon' })))
    await expect(shop.land()).rejects.toMatchObject({
      code: 'adapter.broken',
      message: expect.stringMatching(/products.sql failed: Conversion Error(?!.*soon)/s),
    })
  })

  it('leaves files it does not claim, and says so', async () => {
    await catalogue()
    await shop.raw('catalogue/readme.txt', 'x')
    expect((await shop.land()).unclaimed).toEqual([join(shop.dataDir, 'raw/catalogue/readme.txt')])
  })

  it('may not claim what another claims', async () => {
    await catalogue()
    await shop.adapter('second', `folder: catalogue${productSettings}`, { products: productSelect })
    await shop.raw('catalogue/a.csv', products(productLine('A')))
    await expect(shop.land()).rejects.toMatchObject({
      code: 'adapter.broken',
      message: expect.stringContaining('claimed by both'),
    })
  })
})

describe('import', () => {
  it('copies a file into raw/ and lands it', async () => {
    await catalogue()
    const file = await shop.raw('../elsewhere/p.csv', products(productLine('A')))
    const result = await importFiles({ ...shop.options, adapter: 'catalogue', files: [file] })
    expect(result.totals).toMatchObject({ accepted: 1 })
    expect(await shop.land()).toMatchObject({ unchanged: 1, unclaimed: [] })
  })
  it('names an unknown adapter and a missing file', async () => {
    await catalogue()
    const unknown = importFiles({ ...shop.options, adapter: 'shopfy', files: ['x'] })
    await expect(unknown).rejects.toMatchObject({
      code: 'adapter.unknown',
      message: expect.stringContaining('known: catalogue'),
    })
    const missing = importFiles({ ...shop.options, adapter: 'catalogue', files: ['/nowhere/x.csv'] })
    await expect(missing).rejects.toMatchObject({ code: 'file.missing' })
  })
})

describe('personal data', () => {
  const keyed = (text: string) =>
    createHmac('sha256', 'a secret that no text may show').update(text).digest('hex')
  const eventSettings = `
inputs:
  - files: '*.ndjson'
    reader: ndjson
    columns: [id, name, who, email, ip, url, gclid, order, consent]
    tables: [web_events]
`
  const eventSelect = `select _record, id as event_id, timestamp '2026-01-01' as occurred_at, name as event_name, who as anonymous_id,
    email, ip, url as page_url, gclid, "order" as transaction_id, consent as consent_analytics from input`

  it('of events is hashed and truncated with consent, and gone without', async () => {
    await shop.adapter('web', eventSettings, { web_events: eventSelect })
    const event = {
      name: 'page_view',
      who: 'v1',
      email: ' Ada@Exämple.ORG ',
      ip: '203.0.113.77',
      url: 'https://s.example/p?gclid=g1&e=ada%40example.org',
      gclid: 'g1',
      order: 'o1',
    }
    const records = [
      { ...event, id: '1', consent: 'granted' },
      { ...event, id: '2', consent: 'denied' },
      { ...event, id: '3', consent: 'unknown', name: 'purchase' },
      {
        ...event,
        id: '4',
        consent: 'granted',
        ip: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
        email: 'none',
        url: '/p',
      },
    ]
    await shop.raw('web/a.ndjson', records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    await shop.land()
    const rows = await shop.query(
      'SELECT event_id, anonymous_id, email_hash, ip_truncated, page_url, gclid, transaction_id FROM bronze.web_events ORDER BY 1',
    )
    const gone = {
      anonymous_id: null,
      email_hash: null,
      ip_truncated: null,
      gclid: null,
      transaction_id: null,
    }
    expect(rows).toEqual([
      {
        event_id: '1',
        anonymous_id: 'v1',
        email_hash: keyed('ada@exämple.org'),
        ip_truncated: '203.0.113.0',
        page_url: 'https://s.example/p?gclid=g1&e=[e-mail]',
        gclid: 'g1',
        transaction_id: 'o1',
      },
      { ...gone, event_id: '2', page_url: 'https://s.example/p' },
      { ...gone, event_id: '3', page_url: 'https://s.example/p', transaction_id: 'o1' },
      {
        event_id: '4',
        anonymous_id: 'v1',
        email_hash: null,
        ip_truncated: '2001:db8:85a3::',
        page_url: '/p',
        gclid: 'g1',
        transaction_id: 'o1',
      },
    ])
  })

  it.each([
    ['sale for josé@exemple.fr, now', 'sale for [e-mail] now'],
    ['jane@café.fr', '[e-mail]'],
    ['jane%2540a.fr', '[e-mail]'],
    ['jane%40a.fr', '[e-mail]'],
    ['spring @home', 'spring @home'],
    ['40% off, 100% @ 40', '40% off, 100% @ 40'],
  ])('in the name of a campaign is masked: %s', async (written, kept) => {
    await shop.adapter('web', eventSettings, {
      web_events: `${eventSelect.replace(' from input', '')}, url as utm_content, url as utm_campaign, url as page_title,
        url as discount_code from input`,
    })
    const event = { id: '1', name: 'page_view', url: written, consent: 'denied' }
    await shop.raw('web/a.ndjson', `${JSON.stringify(event)}\n`)
    await shop.land()
    expect(
      await shop.query('SELECT utm_content, utm_campaign, page_title, discount_code FROM bronze.web_events'),
    ).toEqual([{ utm_content: kept, utm_campaign: kept, page_title: kept, discount_code: kept }])
  })

  it('of customers is hashed, equal however it is written', async () => {
    await shop.adapter(
      'crm',
      "inputs:\n  - files: '*.csv'\n    reader: csv\n    columns: [id, email, phone]\n    tables: [customers]\n",
      {
        customers: `select _record, id as customer_id, email, phone_e164(phone, 'FR') as phone, timestamp '2026-01-01' as created_at, timestamp '2026-01-01' as updated_at from input`,
      },
    )
    const composed = 'zoé@example.org'.normalize('NFC')
    await shop.raw(
      'crm/a.csv',
      `id,email,phone\n1,${composed},06 12 34 56 78\n2,${composed.normalize('NFD').toUpperCase()},+33 (6) 12-34-56-78\n3,,12\n`,
    )
    await shop.land()
    const rows = await shop.query('SELECT email_hash, phone_hash FROM bronze.customers ORDER BY customer_id')
    const hashed = { email_hash: keyed(composed), phone_hash: keyed('+33612345678') }
    expect(rows).toEqual([hashed, hashed, { email_hash: null, phone_hash: null }])
  })

  it('is kept as plain hashes for audiences only of customers who consent, in a folder of its own', async () => {
    await shop.adapter(
      'crm',
      "inputs:\n  - files: 'customers*.csv'\n    reader: csv\n    columns: [id, email]\n    tables: [customers]\n  - files: 'consents*.csv'\n    reader: csv\n    columns: [id, state, at]\n    tables: [consents]\n",
      {
        customers: `select _record, id as customer_id, email, timestamp '2026-01-01' as created_at, timestamp '2026-01-01' as updated_at from input`,
        consents: `select _record, id as customer_id, 'ads_user_data' as purpose, state, "at" as changed_at from input`,
      },
    )
    const matched = async () => {
      const state = await openTable(customerMatchPath(shop.dataDir)).readExisting()
      return shop.db.rows(`SELECT customer_id, email_sha256 FROM (${scanSql(state)}) ORDER BY 1`)
    }
    const plain = (text: string) => createHash('sha256').update(text).digest('hex')
    await shop.raw('crm/customers.csv', 'id,email\n1,A@b.fr\n2,c@d.fr\n3,e@f.fr\n4,\n')
    await shop.raw(
      'crm/consents-1.csv',
      'id,state,at\n1,granted,2026-01-01T00:00:00Z\n2,granted,2026-01-01T00:00:00Z\n2,denied,2026-01-02T00:00:00Z\n4,granted,2026-01-01T00:00:00Z\n',
    )
    await shop.land()
    expect(await matched()).toEqual([{ customer_id: '1', email_sha256: plain('a@b.fr') }])
    expect((await stat(join(shop.dataDir, 'processed/restricted'))).mode & 0o777).toBe(0o700)
    await shop.raw('crm/consents-2.csv', 'id,state,at\n1,denied,2026-02-01T00:00:00Z\n')
    await shop.land()
    expect(await matched()).toEqual([])
    const files = await readdir(customerMatchPath(shop.dataDir))
    expect(files.filter((name) => name.endsWith('.parquet'))).toEqual([])
    await shop.raw('crm/consents-3.csv', 'id,state,at\n3,granted,2026-02-01T00:00:00Z\n')
    await shop.land()
    expect(await matched()).toEqual([{ customer_id: '3', email_sha256: plain('e@f.fr') }])
  })

  it('is forgotten by the next landing when the one that brought the withdrawal was killed', async () => {
    await shop.adapter(
      'crm',
      "inputs:\n  - files: 'customers*.csv'\n    reader: csv\n    columns: [id, email]\n    tables: [customers]\n  - files: 'consents*.csv'\n    reader: csv\n    columns: [id, state, at]\n    tables: [consents]\n",
      {
        customers: `select _record, id as customer_id, email, timestamp '2026-01-01' as created_at, timestamp '2026-01-01' as updated_at from input`,
        consents: `select _record, id as customer_id, 'ads_user_data' as purpose, state, "at" as changed_at from input`,
      },
    )
    await shop.raw('crm/customers.csv', 'id,email\n1,a@b.fr\n')
    await shop.raw('crm/consents-1.csv', 'id,state,at\n1,granted,2026-01-01T00:00:00Z\n')
    await shop.land()
    const path = customerMatchPath(shop.dataDir)
    await cp(path, `${path}-before`, { recursive: true })
    await shop.raw('crm/consents-2.csv', 'id,state,at\n1,denied,2026-02-01T00:00:00Z\n')
    await shop.land()
    await rm(path, { recursive: true })
    await cp(`${path}-before`, path, { recursive: true })
    expect(await shop.land()).toMatchObject({ deliveries: [] })
    expect((await openTable(path).readExisting()).files).toEqual([])
  })

  it('key: any length of secret gives the HMAC of RFC 2104', async () => {
    await shop.adapter('web', eventSettings, { web_events: eventSelect })
    const secret = Buffer.alloc(100, 7)
    await shop.raw(
      'web/a.ndjson',
      `${JSON.stringify({ id: '1', name: 'login', email: 'a@b.fr', consent: 'granted' })}\n`,
    )
    await shop.land({ secret })
    const [row] = await shop.query('SELECT email_hash FROM bronze.web_events')
    expect(row?.email_hash).toBe(createHmac('sha256', secret).update('a@b.fr').digest('hex'))
  })
})
