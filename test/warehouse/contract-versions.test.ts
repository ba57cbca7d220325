import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contracts } from '../../src/contracts/all-contracts.ts'
import { count, money, optional, text } from '../../src/contracts/columns.ts'
import { type Contract, columnsOf, defineContract } from '../../src/contracts/contract.ts'
import { topics } from '../../src/contracts/topics.ts'
import { landLog } from '../../src/ingestion/lander/lander.ts'
import { replayQuarantine } from '../../src/ingestion/replay-quarantine.ts'
import { tablePath } from '../../src/lake/layout.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { openTable } from '../../src/lake/table.ts'
import { pinLake, writeRunFile } from '../../src/warehouse/pinned-lake.ts'
import { allDates } from '../../src/warehouse/touched-dates.ts'
import { captureCli } from '../cli/captured-cli.ts'
import { copyOfFixture, fixtureSecret } from '../fixtures/fixture-lake.ts'
import { memoryLog, record, webEvent } from '../ingestion/lander/memory-log.ts'
import {
  createShopFolder,
  productHeader,
  productLine,
  productSelect,
  productSettings,
  type ShopFolder,
} from '../ingestion/shop-folder.ts'

const first = contracts.products
const properties = first.schema.properties
const firstEvents = contracts.web_events
/** Becomes the contract of its table until the test ends. */
const release = (contract: Contract) => Object.assign(contracts, { [contract.name]: contract })
afterEach(() => {
  release(first)
  release(firstEvents)
})

const { product_name: _, list_price: __, ...kept } = properties
const toSecond = {
  to: 2,
  values: {
    label: "upper(product_name) || ', ' || coalesce(category, 'no category')",
    price_cents: 'list_price * 100',
  },
  removes: { product_name: 'text', list_price: 'money' },
} as const
/** The name becomes a required label, the price a whole number. */
const second: Contract = defineContract({
  ...first,
  version: 2,
  migrations: [toSecond],
  columns: { ...kept, label: text('Name and category.'), price_cents: optional(count('Price.')) },
})
const { price_cents: ___, ...keptBySecond } = second.schema.properties
/** The price goes back to money, under yet another name; the label changes its meaning under its own. */
const third: Contract = defineContract({
  ...second,
  version: 3,
  migrations: [
    toSecond,
    {
      to: 3,
      values: { price: 'price_cents / 100.0', label: "'» ' || label" },
      removes: { price_cents: 'count' },
    },
  ],
  columns: { ...keptBySecond, price: optional(money('Price.')) },
})

describe('bronze kept under several versions of a contract', () => {
  let shop: ShopFolder
  beforeEach(async () => {
    shop = await createShopFolder()
    await shop.adapter('products', productSettings, { products: productSelect })
  })
  afterEach(() => shop.close())

  const adapterOf = (columns: string) =>
    shop.adapter('products', productSettings, {
      products: `select _record, sku, ${columns}, currency, updated_at from input`,
    })
  /** What the models of a run read. */
  const pinned = async () => {
    const lake = await pinLake(shop.dataDir, undefined, { isFull: true })
    const path = join(shop.dataDir, 'run.json')
    const projectDir = join(import.meta.dirname, '..', '..', 'transform')
    writeRunFile(path, lake, {
      runId: 'r',
      dataDir: shop.dataDir,
      projectDir,
      touched: allDates(new Date()),
    })
    const { relations } = JSON.parse(readFileSync(path, 'utf8'))
    const { scan } = relations.find(
      (relation: { schema_name: string; table_name: string }) =>
        relation.schema_name === 'bronze' && relation.table_name === 'products',
    )
    const names = columnsOf(contracts.products).map(({ name }) => name)
    const rows = await shop.db.rows<Record<string, string | null>>(`SELECT * FROM (${scan}) ORDER BY sku`)
    for (const row of rows) expect(Object.keys(row).slice(0, names.length)).toEqual(names)
    return rows.map(({ sku, label, price, price_cents, _contract_version }) => ({
      sku,
      label,
      price: price ?? price_cents,
      version: Number(_contract_version),
    }))
  }
  const stored = async () => {
    const state = await openTable(tablePath(shop.dataDir, 'bronze.products')).readExisting()
    return shop.db.rows(`SELECT * FROM (${scanSql(state)}) ORDER BY ALL`)
  }

  it('reads as the newest, whatever mixture of versions the files are of', async () => {
    await shop.raw('products/a.csv', `${productHeader}\n${productLine('A')}\n`)
    await shop.land()
    const before = await stored()
    release(second)
    expect(await pinned()).toEqual([{ sku: 'A', label: 'CREAM, no category', price: '1250', version: 1 }])
    await adapterOf("'label of ' || product_name as label, 100 as price_cents")
    await shop.raw('products/b.csv', `${productHeader}\n${productLine('B')}\n`)
    expect((await shop.land()).totals).toMatchObject({ accepted: 1 })
    const both = [
      { sku: 'A', label: 'CREAM, no category', price: '1250', version: 1 },
      { sku: 'B', label: 'label of Cream', price: '100', version: 2 },
    ]
    expect(await pinned()).toEqual(both)
    const after = await stored()
    expect(after).toHaveLength(2)
    expect(after[0]).toMatchObject(before[0] ?? {})
    release(third)
    expect(await pinned()).toEqual([
      { sku: 'A', label: '» CREAM, no category', price: '12.50', version: 1 },
      { sku: 'B', label: '» label of Cream', price: '1.00', version: 2 },
    ])
    release(second)
    await shop.raw('products/a.csv', `${productHeader}\n${productLine('A', { price: '9' })}\n`)
    await shop.land()
    expect(await pinned()).toEqual([{ sku: 'A', label: 'label of Cream', price: '100', version: 2 }, both[1]])
  })

  it('goes from the first to the third without ever having been the second', async () => {
    await shop.raw('products/a.csv', `${productHeader}\n${productLine('A')}\n`)
    await shop.land()
    release(third)
    expect(await pinned()).toEqual([{ sku: 'A', label: '» CREAM, no category', price: '12.50', version: 1 }])
  })

  it('takes quarantined records of an older version up under the newest, once', async () => {
    const lines = [productLine('A'), productLine('B', { price: 'soon' })]
    await shop.raw('products/a.csv', `${productHeader}\n${lines.join('\n')}\n`)
    expect((await shop.land()).totals).toMatchObject({ accepted: 1, quarantined: 1 })
    release(second)
    await adapterOf('product_name as label, try_cast(list_price as int) as price_cents')
    for (const resolved of [1, 0]) {
      expect(await replayQuarantine(shop.options)).toMatchObject({ resolved })
      expect(await pinned()).toEqual([
        { sku: 'A', label: 'CREAM, no category', price: '1250', version: 1 },
        { sku: 'B', label: 'Cream', price: null, version: 2 },
      ])
    }
    expect((await shop.land()).totals).toMatchObject({ read: 0 })
  })

  it('tells an event of a log from one kept under an older version', async () => {
    const log = memoryLog()
    for (const topic of Object.values(topics)) await log.createTopic(topic)
    const land = () => landLog({ dataDir: shop.dataDir, log, secret: shop.options.secret })
    await log.append(topics.webEvents.name, [record(webEvent('a'), {}, '0')])
    expect((await land()).totals).toMatchObject({ accepted: 1 })
    const migration = { to: 2, values: { event_id: "'shop-' || event_id" } }
    release(
      defineContract({
        ...firstEvents,
        version: 2,
        migrations: [migration],
        columns: firstEvents.schema.properties,
      }),
    )
    await log.append(
      topics.webEvents.name,
      ['shop-a', 'shop-b'].map((id) => record(webEvent(id), {}, '0')),
    )
    expect((await land()).totals).toMatchObject({ read: 2, duplicate: 1, accepted: 1 })
  })

  it('is not read by a program that knows only an older version', async () => {
    release(second)
    await adapterOf('product_name as label')
    await shop.raw('products/a.csv', `${productHeader}\n${productLine('A')}\n`)
    await shop.land()
    release(first)
    await expect(pinned()).rejects.toMatchObject({
      code: 'contract.newer',
      message: expect.stringMatching(/bronze\.products holds rows of version 2 .* knows version 1/),
    })
  })
})

describe('a run over an older data folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sillage-versions-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('finds columns added since empty, and rows of older versions migrated, to the dashboard’s tables', async () => {
    const data = await copyOfFixture('small', join(folder, 'data'))
    const sillage = (...argv: string[]) =>
      captureCli([...argv, '--data', data, '--json'], { SILLAGE_SECRET: fixtureSecret })
    const answer = async (sql: string) => JSON.parse((await sillage('sql', sql)).stdout)
    const namesBefore = await answer(
      'SELECT sku, upper(product_name) AS name FROM gold.dim_products ORDER BY sku',
    )
    const shopBefore = await answer('SELECT sum(net_revenue) AS net FROM gold.mart_shop_daily')
    const pulls = openTable(tablePath(data, 'bronze.ad_pulls'))
    const state = await pulls.readExisting()
    const columns = state.columns.filter(({ name }) => name !== 'facts')
    const { db, close } = await createShopFolder()
    const names = columns.map(({ name }) => name).join(', ')
    const files = await pulls.writeFiles(db, `SELECT ${names} FROM (${scanSql(state)})`, { columns })
    await pulls.replaceAll(files, { columns })
    await close()
    release(
      defineContract({
        ...first,
        version: 2,
        migrations: [{ to: 2, values: { product_name: 'upper(product_name)', label: 'sku' } }],
        columns: { ...properties, label: text('Short name.') },
      }),
    )
    expect(await sillage('run', '--full')).toMatchObject({ exitCode: 0 })
    expect(await answer('SELECT sku, product_name AS name FROM gold.dim_products ORDER BY sku')).toEqual(
      namesBefore,
    )
    expect(await answer('SELECT sum(net_revenue) AS net FROM gold.mart_shop_daily')).toEqual(shopBefore)
    expect(await answer('SELECT count(*) > 0 AS has, count(facts) AS declared FROM bronze.ad_pulls')).toEqual(
      [{ has: true, declared: 0 }],
    )
    expect(await answer('SELECT count(*) AS n FROM bronze.products WHERE label <> sku')).toEqual([{ n: 0 }])
  }, 300_000)
})
