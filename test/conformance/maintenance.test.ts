import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/database/duckdb.ts'
import { diskCommitStore } from '../../src/lake/commit-store.ts'
import { maintainLake, maintainTable } from '../../src/lake/maintenance.ts'
import type { Pointer } from '../../src/lake/pointer.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { type LakeTable, openTable } from '../../src/lake/table.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { type OtherReaders, startOtherReaders } from './other-readers.ts'

const folder = temporaryFolder()
let db: DuckDb
let python: OtherReaders

beforeAll(async () => {
  python = startOtherReaders()
  db = await openDuckDb({ threads: 1 })
})
afterAll(() => python?.stop())

const columns = [
  { name: 'id', type: 'long' },
  { name: 'label', type: 'string' },
]

async function tableOf(path: string, commits: number): Promise<LakeTable> {
  const table = openTable(path)
  await table.create({ columns })
  for (let id = 1; id <= commits; id += 1) {
    await table.append(await table.writeFiles(db, `SELECT ${id} AS id, 'l${id}' AS label`), {
      positions: { 'web/0': id },
    })
  }
  return table
}

const idsOf = async (path: string, version?: number) => {
  const cold = openTable(path, { ...diskCommitStore })
  const rows = await db.rows(`SELECT id FROM (${scanSql(await cold.readExisting(version))}) ORDER BY id`)
  return rows.map((row) => Number(row.id))
}
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
const logOf = (path: string) => readdirSync(join(path, '_delta_log')).sort()
const parquetOf = (path: string) => readdirSync(path).filter((name) => name.endsWith('.parquet'))

describe('maintenance', () => {
  test('does nothing to a small young table', async () => {
    const table = await tableOf(join(folder, 'young'), 3)
    const done = await maintainTable(python, table.path, { keepVersions: [] })
    expect(done).toEqual({ isCheckpointed: false, filesCompacted: 0, filesDeleted: 0, logFilesDeleted: 0 })
    expect(await idsOf(table.path)).toEqual([1, 2, 3])
  })

  test('checkpoints, compacts and cleans up without a reader of a kept version noticing', async () => {
    const table = await tableOf(join(folder, 'old'), 25)
    writeFileSync(join(table.path, '_delta_log', '.tmp-left-by-a-killed-writer'), '')
    const spent = { retentionHours: 0, logRetentionDays: 0, checkpointEvery: 10 }
    const first = await maintainTable(python, table.path, { keepVersions: [5, 9], ...spent })
    expect(first).toMatchObject({ isCheckpointed: true, filesCompacted: 25 })
    expect(first.filesDeleted).toBe(16)
    expect(await idsOf(table.path)).toEqual(upTo(25))
    expect(await idsOf(table.path, 5)).toEqual(upTo(5))
    expect(await idsOf(table.path, 9)).toEqual(upTo(9))
    expect((await table.changesSince(9)).added).toHaveLength(16)
    expect(logOf(table.path)).not.toContain('.tmp-left-by-a-killed-writer')

    const { version } = await table.readExisting()
    await table.append(await table.writeFiles(db, 'SELECT 26 AS id'), { positions: { 'web/0': 26 } })
    const second = await maintainTable(python, table.path, { keepVersions: [version], ...spent })
    expect(second.logFilesDeleted).toBeGreaterThan(25)
    expect(await idsOf(table.path)).toEqual(upTo(26))
    expect(await idsOf(table.path, version)).toEqual(upTo(25))
    await expect(idsOf(table.path, 5)).rejects.toMatchObject({ code: 'lake.version_missing' })
    expect((await openTable(table.path, { ...diskCommitStore }).readExisting()).positions.get('web/0')).toBe(
      26,
    )
  })

  test('spares files of a writer that has not committed', async () => {
    const table = await tableOf(join(folder, 'in-flight'), 1)
    const files = await table.writeFiles(db, 'SELECT 2 AS id')
    await maintainTable(python, table.path, { keepVersions: [], retentionHours: 1 })
    await table.append(files)
    expect(await idsOf(table.path)).toEqual([1, 2])
  })

  test('of a data folder keeps what the publications name', async () => {
    const data = join(folder, 'data')
    const orders = await tableOf(join(data, 'processed', 'bronze', 'orders'), 2)
    const mart = await tableOf(join(data, 'warehouse', 'gold', 'mart_shop_daily'), 1)
    for (const id of [7, 8]) await mart.replaceAll(await mart.writeFiles(db, `SELECT ${id} AS id`))
    const pointer = {
      tables: { 'gold.mart_shop_daily': 1 },
      bronze: { orders: 1 },
    } as unknown as Pointer
    const done = await maintainLake(python, data, [pointer], { retentionHours: 0 })
    expect(Object.keys(done)).toEqual(['bronze.orders', 'gold.mart_shop_daily'])
    expect(done['gold.mart_shop_daily']).toMatchObject({ filesDeleted: 1 })
    expect(parquetOf(mart.path)).toHaveLength(2)
    expect(await idsOf(mart.path, 1)).toEqual([1])
    expect(await idsOf(orders.path, 1)).toEqual([1])
  })

  test('compacts what is appended to, not what runs bring back to the publication', async () => {
    const data = join(folder, 'layers')
    await tableOf(join(data, 'processed', 'bronze', 'orders'), 9)
    await tableOf(join(data, 'processed', 'silver', 'int_orders_ledgered'), 9)
    const done = await maintainLake(python, data, [])
    expect(done['bronze.orders']?.filesCompacted).toBe(9)
    expect(done['silver.int_orders_ledgered']?.filesCompacted).toBe(0)
  })
})

test('a checkpoint in several parts counts when all of them are there', async () => {
  const table = await tableOf(join(folder, 'parts'), 6)
  await python.request({ command: 'maintenance', operation: 'checkpoint', table: table.path })
  const log = join(table.path, '_delta_log')
  const version = '0'.repeat(19) + 6
  const single = join(log, `${version}.checkpoint.parquet`)
  const parts = [1, 2].map((part) => join(log, `${version}.checkpoint.000000000${part}.0000000002.parquet`))
  for (const [index, part] of parts.entries()) {
    await db.run(
      `COPY (SELECT * EXCLUDE row FROM (SELECT *, row_number() OVER () AS row FROM '${single}') WHERE row % 2 = ${index}) TO '${part}'`,
    )
  }
  rmSync(single)
  for (let commit = 0; commit < 6; commit += 1) rmSync(join(log, `${'0'.repeat(19)}${commit}.json`))
  expect(await idsOf(table.path)).toEqual(upTo(6))
  renameSync(parts[1]!, join(log, 'lost'))
  await expect(idsOf(table.path)).rejects.toMatchObject({ code: 'lake.corrupt' })
})
