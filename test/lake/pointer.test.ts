import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDuckDb } from '../../src/database/duckdb.ts'
import { tablePath } from '../../src/lake/layout.ts'
import { listPointers, publishPointer, readPointer, rollbackPointer } from '../../src/lake/pointer.ts'
import { openTable } from '../../src/lake/table.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const pointer = (runId: string, version: number) => ({
  runId,
  dataThrough: '2025-01-31T22:00:00Z',
  transform: 'f00d',
  tables: { 'gold.mart_shop_daily': version },
  bronze: { orders: version * 2 },
  logOffsets: {},
})

async function martWithTwoVersions(data: string): Promise<string> {
  const db = await openDuckDb({ threads: 1 })
  const table = openTable(tablePath(data, 'gold.mart_shop_daily'))
  await table.create({ columns: [{ name: 'id', type: 'long' }] })
  for (const id of [1, 2]) await table.append(await table.writeFiles(db, `SELECT ${id} AS id`))
  return table.path
}

describe('the pointer', () => {
  test('is absent before the first publication', async () => {
    expect(await readPointer(join(folder, 'none'))).toBeUndefined()
    await expect(rollbackPointer(join(folder, 'none'))).rejects.toMatchObject({ code: 'pointer.missing' })
  })

  test('names the newest publication and keeps the older ones', async () => {
    const data = join(folder, 'a')
    expect(await publishPointer(data, pointer('r1', 1), { after: 0 })).toMatchObject({ sequence: 1 })
    await publishPointer(data, pointer('r2', 2))
    expect(await readPointer(data)).toMatchObject({ sequence: 2, runId: 'r2', bronze: { orders: 4 } })
    expect((await listPointers(data)).map(({ runId }) => runId)).toEqual(['r2', 'r1'])
  })

  test('is published by one of two runs that started from the same', async () => {
    const data = join(folder, 'b')
    await publishPointer(data, pointer('r1', 1))
    const both = await Promise.allSettled([
      publishPointer(data, pointer('r2', 2), { after: 1 }),
      publishPointer(data, pointer('r3', 3), { after: 1 }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(publishPointer(data, pointer('r4', 4), { after: 1 })).rejects.toMatchObject({
      code: 'lake.version_conflict',
    })
    await expect(publishPointer(data, pointer('r4', 4), { after: 7 })).rejects.toMatchObject({
      code: 'lake.version_conflict',
    })
    expect(await listPointers(data)).toHaveLength(2)
  })

  test('goes back to the newest other tables, or to a named publication', async () => {
    const data = join(folder, 'c')
    const mart = await martWithTwoVersions(data)
    for (const version of [1, 2, 2]) await publishPointer(data, pointer(`r${version}`, version))
    const back = await rollbackPointer(data)
    expect(back).toMatchObject({ sequence: 4, runId: 'r1', tables: { 'gold.mart_shop_daily': 1 } })
    expect(back.note).toMatch(/^rollback from 3 to 1 of 20/)
    expect(await rollbackPointer(data, 2)).toMatchObject({ sequence: 5, runId: 'r2' })
    await expect(rollbackPointer(data, 17)).rejects.toMatchObject({ code: 'pointer.missing' })
    expect(await readPointer(data)).toMatchObject({ sequence: 5 })
    for (const name of readdirSync(mart)) if (name.endsWith('.parquet')) rmSync(join(mart, name))
    await expect(rollbackPointer(data)).rejects.toMatchObject({ code: 'lake.version_missing' })
    expect(await readPointer(data)).toMatchObject({ sequence: 5 })
  })
})
