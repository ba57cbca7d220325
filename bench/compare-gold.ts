import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openDuckDb, sqlIdentifier, sqlString } from '../src/database/duckdb.ts'
import { tablePath } from '../src/lake/layout.ts'
import { readPointer } from '../src/lake/pointer.ts'
import { scanSql } from '../src/lake/scan.ts'
import { openTable } from '../src/lake/table.ts'

export interface ComparedTable {
  readonly table: string
  readonly rows: number
  /** False where the script does not make the table; the differences are then 0. */
  readonly isMade: boolean
  /** Published columns that the script's table lacks. */
  readonly missingColumns: readonly string[]
  readonly onlyPublished: number
  readonly onlyScript: number
}

/**
 * Every published gold table beside the script's, whole rows in all columns that both have. Guests are told by a keyed hash of
 * their e-mail here and a plain one there, so that one guest counts as good as another.
 */
export async function compareGold(dataDir: string, scriptDir: string): Promise<ComparedTable[]> {
  const pointer = await readPointer(dataDir)
  const db = await openDuckDb()
  const tables = Object.entries(pointer?.tables ?? {}).filter(([name]) => name.startsWith('gold.'))
  const compared: ComparedTable[] = []
  for (const [name, version] of tables.sort()) {
    const state = await openTable(tablePath(dataDir, name)).read(version)
    if (state === undefined) throw new Error(`bench: ${name} is published and cannot be read`)
    const table = name.slice('gold.'.length)
    const ours = scanSql(state)
    const path = join(scriptDir, 'gold', `${table}.parquet`)
    const theirs = existsSync(path) ? `FROM read_parquet(${sqlString(path)})` : ours
    const published = await db.rows<Described>(`DESCRIBE ${ours}`)
    const made = new Set(
      (await db.rows<Described>(`DESCRIBE ${theirs}`)).map(({ column_name }) => column_name),
    )
    const columns = published
      .filter(({ column_name }) => made.has(column_name))
      .map(comparable)
      .join(', ')
    const rows = [`SELECT ${columns} FROM (${ours})`, `SELECT ${columns} FROM (${theirs})`] as const
    const [counts] = await db.rows<{ rows: string; ours: string; theirs: string }>(
      `SELECT (SELECT count(*) FROM (${ours})) AS rows,
         (SELECT count(*) FROM (${rows[0]} EXCEPT ALL ${rows[1]})) AS ours,
         (SELECT count(*) FROM (${rows[1]} EXCEPT ALL ${rows[0]})) AS theirs`,
    )
    compared.push({
      table,
      rows: Number(counts?.rows),
      isMade: existsSync(path),
      missingColumns: published.map(({ column_name }) => column_name).filter((name) => !made.has(name)),
      onlyPublished: Number(counts?.ours),
      onlyScript: Number(counts?.theirs),
    })
  }
  db.close()
  return compared
}

interface Described {
  readonly column_name: string
  readonly column_type: string
}

function comparable({ column_name: name, column_type: type }: Described): string {
  const column = sqlIdentifier(name)
  const value = name === 'person_key' ? `regexp_replace(${column}, '^[0-9a-f]{64}$', 'guest')` : column
  return `CAST(${value} AS ${type}) AS ${column}`
}
