import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/database/duckdb.ts'
import { numRecordsOf } from '../../src/lake/actions.ts'
import { scanSql } from '../../src/lake/scan.ts'
import type { LakeColumn } from '../../src/lake/schema.ts'
import { type LakeTable, openTable } from '../../src/lake/table.ts'
import { findDataFiles } from '../../src/lake/write-files.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
let db: DuckDb
let count = 0

beforeAll(async () => {
  db = await openDuckDb({ threads: 1 })
})

const columns: LakeColumn[] = [
  { name: 'id', type: 'long' },
  { name: 'label', type: 'string' },
  { name: 'amount', type: 'decimal(18,2)' },
  { name: 'at', type: 'timestamp_ntz' },
  { name: 'day', type: 'date' },
]

async function newTable(partitionColumns: string[] = []): Promise<LakeTable> {
  count += 1
  const table = openTable(join(folder, `table${count}`))
  await table.create({ columns, partitionColumns })
  return table
}

const rowsOf = async (table: LakeTable, version?: number) =>
  db.rows(`FROM (${scanSql(await table.readExisting(version))}) ORDER BY ALL`)
const idsOf = async (table: LakeTable, version?: number) =>
  (await rowsOf(table, version)).map((row) => Number(row.id))
const days = (values: string) =>
  `SELECT id, 'l' || id AS label, DATE '2025-01-01' + d AS day FROM (VALUES ${values}) AS t(id, d)`

describe('a table', () => {
  test('does not exist before it is made', async () => {
    const table = openTable(join(folder, 'nowhere'))
    expect(await table.read()).toBeUndefined()
    await expect(table.readExisting()).rejects.toMatchObject({ code: 'data.missing' })
    await expect(table.append([])).rejects.toMatchObject({ code: 'data.missing' })
  })

  test('is empty and typed once made, and making it again does nothing', async () => {
    const table = await newTable()
    const again = await table.create({ columns })
    expect(again).toMatchObject({ version: 0, columns, files: [], numRecords: 0 })
    const types = await db.rows(`DESCRIBE ${scanSql(again)}`)
    expect(types.map((row) => row.column_type)).toEqual([
      'BIGINT',
      'VARCHAR',
      'DECIMAL(18,2)',
      'TIMESTAMP',
      'DATE',
    ])
    expect(await rowsOf(table)).toEqual([])
  })

  test('gives back the rows written, at every version', async () => {
    const table = await newTable()
    const written = await table.writeFiles(
      db,
      "SELECT DATE '2025-02-03' AS day, 7 AS id, TIMESTAMP '2025-02-03 04:05:06.123456' AS at, 1.5 AS amount",
    )
    expect(await idsOf(table)).toEqual([])
    expect(await table.append(written)).toEqual({ version: 1, committed: true })
    await table.append(await table.writeFiles(db, days('(8, 0)')))
    expect((await rowsOf(table))[0]).toEqual({
      id: '7',
      label: null,
      amount: '1.50',
      at: '2025-02-03 04:05:06.123456',
      day: '2025-02-03',
    })
    expect(await idsOf(table)).toEqual([7, 8])
    expect(await idsOf(table, 1)).toEqual([7])
    expect(await idsOf(table, 0)).toEqual([])
    expect((await table.readExisting()).numRecords).toBe(2)
    await expect(table.read(3)).rejects.toMatchObject({ code: 'lake.version_missing' })
  })

  test('writes rows of one known date as those of any date', async () => {
    const table = await newTable(['day'])
    const [byDate] = await table.writeFiles(db, days('(8, 3)'))
    const { day } = byDate!.partitionValues
    const [atOnce] = await table.writeFiles(db, days('(9, 3)'), { onlyDate: day! })
    expect(atOnce!.partitionValues).toEqual(byDate!.partitionValues)
    expect(Object.keys(JSON.parse(atOnce!.stats!).minValues)).toEqual(
      Object.keys(JSON.parse(byDate!.stats!).minValues),
    )
    await table.append([byDate!, atOnce!])
    expect(await idsOf(table)).toEqual([8, 9])
    expect(new Set((await rowsOf(table)).map((row) => row.day))).toEqual(new Set([day]))
  })

  test('keeps no file of a query without rows and refuses unknown columns', async () => {
    const table = await newTable()
    expect(await table.writeFiles(db, 'SELECT 1 AS id WHERE false')).toEqual([])
    expect(readdirSync(table.path)).toEqual(['_delta_log'])
    await expect(table.writeFiles(db, 'SELECT 1 AS other')).rejects.toMatchObject({
      code: 'lake.schema_conflict',
    })
  })

  test('keeps nothing of a query that fails half-way', async () => {
    const table = await newTable(['day'])
    const sql = `SELECT i AS id, DATE '2025-01-01' + (i // 1000)::INT AS day,
      CASE WHEN i = 299999 THEN error('broken') END AS label FROM range(300000) AS t(i)`
    await expect(table.writeFiles(db, sql)).rejects.toMatchObject({ code: 'database.failed' })
    const left = readdirSync(table.path, { recursive: true }).filter((name) =>
      String(name).endsWith('.parquet'),
    )
    expect(left).toEqual([])
  })

  test('takes a query with common table expressions', async () => {
    const table = await newTable()
    await table.append(await table.writeFiles(db, 'WITH one AS (SELECT 1 AS id) FROM one -- the one'))
    expect(await idsOf(table)).toEqual([1])
  })

  test('states the bounds of its files', async () => {
    const table = await newTable()
    const [file] = await table.writeFiles(
      db,
      "SELECT id, TIMESTAMP '2025-01-01 00:00:00' + to_hours(id::INT) AS at FROM range(3) AS t(id)",
    )
    expect(JSON.parse(file?.stats ?? '')).toEqual({
      numRecords: 3,
      minValues: { id: 0, at: '2025-01-01T00:00:00' },
      maxValues: { id: 2, at: '2025-01-01T02:00:00' },
      nullCount: { id: 0, at: 0, day: 3 },
    })
    expect(file && numRecordsOf(file)).toBe(3)
  })

  test('is read anew when its folder was replaced by another', async () => {
    const table = await newTable()
    await table.append(await table.writeFiles(db, days('(1, 0)')))
    const other = await newTable()
    await other.append(await other.writeFiles(db, days('(2, 0)')))
    expect(await idsOf(table)).toEqual([1])
    rmSync(table.path, { recursive: true })
    cpSync(other.path, table.path, { recursive: true })
    expect(await idsOf(table)).toEqual([2])
  })
})

describe('partitions', () => {
  test('survive nulls, empty texts and every awkward character', async () => {
    count += 1
    const table = openTable(join(folder, `t=${count} [x]*`))
    await table.create({ columns, partitionColumns: ['day', 'label'] })
    const labels = ['a=b/c', '100 %25', "l'été 🌿", 'x?y&z', '[ab]*', '..', '__HIVE', 'tab\there', '+', '\\']
    for (const [index, label] of labels.entries()) {
      const sql = `SELECT ${index} AS id, '${label.replaceAll("'", "''")}' AS label, DATE '2025-01-01' AS day`
      await table.append(await table.writeFiles(db, sql))
    }
    await table.append(await table.writeFiles(db, "SELECT 98 AS id, '' AS label"))
    await table.append(await table.writeFiles(db, 'SELECT 99 AS id'))
    const rows = await rowsOf(table)
    expect(rows.map((row) => [Number(row.id), row.label, row.day])).toEqual([
      ...labels.map((label, index) => [index, label, '2025-01-01']),
      [98, null, null],
      [99, null, null],
    ])
  })

  test('are told from the folders of files another program copied', async () => {
    const table = await newTable(['day'])
    const sql = `SELECT * REPLACE (id::BIGINT AS id), 1::DECIMAL(18,2) AS amount, NULL::TIMESTAMP AS at FROM (${days('(1, 0), (2, 1)')})`
    await db.run(
      `COPY (${sql} UNION ALL BY NAME SELECT 3 AS id) TO '${table.path}' (FORMAT parquet, PARTITION_BY (day), FILENAME_PATTERN 'run-{uuid}', OVERWRITE_OR_IGNORE)`,
    )
    const layout = { columns, partitionColumns: ['day'] }
    expect(await findDataFiles(db, table.path, '*/other-*.parquet', layout)).toEqual([])
    const files = await findDataFiles(db, table.path, '*/run-*.parquet', layout)
    expect(files.map(({ partitionValues }) => partitionValues.day).sort()).toEqual([
      '2025-01-01',
      '2025-01-02',
      null,
    ])
    await table.append(files)
    const wanted = [
      ['1', '2025-01-01'],
      ['2', '2025-01-02'],
      ['3', null],
    ]
    expect((await rowsOf(table)).map((row) => [row.id, row.day])).toEqual(wanted)
    const unsigned = [...columns.slice(0, -1), { name: 'n', type: 'long' }, { name: 'day', type: 'date' }]
    await db.run(`COPY (SELECT *, 1::UBIGINT AS n FROM (${sql})) TO '${table.path}/foreign.parquet'`)
    await expect(
      findDataFiles(db, table.path, 'foreign.parquet', { columns: unsigned, partitionColumns: [] }),
    ).rejects.toMatchObject({
      code: 'lake.schema_conflict',
      message: expect.stringContaining('n of the files'),
    })
    await table.replaceAll(files.map(({ tags, ...file }) => file))
    expect((await rowsOf(table)).map((row) => [row.id, row.day])).toEqual(wanted)
  })

  test('are replaced in one commit, the named ones too when nothing is left for them', async () => {
    const table = await newTable(['day'])
    await table.append(await table.writeFiles(db, days('(1, 0), (2, 1), (3, 2)')))
    await table.append(await table.writeFiles(db, days('(4, 1), (5, 3)')))
    const replacement = await table.writeFiles(db, days('(6, 1), (7, 9)'))
    const { version } = await table.replacePartitions(replacement, { partitions: [{ day: '2025-01-03' }] })
    expect(version).toBe(3)
    expect(await idsOf(table)).toEqual([1, 5, 6, 7])
    expect(await idsOf(table, 2)).toEqual([1, 2, 3, 4, 5])
    const changes = await table.changesSince(2)
    const dates = [...changes.added, ...changes.removed].map(({ partitionValues }) => partitionValues.day)
    expect([...new Set(dates)].sort()).toEqual(['2025-01-02', '2025-01-03', '2025-01-10'])
  })

  test('are not replaced when another writer changed them since', async () => {
    const table = await newTable(['day'])
    await table.append(await table.writeFiles(db, days('(1, 0)')))
    await table.append(await table.writeFiles(db, days('(2, 5)')))
    const files = await table.writeFiles(db, days('(3, 0)'))
    await table.replacePartitions(files, { sinceVersion: 1 })
    expect(await idsOf(table)).toEqual([2, 3])
    const late = await table.writeFiles(db, days('(4, 0)'))
    await expect(table.replacePartitions(late, { sinceVersion: 2 })).rejects.toMatchObject({
      code: 'lake.version_conflict',
    })
    expect(await idsOf(table)).toEqual([2, 3])
  })

  test('700 of them fit in one commit', async () => {
    const table = await newTable(['day'])
    const sql = "SELECT i AS id, DATE '2024-01-01' + (i % 700)::INT AS day FROM range(7000) AS t(i)"
    const files = await table.writeFiles(db, sql)
    expect(files).toHaveLength(700)
    await table.append(files)
    expect(
      await db.rows(
        `SELECT count(*) AS n, count(DISTINCT day) AS days FROM (${scanSql(await table.readExisting())})`,
      ),
    ).toEqual([{ n: '7000', days: '700' }])
  })
})

describe('positions', () => {
  test('make a commit happen once', async () => {
    const table = await newTable()
    const land = async (revision: number) =>
      table.append(await table.writeFiles(db, days(`(${revision}, 0)`)), { positions: { 'crm/a': revision } })
    expect((await land(1)).committed).toBe(true)
    expect((await land(1)).committed).toBe(false)
    expect((await land(2)).committed).toBe(true)
    expect((await land(1)).committed).toBe(false)
    expect(await idsOf(table)).toEqual([1, 2])
    expect((await table.readExisting()).positions).toEqual(new Map([['crm/a', 2]]))
  })

  test('of a batch are refused when the table has reached some of them', async () => {
    const table = await newTable()
    await table.append([], { positions: { a: 1 } })
    await expect(table.append([], { positions: { a: 1, b: 1 } })).rejects.toMatchObject({
      code: 'lake.version_conflict',
    })
  })

  test('fence a writer that starts from an old one', async () => {
    const table = await newTable()
    const from = { 'web/0': undefined }
    await table.append([], { positions: { 'web/0': 10 }, expectedPositions: from })
    const zombie = table.append([], { positions: { 'web/0': 15 }, expectedPositions: from })
    await expect(zombie).rejects.toMatchObject({ code: 'lake.version_conflict' })
    await table.append([], { positions: { 'web/0': 15 }, expectedPositions: { 'web/0': 10 } })
    expect((await table.readExisting()).positions.get('web/0')).toBe(15)
  })
})

describe('columns', () => {
  test('are added at the end; older rows have none', async () => {
    const table = await newTable(['day'])
    await table.append(await table.writeFiles(db, days('(1, 0)')))
    const added = { name: 'country', type: 'string' }
    const { version } = await table.create({ columns: [columns[0]!, added], partitionColumns: ['day'] })
    expect(version).toBe(2)
    expect((await rowsOf(table))[0]).toMatchObject({ id: '1', country: null })
    await table.append(await table.writeFiles(db, `SELECT *, 'FR' AS country FROM (${days('(2, 0)')})`))
    expect((await rowsOf(table)).map((row) => row.country)).toEqual([null, 'FR'])
    expect((await rowsOf(table, 1))[0]).not.toHaveProperty('country')
  })

  test('keep their types while there are rows', async () => {
    const table = await newTable()
    await expect(table.create({ columns: [{ name: 'id', type: 'string' }] })).rejects.toMatchObject({
      code: 'lake.schema_conflict',
    })
    await table.append(await table.writeFiles(db, days('(1, 0)')))
    await expect(table.commit(() => ({ columns: columns.slice(1) }))).rejects.toMatchObject({
      code: 'lake.schema_conflict',
    })
    const changed = [{ name: 'id', type: 'string' }]
    const files = await table.writeFiles(db, "SELECT 'a' AS id", { columns: changed, partitionColumns: [] })
    await table.replaceAll(files, { columns: changed })
    expect(await rowsOf(table)).toEqual([{ id: 'a' }])
    expect(await idsOf(table, 1)).toEqual([1])
  })
})

describe('restoring', () => {
  test('brings back rows and columns of a version without losing later ones', async () => {
    const table = await newTable(['day'])
    await table.append(await table.writeFiles(db, days('(1, 0), (2, 1)')))
    await table.replacePartitions(await table.writeFiles(db, days('(3, 1)')))
    const changed = [{ name: 'id', type: 'long' }]
    const files = await table.writeFiles(db, 'SELECT 9 AS id', { columns: changed, partitionColumns: [] })
    await table.replaceAll(files, { columns: changed, partitionColumns: [] })
    expect(await table.restoreTo(1)).toEqual({ version: 4, committed: true })
    expect(await rowsOf(table)).toEqual(await rowsOf(table, 1))
    expect(await idsOf(table)).toEqual([1, 2])
    expect(await table.restoreTo(1)).toEqual({ version: 4, committed: false })
    expect(await idsOf(table, 3)).toEqual([9])
    await table.restoreTo(undefined)
    expect(await idsOf(table)).toEqual([])
  })
})

describe('a change that no longer fits', () => {
  test('is built again from the newest state after a lost race', async () => {
    const table = await newTable()
    const files = await table.writeFiles(db, days('(1, 0)'))
    const rival = await table.writeFiles(db, days('(2, 0)'))
    const seen: number[] = []
    await table.commit(async (state) => {
      seen.push(state.version)
      if (seen.length === 1) await table.append(rival)
      return { adds: files }
    })
    expect(seen).toEqual([0, 1])
    expect(await idsOf(table)).toEqual([1, 2])
  })

  test('is refused when the files it removes are gone', async () => {
    const table = await newTable()
    await table.append(await table.writeFiles(db, days('(1, 0)')))
    const stale = await table.readExisting()
    await table.replaceAll([])
    await expect(table.commit(() => ({ removes: stale.files }))).rejects.toMatchObject({
      code: 'lake.version_conflict',
    })
  })
})
