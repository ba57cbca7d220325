import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Dbt, runFilePath, startDbt } from '../../src/warehouse/dbt.ts'
import { writeRunFile } from '../../src/warehouse/pinned-lake.ts'
import type { Reach } from '../../src/warehouse/touched-dates.ts'

const projectDir = join(import.meta.dirname, '..', '..', 'transform')
let workDir: string
let dbt: Dbt

beforeAll(async () => {
  workDir = mkdtempSync(join(tmpdir(), 'sillage-audit-'))
  dbt = startDbt({
    projectDir,
    python: join(projectDir, '..', '.venv', 'dbt', 'bin', 'python'),
    workDir,
    vars: { shop_time_zone: 'Europe/Paris', shop_currency: 'EUR' },
  })
  await register({ isPartial: true })
}, 300_000)
afterAll(async () => {
  await dbt.close()
  rmSync(workDir, { recursive: true, force: true })
})

async function register({ isPartial }: { isPartial: boolean }): Promise<void> {
  const touched = new Map<Reach, string[]>([['sessions', ['2025-06-10']]])
  const run = { runId: 'test', dataDir: workDir, projectDir, touched, isPartial }
  writeRunFile(runFilePath(workDir), { bronze: new Map(), built: new Map() }, run)
  await dbt.invoke(['run-operation', 'register_lake'])
}

/** Keys found twice when a session of each date is there twice. */
async function foundTwice(dates: readonly string[]): Promise<number | null | undefined> {
  const rows = dates.flatMap((date) => [date, date]).map((date) => `('${date}', date '${date}')`)
  await dbt.query(
    `create or replace table silver.int_sessions_built as
     select key as session_key, cast(date_trunc('month', day) as date) as session_month
     from (values ${rows.join()}) as sessions (key, day)`,
  )
  const { nodes } = await dbt.invoke(['test', '--select', 'unique_int_sessions_built_session_key'])
  return nodes.find((node) => node.resourceType === 'test')?.failures
}

describe('a test of the months a run wrote', () => {
  it('finds what is there twice in all of a month of which one date was touched', async () => {
    expect(await foundTwice(['2025-06-10', '2025-06-01', '2025-06-30'])).toBe(3)
  })

  it('leaves the months to the run that wrote them', async () => {
    expect(await foundTwice(['2025-05-31', '2025-07-01'])).toBe(0)
  })
})

describe('a model computed on demand', () => {
  const isComputed = async (select: string) => {
    const { ok } = await dbt.invoke(['run', '--select', select])
    const { rows } = await dbt.query(
      `select count(*)::int from duckdb_tables() where table_name = 'computed_int_journeys_built'`,
    )
    const tested = await dbt.invoke(['test', '--select', 'not_null_int_journeys_built_journey_key'])
    return [ok, rows[0]?.[0], tested.ok]
  }

  it('is computed by a full run, once for all its tests, and not by a day', async () => {
    await dbt.invoke(['seed'])
    await dbt.query('drop table if exists silver.int_sessions_built')
    await register({ isPartial: false })
    expect(await isComputed('+int_journeys_built')).toEqual([true, 1, true])
    await register({ isPartial: true })
    expect(await isComputed('int_journeys_built')).toEqual([true, 0, true])
  }, 120_000)
})
