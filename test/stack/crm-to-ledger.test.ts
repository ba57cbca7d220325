import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPostgres, type Postgres } from '../../src/database/postgres.ts'
import { captureCli } from '../cli/captured-cli.ts'
import { type PostgresServer, startPostgres } from './components/postgres.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'sillage-crm-'))
const dataDir = join(folder, 'shop')
let server: PostgresServer
let source: Postgres

beforeAll(async () => {
  server = await startPostgres()
  source = await openPostgres({ url: server.url })
})
afterAll(async () => {
  await source?.close()
  await server?.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function sillage(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await captureCli([...args, '--data', dataDir], {
    SILLAGE_SECRETS_DIR: join(folder, 'secrets'),
    SILLAGE_POSTGRES: server.url,
  })
  expect(stderr + stdout, args.join(' ')).toSatisfy(() => exitCode === 0)
  return stdout
}

interface Sums {
  readonly orders: number
  readonly cancelled: number
  readonly carrier: string
  readonly discounts: string
}

/** What the published ledger says, and what the shop's database says of the same. */
async function compared(): Promise<{ ledger: Sums & { refunds: string }; shop: Sums }> {
  const [ledger] = JSON.parse(
    await sillage(
      'sql',
      '--format',
      'json',
      `select count(*)::int as orders, count(*) filter (is_cancelled)::int as cancelled,
         sum(shipping_cost)::text as carrier, sum(discounts)::text as discounts,
         sum(refunds_ex_vat)::text as refunds
       from gold.fct_orders where currency = 'EUR'`,
    ),
  ) as (Sums & { refunds: string })[]
  const [shop] = await source.rows<Record<keyof Sums, string>>(
    `select count(*) as orders, count(*) filter (where status = 'cancelled') as cancelled,
       sum(shipping_cost) as carrier, (select sum(d.amount) from crm.order_discounts d
         join crm.orders o using (order_id) where o.currency = 'EUR') as discounts
     from crm.orders where currency = 'EUR'`,
  )
  if (ledger === undefined || shop === undefined) throw new Error('nothing to compare')
  return {
    ledger,
    shop: { ...shop, orders: Number(shop.orders), cancelled: Number(shop.cancelled) },
  }
}

it('brings the orders of a shop’s database into the ledger, and takes out what is deleted there', async () => {
  execFileSync(
    process.execPath,
    [
      join(root, 'src/cli/generate-crm.ts'),
      ...['--mode', 'stream', '--fast', '--to', server.url, '--speed', '300', '--duration', '5000'],
      ...['--start-date', '2025-03-01', '--end-date', '2025-03-18', '--events-per-day', '2740'],
    ],
    { stdio: 'pipe' },
  )
  await sillage(
    ...['init', '--name', 'Base', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris'],
  )
  await sillage('capture', '--once')
  await sillage('run')
  const before = await compared()
  expect(before.ledger).toMatchObject(before.shop)
  expect(before.shop.orders).toBeGreaterThan(50)
  expect(Number(before.ledger.refunds)).toBeGreaterThan(0)

  await source.rows('delete from crm.refunds')
  await source.rows('delete from crm.orders where order_id in (select order_id from crm.orders limit 2)')
  await source.rows(
    'delete from crm.order_discounts d where not exists (select 1 from crm.orders o where o.order_id = d.order_id)',
  )
  await sillage('capture', '--once')
  await sillage('run')
  const after = await compared()
  expect(after.ledger).toMatchObject(after.shop)
  expect(Number(after.ledger.refunds)).toBe(0)
  expect(before.shop.orders - after.shop.orders).toBeLessThanOrEqual(2)
}, 300_000)
