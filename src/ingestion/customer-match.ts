import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { contracts } from '../contracts/all-contracts.ts'
import type { BronzeColumn } from '../contracts/bronze-schema.ts'
import type { Contract } from '../contracts/contract.ts'
import { type DuckDb, sqlList } from '../database/duckdb.ts'
import { bronzeScanSql } from '../lake/bronze-scan.ts'
import { type DeliveryRevision, landDeliveries } from '../lake/delivery.ts'
import { tablePath } from '../lake/layout.ts'
import { type LakeTable, openTable } from '../lake/table.ts'

/** Columns of `customer_match`: one row per consenting customer and delivery, with the plain hashes platforms match on. */
export const customerMatchColumns: readonly BronzeColumn[] = [
  { name: 'customer_id', type: 'string' },
  { name: 'email_sha256', type: 'string' },
  { name: 'phone_sha256', type: 'string' },
  { name: 'updated_at', type: 'timestamp_ntz' },
  { name: '_delivery_id', type: 'string' },
]

/** The restricted table's folder, readable by its owner only; nothing but the audience export reads it. */
export const customerMatchPath = (dataDir: string): string =>
  join(dataDir, 'processed', 'restricted', 'customer_match')

/** What staging keeps of a customer's contacts until it is known whether they consent. */
export function matchValues(contract: Contract): { name: string; sql: string }[] {
  if (contract.name !== 'customers') return []
  return [
    { name: '_email_sha256', sql: 'sha256(normal_email(email_hash))' },
    { name: '_phone_sha256', sql: 'sha256(normal_phone(phone_hash))' },
  ]
}

/** Keeps the plain hashes of landed customers whose latest consent to `ads_user_data` is granted. */
export async function landCustomerMatches(
  db: DuckDb,
  dataDir: string,
  relation: string,
  deliveries: readonly DeliveryRevision[],
): Promise<void> {
  const consenting = await consentingSql(dataDir)
  if (consenting === undefined) return
  const table = await restrictedTable(dataDir)
  await table.create({ columns: customerMatchColumns })
  const ids = sqlList(deliveries.map(({ deliveryId }) => deliveryId))
  const sql = `SELECT customer_id, _email_sha256 AS email_sha256, _phone_sha256 AS phone_sha256, updated_at,
      list_extract(${ids}, _file_index + 1) AS _delivery_id
    FROM ${relation}
    WHERE _outcome = 0 AND coalesce(_email_sha256, _phone_sha256) IS NOT NULL AND customer_id IN (${consenting})`
  await landDeliveries(db, table, { deliveries, sql })
}

/** Makes the restricted folder, which only its owner may enter. */
export async function restrictedTable(dataDir: string): Promise<LakeTable> {
  const folder = join(dataDir, 'processed', 'restricted')
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o700)
  return openTable(customerMatchPath(dataDir))
}

/** Customers whose latest word on `ads_user_data` is yes; undefined when no consent was ever delivered. */
export async function consentingSql(dataDir: string): Promise<string | undefined> {
  const state = await openTable(tablePath(dataDir, 'bronze.consents')).read()
  if (state === undefined) return undefined
  return `SELECT customer_id FROM (${bronzeScanSql(contracts.consents, state)}) WHERE purpose = 'ads_user_data'
    GROUP BY customer_id HAVING max_by(state, (changed_at, _arrived_at)) = 'granted'`
}
