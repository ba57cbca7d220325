import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { contractOf, contracts } from '../../src/contracts/all-contracts.ts'
import { type DuckDb, openDuckDb } from '../../src/database/duckdb.ts'
import { type LandingOptions, type LandingResult, landSources } from '../../src/ingestion/land-sources.ts'
import { bronzeScanSql } from '../../src/lake/bronze-scan.ts'
import { listTables, tablePath } from '../../src/lake/layout.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { openTable } from '../../src/lake/table.ts'

export const arrival = new Date('2026-03-01T12:00:00Z')

/** A data folder of a shop in Paris with adapters of its own, deleted when closed. */
export interface ShopFolder {
  readonly dataDir: string
  readonly adapterDir: string
  readonly db: DuckDb
  readonly options: LandingOptions
  adapter(name: string, settings: string, selects: Record<string, string>): Promise<void>
  raw(path: string, content: string | Uint8Array): Promise<string>
  land(changes?: Partial<LandingOptions>): Promise<LandingResult>
  /** Rows of a query over the newest bronze tables and, under `quarantine.`, quarantine. */
  query<T = Record<string, string>>(sql: string): Promise<T[]>
  close(): Promise<void>
}

export async function createShopFolder(adapterDirs: readonly string[] = []): Promise<ShopFolder> {
  const root = await mkdtemp(join(tmpdir(), 'sillage-ingestion-'))
  const dataDir = join(root, 'data')
  const adapterDir = join(root, 'adapters')
  const db = await openDuckDb({ memoryLimit: '1GiB' })
  await mkdir(adapterDir, { recursive: true })
  const options: LandingOptions = {
    dataDir,
    adapterDirs: [...adapterDirs, adapterDir],
    db,
    secret: Buffer.from('a secret that no text may show'),
    shop: { timeZone: 'Europe/Paris', currency: 'EUR' },
    now: arrival,
  }
  const put = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    return path
  }
  return {
    dataDir,
    adapterDir,
    db,
    options,
    adapter: async (name, settings, selects) => {
      await put(join(adapterDir, name, 'adapter.yml'), `name: ${name}\n${settings}`)
      for (const [file, sql] of Object.entries(selects)) await put(join(adapterDir, name, `${file}.sql`), sql)
    },
    raw: (path, content) => put(join(dataDir, 'raw', path), content),
    land: (changes) => landSources({ ...options, ...changes }),
    query: async (sql) => {
      for (const schema of ['bronze', 'quarantine']) {
        await db.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
        for (const table of await listTables(dataDir, schema)) {
          const state = await openTable(tablePath(dataDir, `${schema}.${table}`)).readExisting()
          const scan =
            schema === 'bronze' && table in contracts
              ? bronzeScanSql(contractOf(table), state)
              : scanSql(state)
          await db.run(`CREATE OR REPLACE VIEW ${schema}.${table} AS ${scan}`)
        }
      }
      return db.rows(sql)
    },
    close: async () => {
      db.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** An adapter for CSV files with the columns of `products`, and a line of one. */
export const productSettings = `
inputs:
  - files: '*.csv*'
    reader: csv
    columns: [sku, product_name, list_price, currency, updated_at]
    tables: [products]
`
export const productSelect = 'select _record, sku, product_name, list_price, currency, updated_at from input'
export const productHeader = 'sku,product_name,list_price,currency,updated_at'
export const productLine = (
  sku: string,
  changes: { name?: string; price?: string; currency?: string; at?: string } = {},
) =>
  `${sku},${changes.name ?? 'Cream'},${changes.price ?? '12.50'},${changes.currency ?? 'EUR'},${changes.at ?? '2026-01-01T00:00:00Z'}`
