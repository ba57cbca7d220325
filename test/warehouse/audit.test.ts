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
  const touched = new Map<Reach, string[]>([['sessions', ['2025-06-10']]])
  const run = { runId: 'test', dataDir: workDir, projectDir, touched, isPartial: true }
  writeRunFile(runFilePath(workDir), { bronze: new Map(), built: new Map() }, run)
  dbt = startDbt({
    projectDir,
    python: join(projectDir, '..', '.venv', 'dbt', 'bin', 'python'),
    workDir,
    vars: { shop_time_zone: 'Europe/Paris', shop_currency: 'EUR' },
  })
  await dbt.invoke(['run-operation', 'register_lake'])
}, 300_000)
afterAll(async () => {
  await dbt.close()
  rmSync(workDir, { recursive: true, force: true })
})

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
