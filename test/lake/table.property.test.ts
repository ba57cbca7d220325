import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { type DuckDb, openDuckDb } from '../../src/database/duckdb.ts'
import { diskCommitStore } from '../../src/lake/commit-store.ts'
import { landDeliveries } from '../../src/lake/delivery.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { type LakeTable, openTable } from '../../src/lake/table.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
let db: DuckDb
let count = 0

beforeAll(async () => {
  db = await openDuckDb({ threads: 1 })
})

interface Row {
  readonly id: number
  /** Null is a partition of its own. */
  readonly day: number | null
  readonly delivery: string
}
/** What the table should hold at each version, and how far each delivery has come. */
interface Model {
  readonly versions: Row[][]
  readonly revisions: Map<string, number>
}

const days = [null, 1, 2, 3]
const someDays = fc.uniqueArray(fc.constantFrom(...days), { maxLength: 3 })
const operation = fc.oneof(
  fc.record({ kind: fc.constant('append' as const), days: someDays }),
  fc.record({ kind: fc.constant('replace' as const), days: someDays, emptied: someDays }),
  fc.record({ kind: fc.constant('replaceAll' as const), days: someDays }),
  fc.record({ kind: fc.constant('restore' as const), back: fc.nat({ max: 4 }) }),
  fc.record({
    kind: fc.constant('land' as const),
    name: fc.constantFrom('a', 'b'),
    days: someDays,
    isRepeated: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('compact' as const) }),
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

const dayText = (day: number | null) => (day === null ? null : `2025-01-0${day}`)

function sqlOf(rows: readonly Row[]): string {
  const values = rows.map(
    ({ id, day, delivery }) => `(${id}, ${day === null ? 'NULL' : `DATE '${dayText(day)}'`}, '${delivery}')`,
  )
  const empty = "SELECT 1, DATE '2025-01-01', '' WHERE false"
  const from = rows.length === 0 ? empty : `VALUES ${values.join(', ')}`
  return `SELECT * FROM (${from}) AS t(id, day, _delivery_id)`
}

let nextId = 0
const rowsFor = (on: readonly (number | null)[], delivery = ''): Row[] =>
  on.map((day) => {
    nextId += 1
    return { id: nextId, day, delivery }
  })

async function apply(table: LakeTable, model: Model, done: Operation): Promise<void> {
  const current = model.versions.at(-1) ?? []
  const push = (rows: Row[], result: { committed: boolean }) => {
    if (result.committed) model.versions.push(rows)
    else expect(rows).toEqual(current)
  }
  if (done.kind === 'append') {
    const rows = rowsFor(done.days)
    push([...current, ...rows], await table.append(await table.writeFiles(db, sqlOf(rows))))
  } else if (done.kind === 'replace') {
    const rows = rowsFor(done.days)
    const touched = new Set([...done.days, ...done.emptied])
    const partitions = done.emptied.map((day) => ({ day: dayText(day) }))
    const kept = current.filter(({ day }) => !touched.has(day))
    const files = await table.writeFiles(db, sqlOf(rows))
    push([...kept, ...rows], await table.replacePartitions(files, { partitions }))
  } else if (done.kind === 'replaceAll') {
    const rows = rowsFor(done.days)
    push(rows, await table.replaceAll(await table.writeFiles(db, sqlOf(rows))))
  } else if (done.kind === 'restore') {
    const version = Math.max(0, model.versions.length - 1 - done.back)
    push(model.versions[version] ?? [], await table.restoreTo(version))
  } else if (done.kind === 'land') {
    const reached = model.revisions.get(done.name) ?? 0
    const revision = done.isRepeated ? Math.max(1, reached) : reached + 1
    const delivery = `${done.name}#${revision}`
    const rows = rowsFor(done.days, delivery)
    const supersedes = Array.from({ length: revision - 1 }, (_, index) => `${done.name}#${index + 1}`)
    const result = await landDeliveries(db, table, {
      deliveries: [{ deliveryId: delivery, positionId: done.name, revision, supersedes }],
      sql: sqlOf(rows),
    })
    const isNew = revision > reached
    expect(result.committed).toBe(isNew)
    const kept = current.filter((row) => !supersedes.includes(row.delivery))
    push(isNew ? [...kept, ...rows] : current, result)
    model.revisions.set(done.name, Math.max(revision, reached))
  } else {
    const state = await table.readExisting()
    const files = await table.writeFiles(db, scanSql(state))
    const adds = files.map(({ tags, stats, ...file }) => ({ ...file, dataChange: false }))
    push(current, await table.commit(() => ({ adds, removes: state.files })))
  }
}

const canonical = (rows: readonly Row[]) =>
  rows.map(({ id, day, delivery }) => `${id}/${dayText(day)}/${delivery}`).sort()

async function held(table: LakeTable, version?: number): Promise<string[]> {
  const sql = scanSql(await table.readExisting(version))
  const rows = await db.rows(`SELECT id, day, _delivery_id FROM (${sql})`)
  return rows.map(({ id, day, _delivery_id }) => `${id}/${day}/${_delivery_id}`).sort()
}

test('any sequence of changes leaves every version as it was, read warm or cold', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 12 }), async (operations) => {
      count += 1
      const table = openTable(join(folder, `t${count}`))
      await table.create({
        columns: [
          { name: 'id', type: 'long' },
          { name: 'day', type: 'date' },
          { name: '_delivery_id', type: 'string' },
        ],
        partitionColumns: ['day'],
      })
      const model: Model = { versions: [[]], revisions: new Map() }
      for (const done of operations) await apply(table, model, done)
      const cold = openTable(table.path, { ...diskCommitStore })
      expect(await held(cold)).toEqual(canonical(model.versions.at(-1) ?? []))
      for (const [version, rows] of model.versions.entries()) {
        expect(await held(table, version)).toEqual(canonical(rows))
      }
      const reached = [...(await cold.readExisting()).positions]
      expect(new Map(reached)).toEqual(model.revisions)
    }),
    { numRuns: 25, seed: 20250101 },
  )
})
