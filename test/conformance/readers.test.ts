import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/database/duckdb.ts'
import { diskCommitStore } from '../../src/lake/commit-store.ts'
import { scanSql } from '../../src/lake/scan.ts'
import type { LakeColumn } from '../../src/lake/schema.ts'
import { type LakeTable, openTable } from '../../src/lake/table.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { type OtherReaders, type PlainRow, startOtherReaders } from './other-readers.ts'

const folder = temporaryFolder()
const engines = ['delta-rs', 'polars', 'duckdb']
let db: DuckDb
let others: OtherReaders

beforeAll(async () => {
  others = startOtherReaders()
  db = await openDuckDb({ threads: 1 })
})
afterAll(() => others?.stop())

const columns: LakeColumn[] = [
  { name: 'id', type: 'long' },
  { name: 'small', type: 'integer' },
  { name: 'label', type: 'string' },
  { name: 'amount', type: 'decimal(18,2)' },
  { name: 'rate', type: 'double' },
  { name: 'is_kept', type: 'boolean' },
  { name: 'at', type: 'timestamp_ntz' },
  { name: 'day', type: 'date' },
]

const sample = (from: number, to: number) => `
  SELECT id, (id % 7)::INTEGER AS small, CASE WHEN id % 5 > 0 THEN 'l''été ' || id || ' 🌿' END AS label,
    (id / 3)::DECIMAL(18,2) AS amount, id / 4.0 AS rate, id % 2 = 0 AS is_kept,
    CASE WHEN id % 6 > 0 THEN TIMESTAMP '2025-01-01' + to_microseconds(id * 86400123457) END AS at,
    CASE WHEN id % 11 > 0 THEN DATE '2025-01-01' + (id % 10)::INTEGER END AS day
  FROM range(${from}, ${to}) AS t(id)`

async function ours(table: LakeTable, version?: number, where = 'true'): Promise<PlainRow[]> {
  const state = await table.readExisting(version)
  const texts = state.columns.map(({ name, type }) =>
    type.startsWith('timestamp')
      ? `epoch_us("${name}")::VARCHAR AS "${name}"`
      : `"${name}"::VARCHAR AS "${name}"`,
  )
  return sorted(await db.rows<PlainRow>(`SELECT ${texts.join(', ')} FROM (${scanSql(state)}) WHERE ${where}`))
}

const theirs = async (engine: string, table: LakeTable, version?: number, where?: string) =>
  sorted(await others.request<PlainRow[]>({ command: 'read', engine, table: table.path, version, where }))

function sorted(rows: PlainRow[]): PlainRow[] {
  const inOrder = rows.map((row) => Object.fromEntries(Object.entries(row).sort()) as PlainRow)
  return inOrder.sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
}

async function expectSameRows(table: LakeTable, count: number): Promise<void> {
  const rows = await ours(table)
  expect(rows).toHaveLength(count)
  for (const engine of engines) expect(await theirs(engine, table), engine).toEqual(rows)
}

describe('a table we wrote', () => {
  for (const partitionColumns of [[], ['day'], ['day', 'label']]) {
    test(`partitioned by (${partitionColumns}) is read alike by everyone, at every version`, async () => {
      const table = openTable(join(folder, `ours-${partitionColumns.length}`))
      await table.create({ columns, partitionColumns })
      await expectSameRows(table, 0)
      await table.append(await table.writeFiles(db, sample(0, 40)), { positions: { 'crm/orders': 1 } })
      await table.append(await table.writeFiles(db, sample(40, 60)))
      await expectSameRows(table, 60)
      await table.create({ columns: [{ name: 'added', type: 'string' }], partitionColumns })
      await expectSameRows(table, 60)
      const replacement = `SELECT *, 'new' AS added FROM (${sample(100, 105)}) WHERE day IS NOT NULL`
      await table.replacePartitions(await table.writeFiles(db, replacement))
      await expectSameRows(table, (await ours(table)).length)
      await table.restoreTo(2)
      await expectSameRows(table, 60)
      for (const version of [1, 2, 4]) {
        for (const engine of ['delta-rs', 'polars']) {
          expect(await theirs(engine, table, version), engine).toEqual(await ours(table, version))
        }
      }
    })
  }

  test('is filtered alike by readers that skip files by our statistics', async () => {
    const table = openTable(join(folder, 'skipped'))
    await table.create({ columns: [...columns, { name: 'order_id', type: 'string' }], partitionColumns: [] })
    for (let part = 0; part < 8; part += 1) {
      const sql = `SELECT *, 'o-' || lpad(id::VARCHAR, 3, '0') AS order_id FROM (${sample(part * 10, part * 10 + 10)})`
      await table.append(await table.writeFiles(db, sql))
    }
    await table.append(await table.writeFiles(db, 'SELECT NULL::BIGINT AS id'))
    for (const [where, count] of [
      ['id >= 9 AND id < 21', 12],
      [
        `"at" >= CAST('2025-01-10 00:00:01.111113' AS TIMESTAMP) AND "at" < CAST('2025-01-20 00:00:02.345683' AS TIMESTAMP)`,
        8,
      ],
      ["day = CAST('2025-01-03' AS DATE)", 7],
      ["order_id = 'o-042'", 1],
      ['order_id IS NULL', 1],
      ['small = 6', 11],
    ] as const) {
      const rows = await ours(table, undefined, where)
      expect(rows, where).toHaveLength(count)
      for (const engine of engines) {
        expect(await theirs(engine, table, undefined, where), `${engine}: ${where}`).toEqual(rows)
      }
    }
  })

  test('stays the same for everyone when delta-rs checkpoints, compacts and vacuums it', async () => {
    const table = openTable(join(folder, 'maintained'))
    await table.create({ columns, partitionColumns: ['day'] })
    for (let part = 0; part < 6; part += 1) {
      await table.append(await table.writeFiles(db, sample(part * 10, part * 10 + 10)), {
        positions: { 'web/0': part },
      })
    }
    const before = await ours(table)
    const maintain = (operation: string, rest = {}) =>
      others.request({ command: 'maintenance', operation, table: table.path, ...rest })
    await maintain('checkpoint')
    await maintain('compact')
    const { files, positions } = await table.readExisting()
    expect(files).toHaveLength(11)
    expect(positions).toEqual(new Map([['web/0', 5]]))
    await expectSameRows(table, 60)
    await maintain('vacuum', { keep_versions: [2], retention_hours: 0 })
    expect(await ours(table)).toEqual(before)
    expect(await ours(table, 2)).toHaveLength(20)
    await expect(ours(table, 4)).rejects.toMatchObject({ code: 'database.failed' })
    await table.append(await table.writeFiles(db, sample(60, 70)), { positions: { 'web/0': 6 } })
    await expectSameRows(table, 70)
  })
})

describe('a table another wrote', () => {
  const rows = (from: number, to: number, labels = ['a', 'b=/% é', null]) =>
    Array.from({ length: to - from }, (_, index) => ({
      id: from + index,
      label: labels[index % labels.length],
      day: `2025-01-0${1 + (index % 3)}`,
      amount: `${index}.25`,
    }))

  for (const engine of ['delta-rs', 'polars']) {
    for (const partitionBy of [null, ['day'], ['label', 'day']]) {
      test(`${engine}, partitioned by (${partitionBy}): appended, overwritten, deleted from, compacted, checkpointed`, async () => {
        const table = openTable(join(folder, `${engine}-${partitionBy?.length ?? 0}`))
        const write = (written: object[], mode: string) =>
          others.request({
            command: 'write',
            engine,
            table: table.path,
            rows: written,
            mode,
            partition_by: partitionBy,
          })
        await write(rows(0, 9), 'append')
        await write(rows(9, 20), 'append')
        await expectSameRows(table, 20)
        await write(rows(30, 45), 'overwrite')
        await write(rows(50, 60), 'append')
        await expectSameRows(table, 25)
        await others.request({ command: 'delete', table: table.path, predicate: 'id >= 55' })
        await expectSameRows(table, 20)
        await others.request({ command: 'maintenance', operation: 'compact', table: table.path })
        await others.request({ command: 'maintenance', operation: 'checkpoint', table: table.path })
        await expectSameRows(table, 20)
        const cold = openTable(table.path, { ...diskCommitStore })
        expect(await ours(cold)).toEqual(await ours(table))
      })
    }
  }

  test('takes our commits, and ours theirs', async () => {
    const table = openTable(join(folder, 'shared'))
    await others.request({
      command: 'write',
      engine: 'delta-rs',
      table: table.path,
      rows: rows(0, 9),
      partition_by: ['day'],
    })
    const next = "SELECT 100 AS id, 'ours' AS label, DATE '2025-01-02' AS day, 1.5 AS amount"
    await table.append(await table.writeFiles(db, next), { positions: { 'crm/x': 3 } })
    await others.request({ command: 'write', engine: 'polars', table: table.path, rows: rows(9, 12) })
    await table.replacePartitions(await table.writeFiles(db, next))
    expect((await table.readExisting()).positions.get('crm/x')).toBe(3)
    await expectSameRows(table, 9)
  })
})
