import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/database/duckdb.ts'
import { type DeliveryRevision, landDeliveries } from '../../src/lake/delivery.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { type LakeTable, openTable } from '../../src/lake/table.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const columns = [
  { name: 'id', type: 'long' },
  { name: 'day', type: 'date' },
  { name: '_delivery_id', type: 'string' },
]
let db: DuckDb
let count = 0

beforeAll(async () => {
  db = await openDuckDb({ threads: 1 })
})

async function newTable(): Promise<LakeTable> {
  count += 1
  const table = openTable(join(folder, `t${count}`))
  await table.create({ columns, partitionColumns: ['day'] })
  return table
}

const rowsSql = (delivery: string, ids: readonly number[]) =>
  `SELECT unnest([${ids}]) AS id, DATE '2025-01-01' + (unnest([${ids}]) % 2)::INT AS day, '${delivery}' AS _delivery_id`

const revisionOf = (name: string, revision: number): DeliveryRevision => ({
  deliveryId: `${name}#${revision}`,
  positionId: `crm/${name}`,
  revision,
  supersedes: Array.from({ length: revision - 1 }, (_, index) => `${name}#${index + 1}`),
})

const land = (table: LakeTable, name: string, revision: number, ids: readonly number[]) =>
  landDeliveries(db, table, {
    deliveries: [revisionOf(name, revision)],
    sql: ids.length === 0 ? `${rowsSql('', [1])} WHERE false` : rowsSql(`${name}#${revision}`, ids),
  })

const idsOf = async (table: LakeTable, version?: number) => {
  const rows = await db.rows(`SELECT id FROM (${scanSql(await table.readExisting(version))}) ORDER BY id`)
  return rows.map((row) => Number(row.id))
}

/** Joins all files of a day into one without tags, as a compaction does. */
async function compact(table: LakeTable): Promise<void> {
  const state = await table.readExisting()
  const files = await table.writeFiles(db, scanSql(state))
  const compacted = files.map(({ tags, ...file }) => ({ ...file, dataChange: false }))
  await table.commit(() => ({ adds: compacted, removes: state.files }))
}

describe('a delivery', () => {
  test('counts once, however often it is landed', async () => {
    const table = await newTable()
    expect(await land(table, 'a', 1, [1, 2, 3])).toEqual({ version: 1, committed: true })
    expect(await land(table, 'a', 1, [1, 2, 3])).toEqual({ version: 1, committed: false })
    expect(await idsOf(table)).toEqual([1, 2, 3])
  })

  test('takes the place of its earlier revision in one commit', async () => {
    const table = await newTable()
    await land(table, 'a', 1, [1, 2, 3])
    await land(table, 'b', 1, [4, 5])
    expect(await land(table, 'a', 2, [2, 9])).toEqual({ version: 3, committed: true })
    expect(await idsOf(table)).toEqual([2, 4, 5, 9])
    expect(await idsOf(table, 2)).toEqual([1, 2, 3, 4, 5])
    await land(table, 'a', 1, [1, 2, 3])
    expect(await idsOf(table)).toEqual([2, 4, 5, 9])
    await land(table, 'a', 3, [])
    expect(await idsOf(table)).toEqual([4, 5])
  })

  test('of a batch is left out when the table has it from an earlier, broken-off batch', async () => {
    const table = await newTable()
    const both = (names: readonly [string, number, number[]][]) =>
      landDeliveries(db, table, {
        deliveries: names.map(([name, revision]) => revisionOf(name, revision)),
        sql: names.map(([name, revision, ids]) => rowsSql(`${name}#${revision}`, ids)).join(' UNION ALL '),
      })
    await both([
      ['a', 1, [1, 2]],
      ['b', 1, [3]],
    ])
    const again = await both([
      ['a', 1, [1, 2]],
      ['b', 2, [4]],
      ['c', 1, [5]],
    ])
    expect(again).toEqual({ version: 2, committed: true })
    expect(await idsOf(table)).toEqual([1, 2, 4, 5])
    await land(table, 'c', 2, [6])
    expect(await idsOf(table)).toEqual([1, 2, 4, 6])
  })

  test('leaves compacted files without its rows and those of others untouched', async () => {
    const table = await newTable()
    await land(table, 'a', 1, [1, 2, 3])
    await land(table, 'b', 1, [4, 6])
    await compact(table)
    const [odd] = (await table.readExisting()).files.filter((file) => file.path.includes('2025-01-02'))
    await land(table, 'b', 2, [8])
    expect(await idsOf(table)).toEqual([1, 2, 3, 8])
    expect((await table.readExisting()).files).toContainEqual(odd)
    await land(table, 'a', 2, [])
    expect(await idsOf(table)).toEqual([8])
  })

  test('is found in compacted files whose statistics were cut short or left out', async () => {
    for (const stats of ['{"minValues":{"_delivery_id":"a"},"maxValues":{"_delivery_id":"b"}}', undefined]) {
      const table = await newTable()
      await land(table, 'a', 1, [2])
      await land(table, 'b', 1, [4])
      await compact(table)
      const { files } = await table.readExisting()
      await table.commit(() => ({ removes: files, adds: files.map((file) => ({ ...file, stats })) }))
      await land(table, 'b', 2, [6])
      expect(await idsOf(table)).toEqual([2, 6])
    }
  })

  test('survives a compaction that comes in between', async () => {
    const table = await newTable()
    await land(table, 'a', 1, [1, 2])
    await land(table, 'b', 1, [3, 4])
    let isRaced = false
    const racing: LakeTable = {
      ...table,
      commit: (build) =>
        table.commit(async (state) => {
          const change = await build(state)
          if (!isRaced) {
            isRaced = true
            await compact(table)
          }
          return change
        }),
    }
    await land(racing, 'a', 2, [9])
    expect(await idsOf(table)).toEqual([3, 4, 9])
  })
})
