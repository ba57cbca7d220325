import { execFileSync, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/cli/configuration.ts'
import { writeDemo, writeDemoDay } from '../../src/data-generation/write-demo.ts'
import { openDuckDb } from '../../src/database/duckdb.ts'
import { tablePath } from '../../src/lake/layout.ts'
import { readPointer, rollbackPointer } from '../../src/lake/pointer.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { openTable } from '../../src/lake/table.ts'
import { type RunOptions, runPipeline, startRunDbt } from '../../src/orchestration/run-pipeline.ts'
import type { Dbt } from '../../src/warehouse/dbt.ts'
import { differencesOf, runOptions } from './increments.ts'

const demo = { size: 'small', seed: 3, startDate: '2025-12-15', endDate: '2025-12-21' } as const
let folder: string
let dataDir: string
let dbt: Dbt
const run = (rest: Partial<RunOptions> = {}) => runPipeline({ ...runOptions(dataDir), dbt, ...rest })
const nextDay = (date: string) => writeDemoDay({ ...demo, rawDir: join(dataDir, 'raw'), date })
const published = async () => {
  const pointer = await readPointer(dataDir)
  if (pointer === undefined) throw new Error('nothing is published')
  return pointer
}

/** Records of the runs so far, newest first. */
const runRecords = async () => {
  const db = await openDuckDb()
  const runs = await openTable(tablePath(dataDir, 'operations.runs')).readExisting()
  const records = await db.rows(`SELECT * FROM (${scanSql(runs)}) ORDER BY started_at DESC`)
  db.close()
  return records
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sillage-l'atelier-"))
  dataDir = join(folder, 'data')
  await writeDemo({ ...demo, rawDir: join(dataDir, 'raw') })
  dbt = startRunDbt(runOptions(dataDir))
  expect(await run()).toMatchObject({ status: 'published', pointer: 1 })
}, 300_000)
afterAll(async () => {
  await dbt.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a run', () => {
  it('says so when there is nothing to read', async () => {
    const empty = runOptions(join(folder, 'empty'))
    await expect(runPipeline(empty)).rejects.toMatchObject({
      code: 'data.missing',
      message: expect.stringContaining('no file'),
    })
  }, 120_000)

  it('publishes nothing over a broken adapter', async () => {
    const broken = join(folder, 'adapters', 'broken')
    await mkdir(broken, { recursive: true })
    const settings = ['name: broken', 'description: Does not fit its files', 'folder: web']
    const input =
      "{ name: events, files: 'web-*.ndjson', reader: ndjson, columns: [id], tables: [web_events] }"
    await writeFile(
      join(broken, 'adapter.yml'),
      [...settings, 'timeZone: UTC', `inputs: [${input}]`, ''].join('\n'),
    )
    await writeFile(join(broken, 'web_events.sql'), 'SELECT no_such_column AS event_id FROM input')
    await nextDay('2025-12-22')
    await expect(run({ adapterDirs: [join(folder, 'adapters')] })).rejects.toMatchObject({
      code: 'adapter.broken',
      message: expect.stringContaining('no_such_column'),
    })
    expect((await published()).sequence).toBe(1)
  }, 120_000)

  it('keeps the last publication when the audit fails, and shows rows that failed', async () => {
    const projectDir = join(folder, 'transform')
    await cp(join(projectRoot, 'transform'), projectDir, { recursive: true })
    await mkdir(join(projectDir, 'tests'), { recursive: true })
    await writeFile(
      join(projectDir, 'tests', 'no_order_is_kept.sql'),
      "select order_id, is_kept from {{ ref('fct_orders') }} where is_kept",
    )
    const summary = await runPipeline({ ...runOptions(dataDir), projectDir })
    expect(summary).toMatchObject({ status: 'audit_failed', pointer: null, tests: { failed: 1 } })
    expect(summary.failedTests[0]).toMatchObject({
      test: 'no_order_is_kept',
      sampleColumns: ['order_id', 'is_kept'],
    })
    expect(summary.failedTests[0]?.sampleRows.length).toBeGreaterThan(3)
    expect((await published()).sequence).toBe(1)
  }, 120_000)

  it('killed between its commits and the pointer leaves the last publication and is made good by the next', async () => {
    const versionOf = async () =>
      (await openTable(tablePath(dataDir, 'gold.fct_orders')).readExisting()).version
    const [before, committed] = [await published(), await versionOf()]
    const killed = spawnSync(process.execPath, [
      join(import.meta.dirname, 'killed-before-pointer.ts'),
      dataDir,
    ])
    expect(killed.signal).toBe('SIGKILL')
    expect(await versionOf()).toBeGreaterThan(committed)
    expect(await published()).toEqual(before)
    expect(await differencesOf(dataDir, before, before)).toEqual({})
    expect(await run()).toMatchObject({ status: 'published', pointer: 2 })
    const partial = await published()
    expect(await run({ full: true })).toMatchObject({ status: 'published', pointer: 3 })
    expect(await differencesOf(dataDir, partial, await published())).toEqual({})
  }, 300_000)

  it('after a rollback starts from what is published', async () => {
    const newest = await published()
    await rollbackPointer(dataDir, 1)
    expect(await run()).toMatchObject({ status: 'published', pointer: 5 })
    expect(await differencesOf(dataDir, newest, await published())).toEqual({})
    expect(await run()).toMatchObject({ status: 'unchanged', pointer: null })
  }, 120_000)

  it('rebuilds the dates it is asked to, to the same rows', async () => {
    const before = await published()
    const asked = { from: '2025-12-16', to: '2025-12-17' }
    expect(await run(asked)).toMatchObject({ status: 'published', pointer: 6 })
    expect(await differencesOf(dataDir, before, await published())).toEqual({})
    const [record] = await runRecords()
    expect(record).toMatchObject({ is_full: false, dates_rebuilt: '4' })
  }, 120_000)

  it('deletes raw files past their retention and still stands on what they brought', async () => {
    const before = await published()
    const left = async () => (await readdir(join(dataDir, 'raw', 'web'))).length
    expect(await run({ retentionDays: 30 })).toMatchObject({ status: 'unchanged' })
    expect(await left()).toBeGreaterThan(0)
    expect(await run({ retentionDays: 0 })).toMatchObject({ status: 'unchanged' })
    expect(await left()).toBe(0)
    expect(await run({ from: '2025-12-16' })).toMatchObject({ status: 'published', pointer: 7 })
    expect(await differencesOf(dataDir, before, await published())).toEqual({})
  }, 120_000)

  it('names a published table that is gone and builds it again when asked for everything', async () => {
    await rm(tablePath(dataDir, 'silver.int_sessions_built'), { recursive: true })
    await expect(run()).rejects.toMatchObject({
      code: 'data.missing',
      message: expect.stringMatching(/silver\.int_sessions_built is gone .*sillage run --full/),
    })
    expect(await run({ full: true })).toMatchObject({ status: 'published', pointer: 8 })
    await rm(tablePath(dataDir, 'bronze.orders'), { recursive: true })
    await expect(run({ full: true })).rejects.toMatchObject({
      code: 'data.missing',
      message: expect.stringContaining('bronze.orders is gone'),
    })
  }, 120_000)

  it.skipIf(!canMount())(
    'on a full disk says so, keeps the last publication and goes on later',
    async () => {
      const disk = join(folder, 'disk')
      const source = join(folder, 'source')
      await mkdir(disk)
      await writeDemo({ ...demo, rawDir: join(source, 'raw') })
      expect(await runPipeline(runOptions(source))).toMatchObject({ status: 'published' })
      await writeDemoDay({ ...demo, rawDir: join(source, 'raw'), date: '2025-12-22' })
      const script = join(import.meta.dirname, 'full-disk-run.ts')
      const commands = `mount -t tmpfs -o size=200m tmpfs "$0" && cp -r "$1/." "$0" && exec "$2" "$3" "$0"`
      const args = ['-Urm', 'sh', '-c', commands, disk, source, process.execPath, script]
      const result = JSON.parse(execFileSync('unshare', args, { encoding: 'utf8' }))
      expect(result).toEqual({ code: 'disk.full', kept: true, readable: true, later: 'published' })
    },
    300_000,
  )
})

/** Linux lets an ordinary user mount a small disk in a namespace of its own, unless it is locked down. */
function canMount(): boolean {
  return spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0
}
