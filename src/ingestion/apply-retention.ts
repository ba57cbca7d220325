import { rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type DuckDb, sqlString } from '../database/duckdb.ts'
import { listTables, tablePath } from '../lake/layout.ts'
import { scanSql } from '../lake/scan.ts'
import { openTable } from '../lake/table.ts'
import { openFactsCache } from './inspect-file.ts'
import { filesBelow } from './raw-files.ts'

export interface RetentionOptions {
  readonly dataDir: string
  readonly db: DuckDb
  readonly now?: Date
  /** How long personal data in raw files and quarantine is kept after it arrived; default 30. */
  readonly days?: number
}

export interface RetentionResult {
  /** Files below raw/ that were deleted. */
  readonly rawFiles: number
  /** Quarantined records whose text was emptied. */
  readonly quarantineTexts: number
}

const dayMs = 86_400_000

/**
 * Deletes what holds personal data in clear and arrived longer ago than it may be kept: raw files whose content
 * was landed, and the texts of quarantined records. Bronze, the record of deliveries and the reasons of quarantine
 * stay; such a record can no longer be replayed. Files that were never landed are left alone.
 */
export async function applyRetention(options: RetentionOptions): Promise<RetentionResult> {
  const { dataDir, now = new Date(), days = 30 } = options
  const cutoff = new Date(now.getTime() - days * dayMs).toISOString().slice(0, -1).replace('T', ' ')
  const db = await options.db.connect()
  try {
    return {
      rawFiles: await deleteRawFiles(db, dataDir, cutoff),
      quarantineTexts: await emptyQuarantineTexts(db, dataDir, cutoff),
    }
  } finally {
    db.close()
  }
}

interface NewestDelivery {
  readonly sha256: string
  readonly isOld: boolean
}

async function deleteRawFiles(db: DuckDb, dataDir: string, cutoff: string): Promise<number> {
  const byName = await newestDeliveries(db, dataDir, cutoff)
  const raw = join(dataDir, 'raw')
  const cache = await openFactsCache(dataDir)
  let deleted = 0
  for (const path of await filesBelow(raw)) {
    const candidates = namesOf(relative(raw, path).split(sep)).flatMap((name) => byName.get(name) ?? [])
    if (!candidates.some(({ isOld }) => isOld)) continue
    const { sha256 } = await cache.inspect(path)
    const landed = candidates.filter((delivery) => delivery.sha256 === sha256)
    if (landed.length === 0 || !landed.every(({ isOld }) => isOld)) continue
    await rm(path)
    deleted += 1
  }
  return deleted
}

/** What a file may be called in its adapter's folder, which may be any of those it lies in. */
const namesOf = (parts: readonly string[]): string[] =>
  parts.slice(1).map((_, index) => parts.slice(index + 1).join('/'))

/** Of each source's file the newest content, by the file's name. */
async function newestDeliveries(
  db: DuckDb,
  dataDir: string,
  cutoff: string,
): Promise<Map<string, NewestDelivery[]>> {
  const byName = new Map<string, NewestDelivery[]>()
  const state = await openTable(tablePath(dataDir, 'bronze.deliveries')).read()
  if (state === undefined) return byName
  const rows = await db.rows<{ logical_name: string; sha256: string; is_old: boolean }>(
    `SELECT logical_name, max_by(sha256, revision) AS sha256,
       max_by(arrived_at, revision) < TIMESTAMP ${sqlString(cutoff)} AS is_old
     FROM (${scanSql(state)}) GROUP BY source, logical_name`,
  )
  for (const { logical_name, sha256, is_old } of rows) {
    byName.set(logical_name, [...(byName.get(logical_name) ?? []), { sha256, isOld: is_old }])
  }
  return byName
}

async function emptyQuarantineTexts(db: DuckDb, dataDir: string, cutoff: string): Promise<number> {
  let emptied = 0
  for (const name of await listTables(dataDir, 'quarantine')) {
    const table = openTable(tablePath(dataDir, `quarantine.${name}`))
    const state = await table.readExisting()
    const isOld = `quarantined_at < TIMESTAMP ${sqlString(cutoff)}`
    const [found] = await db.rows<{ rows: string }>(
      `SELECT count(*) AS rows FROM (${scanSql(state)}) WHERE raw_text IS NOT NULL AND ${isOld}`,
    )
    if (Number(found?.rows) === 0) continue
    await table.commit(async (newest) => ({
      adds: await table.writeFiles(
        db,
        `SELECT * REPLACE (CASE WHEN ${isOld} THEN NULL ELSE raw_text END AS raw_text) FROM (${scanSql(newest)})`,
      ),
      removes: newest.files,
      operation: 'RETENTION',
    }))
    emptied += Number(found?.rows)
  }
  return emptied
}
