import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { marketingMeasures, shopMeasures } from '../../src/contracts/metrics/measures.ts'
import { openDuckDb } from '../../src/database/duckdb.ts'
import { tablePath } from '../../src/lake/layout.ts'
import { type Pointer, publishPointer } from '../../src/lake/pointer.ts'
import { deltaTypeOf } from '../../src/lake/schema.ts'
import { openTable } from '../../src/lake/table.ts'

/** Rows of tables by `schema.table`, with DuckDB types of their columns; enough of a lake for the dashboard. */
export interface LakeRows {
  readonly columns: Readonly<Record<string, string>>
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

const money = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'DECIMAL(18,2)']))
const counts = new Set([
  'sessions',
  'visitors',
  'page_views',
  'product_views',
  'unconsented_page_views',
  'unconsented_landings',
  'bot_events',
  'orders_placed',
  'orders_kept',
  'orders_net_of_full_refunds',
  'units',
  'new_customers',
  'new_unknown_customers',
  'returning_orders',
  'immature_orders',
  'impressions',
  'clicks',
])
const typed = (names: readonly string[]) => {
  const types = money(names)
  for (const name of names) if (counts.has(name)) types[name] = 'BIGINT'
  return types
}

export const shopColumns = { business_date: 'DATE', ...typed(shopMeasures) }
export const channelColumns = {
  business_date: 'DATE',
  attribution_model: 'VARCHAR',
  channel: 'VARCHAR',
  platform: 'VARCHAR',
  ...typed(marketingMeasures),
}
export const campaignColumns = {
  ...channelColumns,
  campaign_id: 'VARCHAR',
  campaign_name: 'VARCHAR',
  influencer_id: 'VARCHAR',
}
export const productColumns = {
  business_date: 'DATE',
  sku: 'VARCHAR',
  product_name: 'VARCHAR',
  category: 'VARCHAR',
  units: 'BIGINT',
  orders: 'BIGINT',
  ...money(['net_revenue', 'contribution', 'refunds_ex_vat']),
}

export const noMeasures = Object.fromEntries([...shopMeasures, ...marketingMeasures].map((name) => [name, 0]))

export async function emptyDataFolder(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sillage-dashboard-'))
  const shop = {
    id: 'test-shop',
    name: 'Test shop',
    timeZone: 'Europe/Paris',
    currency: 'EUR',
    origin: 'demo',
    secretFingerprint: 'none',
    createdAt: '2026-01-01T00:00:00Z',
  }
  await writeFile(join(dataDir, 'shop.json'), JSON.stringify(shop))
  return dataDir
}

/** Writes tables and publishes the gold and silver ones, all through the lake. */
export async function publishRows(
  dataDir: string,
  tables: Readonly<Record<string, LakeRows>>,
  dataThrough: string | null = null,
): Promise<Pointer> {
  const db = await openDuckDb()
  const versions: Record<string, number> = {}
  for (const [name, { columns, rows }] of Object.entries(tables)) {
    await mkdir(tablePath(dataDir, name), { recursive: true })
    const table = openTable(tablePath(dataDir, name))
    await table.create({
      columns: Object.entries(columns).map(([column, type]) => ({ name: column, type: deltaTypeOf(type) })),
    })
    const shape = Object.entries(columns)
      .map(([column, type]) => `CAST(row->>'$.${column}' AS ${type}) AS ${column}`)
      .join(', ')
    await db.run(
      `CREATE OR REPLACE TABLE written AS
       SELECT ${shape} FROM (SELECT unnest(from_json($1::JSON, '["JSON"]')) AS row)`,
      [JSON.stringify(rows)],
    )
    const { version } = await table.replaceAll(await table.writeFiles(db, 'SELECT * FROM written'))
    if (/^(gold|silver)\./.test(name)) versions[name] = version
  }
  db.close()
  return publishPointer(dataDir, {
    runId: 'run-1',
    dataThrough,
    transform: 'test',
    tables: versions,
    bronze: {},
    logOffsets: {},
  })
}
