import { quarantineReasons } from '../contracts/record-outcomes.ts'
import type { DuckDb } from '../database/duckdb.ts'
import { listTables, tablePath } from '../lake/layout.ts'
import { scanSql } from '../lake/scan.ts'
import { openTable, type TableState } from '../lake/table.ts'

/** A refused record that no replay has resolved. */
export interface QuarantinedRecord {
  readonly table: string
  readonly deliveryId: string
  readonly source: string | undefined
  readonly logicalName: string | undefined
  /** 0: the file as a whole. */
  readonly recordNumber: number
  readonly reason: string
  readonly description: string
  readonly column: string | undefined
  readonly rawText: string | undefined
  readonly contractVersion: number
  /** UTC, `YYYY-MM-DD HH:MM:SS.ssssss`. */
  readonly quarantinedAt: string
}

export interface QuarantineOptions {
  readonly dataDir: string
  readonly db: DuckDb
  readonly table?: string
  /** Default 1,000. */
  readonly limit?: number
}

/** Open records, newest first. */
export async function listQuarantine(options: QuarantineOptions): Promise<QuarantinedRecord[]> {
  const { dataDir, db, limit = 1000 } = options
  const deliveries = await openTable(tablePath(dataDir, 'bronze.deliveries')).read()
  const open: string[] = []
  for (const table of await listTables(dataDir, 'quarantine')) {
    if (options.table !== undefined && options.table !== table) continue
    const state = await openTable(tablePath(dataDir, `quarantine.${table}`)).read()
    if (state !== undefined) open.push(`SELECT '${table}' AS table_name, * FROM (${openRecordsSql(state)})`)
  }
  if (open.length === 0 || deliveries === undefined) return []
  const rows = await db.rows<Record<string, string | null>>(
    `SELECT q.*, d.source, d.logical_name FROM (${open.join(' UNION ALL ')}) AS q
     LEFT JOIN (SELECT DISTINCT delivery_id, source, logical_name FROM (${scanSql(deliveries)})) AS d USING (delivery_id)
     ORDER BY quarantined_at DESC, delivery_id, record_number LIMIT ${Math.trunc(limit)}`,
  )
  return rows.map((row) => ({
    table: row.table_name ?? '',
    deliveryId: row.delivery_id ?? '',
    source: row.source ?? undefined,
    logicalName: row.logical_name ?? undefined,
    recordNumber: Number(row.record_number),
    reason: row.reason ?? '',
    description: (quarantineReasons as Record<string, string>)[row.reason ?? ''] ?? '',
    column: row.column_name ?? undefined,
    rawText: row.raw_text ?? undefined,
    contractVersion: Number(row.contract_version),
    quarantinedAt: row.quarantined_at ?? '',
  }))
}

/** Of the rows of one record the newest counts. */
export const openRecordsSql = (state: TableState): string => `
  SELECT * FROM (${scanSql(state)})
  QUALIFY row_number() OVER (PARTITION BY delivery_id, record_number
    ORDER BY coalesce(resolved_at, quarantined_at) DESC, is_resolved DESC) = 1 AND NOT is_resolved`
