import type { DuckDb } from '../../src/database/duckdb.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { openTable } from '../../src/lake/table.ts'
import { spawnLake } from './spawn-lake.ts'

/** Deterministic numbers in [0, 1): mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export interface KilledWriters {
  readonly tablePath: string
  readonly seed: number
  readonly appenders: number
  readonly superseders: number
  /** Steps, or revisions, each of them takes in. */
  readonly steps: number
  /** Kills of each before it is left to finish. */
  readonly kills: number
  /** Longest time between being ready and being killed. */
  readonly longestLifeMs: number
}

export async function runKilledWriters(options: KilledWriters): Promise<void> {
  const { tablePath, seed, appenders, superseders, steps, kills, longestLifeMs } = options
  await openTable(tablePath).create({
    columns: [
      { name: 'source', type: 'string' },
      { name: 'step', type: 'long' },
      { name: 'n', type: 'long' },
      { name: 'day', type: 'date' },
      { name: '_delivery_id', type: 'string' },
    ],
    partitionColumns: ['day'],
  })
  const writer = async (task: string, index: number) => {
    const random = seededRandom(seed * 1000 + index)
    const args = [task, tablePath, `${task}${index}`, String(steps)]
    for (let kill = 0; kill < kills; kill += 1) {
      const child = spawnLake(args)
      await child.line()
      const life = new Promise((resolve) => setTimeout(resolve, random() * longestLifeMs))
      await Promise.race([life, child.ended])
      await child.kill()
    }
    const code = await spawnLake(args).ended
    if (code !== 0) throw new Error(`${task}${index} ended with ${code}`)
  }
  await Promise.all([
    ...Array.from({ length: appenders }, (_, index) => writer('append', index)),
    ...Array.from({ length: superseders }, (_, index) => writer('supersede', appenders + index)),
  ])
}

/** Rows found and rows wanted, by source; equal when nothing was lost or doubled. */
export async function countKilledWriters(db: DuckDb, options: KilledWriters) {
  const { tablePath, appenders, superseders, steps } = options
  const table = scanSql(await openTable(tablePath).readExisting())
  const found = await db.rows(
    `SELECT source, count(*)::INTEGER AS rows, count(DISTINCT (step, n))::INTEGER AS distinct_rows,
       count(DISTINCT step)::INTEGER AS steps FROM (${table}) GROUP BY source ORDER BY source`,
  )
  const rowsOf = (step: number) => (step % 3) + 1
  const all = Array.from({ length: steps }, (_, index) => rowsOf(index + 1)).reduce((sum, rows) => sum + rows)
  const wanted = [
    ...Array.from({ length: appenders }, (_, index) => ({
      source: `append${index}`,
      rows: all,
      distinct_rows: all,
      steps,
    })),
    ...Array.from({ length: superseders }, (_, index) => ({
      source: `supersede${appenders + index}`,
      rows: rowsOf(steps),
      distinct_rows: rowsOf(steps),
      steps: 1,
    })),
  ]
  return { found, wanted }
}
