import { join } from 'node:path'
import { type DuckDb, openDuckDb, sqlIdentifier, sqlList } from '../database/duckdb.ts'
import type { Action } from './snapshot.ts'

export interface Checkpoint {
  readonly version: number
  /** Names of its parts in the log folder. */
  readonly parts: readonly string[]
}

const checkpointPattern = /^(\d{20})\.checkpoint(?:\.(\d{10})\.(\d{10}))?\.parquet$/

/** The newest complete checkpoint at or before `version`; an unfinished multi-part one does not count. */
export function newestCheckpoint(names: readonly string[], version = Number.POSITIVE_INFINITY) {
  const sets = new Map<string, { version: number; wanted: number; parts: string[] }>()
  for (const name of names) {
    const match = checkpointPattern.exec(name)
    if (match === null) continue
    const wanted = Number(match[3] ?? 1)
    const key = `${match[1]}/${match[3] ?? ''}`
    const set = sets.get(key) ?? { version: Number(match[1]), wanted, parts: [] }
    set.parts.push(name)
    sets.set(key, set)
  }
  let newest: Checkpoint | undefined
  for (const set of sets.values()) {
    const isUsable = set.parts.length === set.wanted && set.version <= version
    if (isUsable && set.version > (newest?.version ?? -1)) newest = set
  }
  return newest
}

let reader: Promise<DuckDb> | undefined

/** Actions of a checkpoint in the classic (V1) layout, one part or several. */
export async function readCheckpoint(logFolder: string, checkpoint: Checkpoint): Promise<Action[]> {
  reader ??= openDuckDb({ threads: 1, memoryLimit: '1GiB' })
  const db = await reader
  const source = `read_parquet(${sqlList(checkpoint.parts.map((part) => join(logFolder, part)))}, union_by_name = true)`
  const present = new Set(
    (await db.rows<{ column_name: string }>(`DESCRIBE FROM ${source}`)).map((row) => row.column_name),
  )
  const kinds = ['protocol', 'metaData', 'txn', 'add'].filter((kind) => present.has(kind))
  const selects = kinds.map(
    (kind) =>
      `SELECT '{"${kind}":' || to_json(${sqlIdentifier(kind)})::VARCHAR || '}' AS action
       FROM ${source} WHERE ${sqlIdentifier(kind)} IS NOT NULL`,
  )
  const rows = await db.rows<{ action: string }>(selects.join('\nUNION ALL\n'))
  return rows.map(({ action }) => JSON.parse(action) as Action)
}
