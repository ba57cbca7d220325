import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { contracts } from '../contracts/all-contracts.ts'
import { type DuckDb, sqlString } from '../database/duckdb.ts'
import { bronzeScanSql } from '../lake/bronze-scan.ts'
import { tablePath } from '../lake/layout.ts'
import { dataFilePath, scanSql } from '../lake/scan.ts'
import { openTable } from '../lake/table.ts'
import { defineMacros, defineSourceMacros, type ShopSettings } from './adapter-macros.ts'
import { loadAdapters } from './adapters.ts'
import { consentingSql, customerMatchColumns, restrictedTable } from './customer-match.ts'
import { type LandedFile, landedInput, reloadFile } from './landed-file.ts'
import { definePersonalDataMacros } from './personal-data.ts'
import { scratchFolder } from './scratch-folders.ts'
import { stageTables } from './stage-table.ts'

/** What landing is told, as far as customers' files are read anew. */
interface RefreshOptions {
  readonly dataDir: string
  readonly adapterDirs: readonly string[]
  readonly secret: Uint8Array
  readonly shop: ShopSettings
  readonly now?: Date
}

/** Position of `customer_match`: the version of `bronze.consents` it follows. */
const consentsPosition = 'bronze.consents'

/**
 * Brings `customer_match` in line with the consents as they stand: who withdrew goes, files and all; who consented
 * since they were delivered enters, from the raw file while it is kept. Does nothing when no consent has changed.
 */
export async function refreshCustomerMatch(db: DuckDb, options: RefreshOptions): Promise<void> {
  const { dataDir } = options
  const consents = await openTable(tablePath(dataDir, 'bronze.consents')).read()
  const consenting = await consentingSql(dataDir)
  if (consents === undefined || consenting === undefined) return
  const table = await restrictedTable(dataDir)
  const before = await table.create({ columns: customerMatchColumns })
  if (before.positions.get(consentsPosition) !== consents.version) {
    await enterConsenting(db, options, consenting)
    await table.commit(async (state) => {
      const positions = { [consentsPosition]: consents.version }
      const kept = `SELECT * FROM (${scanSql(state)}) WHERE customer_id IN (${consenting})`
      const [count] = await db.rows<{ rows: string }>(`SELECT count(*) AS rows FROM (${kept})`)
      if (Number(count?.rows) === state.numRecords) return { positions, operation: 'FORGET' }
      return { adds: await table.writeFiles(db, kept), removes: state.files, positions, operation: 'FORGET' }
    })
  }
  await removeForgottenFiles(dataDir)
}

interface DeliveryOfConsenting extends LandedFile {
  readonly deliveryId: string
  readonly source: string
}

async function enterConsenting(db: DuckDb, options: RefreshOptions, consenting: string): Promise<void> {
  const { dataDir } = options
  const customers = await openTable(tablePath(dataDir, 'bronze.customers')).read()
  const deliveries = await openTable(tablePath(dataDir, 'bronze.deliveries')).read()
  if (customers === undefined || deliveries === undefined) return
  const matched = scanSql(await (await restrictedTable(dataDir)).readExisting())
  await db.run(`CREATE OR REPLACE TEMP TABLE entering AS
    SELECT customer_id, max_by(_delivery_id, (updated_at, _arrived_at)) AS delivery_id
    FROM (${bronzeScanSql(contracts.customers, customers)})
    WHERE coalesce(email_hash, phone_hash) IS NOT NULL AND customer_id IN (${consenting})
      AND customer_id NOT IN (SELECT customer_id FROM (${matched})) GROUP BY ALL`)
  const rows = await db.rows<Record<string, string>>(
    `SELECT DISTINCT delivery_id, source, logical_name, sha256 FROM (${scanSql(deliveries)})
     WHERE table_name = 'customers' AND delivery_id IN (SELECT delivery_id FROM entering) ORDER BY delivery_id`,
  )
  if (rows.length === 0) return
  await defineMacros(db, options.shop)
  await definePersonalDataMacros(db, options.secret)
  for (const row of rows) {
    await enterFrom(db, options, {
      deliveryId: row.delivery_id ?? '',
      source: row.source ?? '',
      logicalName: row.logical_name ?? '',
      sha256: row.sha256 ?? '',
    })
  }
}

async function enterFrom(db: DuckDb, options: RefreshOptions, delivery: DeliveryOfConsenting): Promise<void> {
  const { dataDir, shop } = options
  const adapter = (await loadAdapters(options.adapterDirs)).find(({ name }) => name === delivery.source)
  const input = adapter === undefined ? undefined : landedInput(adapter, delivery, 'customers')
  const select = input?.tables.find(({ table }) => table === 'customers')
  if (adapter === undefined || input === undefined || select === undefined) return
  await defineSourceMacros(db, adapter, shop)
  if (!(await reloadFile(db, dataDir, adapter, input, delivery, scratchFolder(dataDir)))) return
  const selection = { contract: contracts.customers, input, file: select.file, sql: select.sql }
  const [staged] = await stageTables(db, [selection], 1, options.now ?? new Date())
  if (staged === undefined) return
  const table = await restrictedTable(dataDir)
  const files = await table.writeFiles(
    db,
    `SELECT customer_id, _email_sha256 AS email_sha256, _phone_sha256 AS phone_sha256, updated_at,
       ${sqlString(delivery.deliveryId)} AS _delivery_id
     FROM ${staged.relation} WHERE _outcome = 0 AND coalesce(_email_sha256, _phone_sha256) IS NOT NULL
       AND customer_id IN (SELECT customer_id FROM entering WHERE delivery_id = ${sqlString(delivery.deliveryId)})`,
    { tags: { deliveries: delivery.deliveryId } },
  )
  await table.append(files, { operation: 'CONSENT' })
}

/** Nobody reads an older version of the table: what it does not hold any more is deleted at once. */
async function removeForgottenFiles(dataDir: string): Promise<void> {
  const table = await restrictedTable(dataDir)
  const state = await table.readExisting()
  const kept = new Set(state.files.map((file) => dataFilePath(state.path, file)))
  for (const name of await readdir(table.path)) {
    const path = join(table.path, name)
    if (name.endsWith('.parquet') && !kept.has(path)) await rm(path, { force: true })
  }
}
