import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { topics } from '../../src/contracts/topics.ts'
import { openPostgres, type Postgres } from '../../src/database/postgres.ts'
import type { CaptureMap } from '../../src/ingestion/change-capture/capture-map.ts'
import { captureOnceByQueries } from '../../src/ingestion/change-capture/capture-queries.ts'
import { captureByReplication } from '../../src/ingestion/change-capture/capture-replication.ts'
import type { CaptureOptions } from '../../src/ingestion/change-capture/capture-source.ts'
import type { EventLog } from '../../src/ingestion/event-log/event-log.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import { seededRandom } from '../lake/killed-writers.ts'
import { type PostgresServer, startPostgres } from './components/postgres.ts'
import { foldedChanges, recordsOf, rowsOf } from './folded-changes.ts'

const root = join(import.meta.dirname, '..', '..')
const schema = readFileSync(join(root, 'docker', 'postgres', 'crm.generated.sql'), 'utf8')
const map: CaptureMap = { tables: { promotions: { from: 'crm.promotions', changedAt: 'updated_at' } } }

let server: PostgresServer
let source: Postgres
let dataDir: string
let log: EventLog
let options: CaptureOptions

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

beforeEach(async () => {
  source = await openPostgres({ url: server.url })
  await source.rows(`drop schema if exists crm cascade; ${schema}`)
  await source.rows('drop publication if exists sillage')
  await source.rows('select pg_drop_replication_slot(slot_name) from pg_replication_slots')
  dataDir = mkdtempSync(join(tmpdir(), 'sillage-capture-'))
  log = await openEventLog({ dataDir, kind: 'embedded' })
  options = { dataDir, url: server.url, map, log }
})
afterEach(async () => {
  await source.close()
  await log.close()
  rmSync(dataDir, { recursive: true, force: true })
})

let touchedOnce = 0

/**
 * Rows that come, change, change their key, and go; large texts are left alone by some changes. Each step also adds a
 * row that is never touched again, so that no later change can hide one that was lost.
 */
async function live(random: () => number, steps: number, database: Postgres): Promise<void> {
  const id = () => `p${Math.floor(random() * 12)}`
  const large = () => Array.from({ length: 400 }, () => Math.floor(random() * 2 ** 40).toString(36)).join(' ')
  for (let step = 0; step < steps; step += 1) {
    touchedOnce += 1
    await database.rows(
      `insert into crm.promotions (promotion_id, promotion_name, kind, scope, starts_on, ends_on)
       values ($1, 'once', 'percent', 'sku', '2025-01-01', '2025-01-31')`,
      [`once-${touchedOnce}`],
    )
    const dice = random()
    if (dice < 0.4)
      await database.rows(
        `insert into crm.promotions (promotion_id, promotion_name, kind, scope, scope_values, starts_on, ends_on)
         values ($1, $2, 'percent', 'sku', $3, '2025-01-01', '2025-01-31')
         on conflict (promotion_id) do update set promotion_name = excluded.promotion_name`,
        [id(), `name ${step}`, large()],
      )
    else if (dice < 0.7)
      await database.rows('update crm.promotions set planned_units = $2::bigint where promotion_id = $1', [
        id(),
        String(step),
      ])
    else if (dice < 0.85) await database.rows('delete from crm.promotions where promotion_id = $1', [id()])
    else
      await database.rows(
        `update crm.promotions set promotion_id = $2 where promotion_id = $1
         and not exists (select 1 from crm.promotions where promotion_id = $2)`,
        [id(), id()],
      )
  }
}

const captured = async () => foldedChanges(await recordsOf(log, topics.crmChanges.name), 'promotions')

describe('by replication', () => {
  it.each([1, 2, 3])('knows in the end what the table holds, deletions included (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    await live(random, 30, source)
    const living = (async () => {
      const other = await openPostgres({ url: server.url })
      await live(random, 60, other)
      await other.close()
    })()
    const capture = await captureByReplication(options)
    await living
    await capture.caughtUp()
    expect(await captured()).toEqual(await rowsOf(source, 'crm.promotions'))
    await capture.stop()
  })

  it.each([1, 2, 3])('goes on after kill -9 without losing a change (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    await live(random, 10, source)
    await (await captureByReplication(options)).stop()
    const stopped = { isIt: false }
    const living = (async () => {
      const other = await openPostgres({ url: server.url })
      while (!stopped.isIt) await live(random, 5, other)
      await other.close()
    })()
    for (let kill = 0; kill < 3; kill += 1) {
      const child = spawn(
        process.execPath,
        [join(import.meta.dirname, 'capture-process.ts'), dataDir, server.url],
        {
          stdio: 'ignore',
        },
      )
      await wait(600 + random() * 400)
      const ended = new Promise((resolve) => child.once('exit', resolve))
      expect(child.exitCode).toBeNull()
      child.kill('SIGKILL')
      await ended
      while ((await source.rows('select 1 from pg_replication_slots where active')).length > 0) await wait(20)
    }
    stopped.isIt = true
    await living
    const capture = await captureByReplication(options)
    await capture.caughtUp()
    expect(await captured()).toEqual(await rowsOf(source, 'crm.promotions'))
    await capture.stop()
  })

  it('goes on from the stored position after the server was killed', async () => {
    await live(seededRandom(4), 20, source)
    const first = await captureByReplication(options)
    await first.caughtUp()
    const before = (await recordsOf(log, topics.crmChanges.name)).length
    await server.kill()
    await expect(first.ended).rejects.toMatchObject({ code: 'source.unavailable', canRetry: true })
    await server.restart()
    await source.close()
    source = await openPostgres({ url: server.url })
    await source.rows(
      "insert into crm.promotions select 'after', 'after', 'percent', 'sku', null, null, null, now()::date, now()::date",
    )
    const second = await captureByReplication(options)
    await second.caughtUp()
    expect((await recordsOf(log, topics.crmChanges.name)).length).toBe(before + 1)
    await second.stop()
  })

  it('reports columns that came, and takes in those the contract knows', async () => {
    await source.rows('alter table crm.promotions drop column currency')
    const capture = await captureByReplication(options)
    await source.rows('alter table crm.promotions add column currency text, add column mood text')
    await source.rows(
      `insert into crm.promotions (promotion_id, promotion_name, kind, scope, starts_on, ends_on, currency)
       values ('p1', 'Name', 'percent', 'sku', '2025-01-01', '2025-01-31', 'EUR')`,
    )
    await capture.caughtUp()
    await capture.stop()
    expect((await capture.ended).drift.map(({ column, change }) => `${change} ${column}`)).toEqual([
      'added currency',
      'added mood',
    ])
    expect(await captured()).toMatchObject([{ promotion_id: 'p1', currency: 'EUR' }])
  })

  it('stops before the changes of a renamed table, and goes on with them under its next name', async () => {
    const insert = (table: string, id: string) =>
      `insert into crm.${table} (promotion_id, promotion_name, kind, scope, starts_on, ends_on)
       values ('${id}', 'Name', 'percent', 'sku', '2025-01-01', '2025-01-31')`
    const capture = await captureByReplication(options)
    await source.rows(insert('promotions', 'before'))
    await capture.caughtUp()
    await source.rows('alter table crm.promotions rename to offers')
    await source.rows(insert('offers', 'after'))
    await expect(capture.ended).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/crm\.promotions .* renamed/),
    })
    while ((await source.rows('select 1 from pg_replication_slots where active')).length > 0) await wait(20)
    const renamed = { tables: { promotions: { from: 'crm.offers', changedAt: 'updated_at' } } }
    const next = await captureByReplication({ ...options, map: renamed })
    await next.caughtUp()
    await next.stop()
    expect((await captured()).map((row) => row.promotion_id)).toEqual(['after', 'before'])
  })

  it('says what to do when its slot has gone, when it is another database, and when a table was emptied', async () => {
    const capture = await captureByReplication(options)
    await source.rows('truncate crm.promotions')
    await expect(capture.ended).rejects.toThrow(/TRUNCATE/)
    while ((await source.rows('select 1 from pg_replication_slots where active')).length > 0) await wait(20)
    await source.rows("select pg_drop_replication_slot('sillage')")
    await expect(captureByReplication(options)).rejects.toThrow(/slot sillage .* has gone/)
    await source.rows('create database other')
    const other = options.url.replace('/crm', '/other')
    await expect(captureByReplication({ ...options, url: other })).rejects.toMatchObject({
      code: 'data.origin_mixed',
    })
    await source.rows('drop database other')
  })
})

describe('by queries', () => {
  it.each([1, 2, 3])('knows every row that is there, and asks for changes only (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    for (let round = 0; round < 4; round += 1) {
      await live(random, 15, source)
      await captureOnceByQueries(options)
    }
    await wait(20)
    expect((await captureOnceByQueries(options)).records).toBe(0)
    const known = await captured()
    for (const row of await rowsOf(source, 'crm.promotions')) expect(known).toContainEqual(row)
  })

  it('misses no row of a transaction that ends after later ones were read', async () => {
    const slow = await openPostgres({ url: server.url })
    const insert = (id: string) =>
      `insert into crm.promotions (promotion_id, promotion_name, kind, scope, starts_on, ends_on)
       values ('${id}', 'Name', 'percent', 'sku', '2025-01-01', '2025-01-31')`
    await slow.rows('begin')
    await slow.rows(insert('slow'))
    await source.rows(insert('quick'))
    expect((await captureOnceByQueries(options)).records).toBe(0)
    await slow.rows('commit')
    await slow.close()
    await wait(20)
    expect((await captureOnceByQueries(options)).records).toBe(2)
    expect((await captured()).map((row) => row.promotion_id)).toEqual(['quick', 'slow'])
  })

  it('says that a table it followed has gone', async () => {
    const both = {
      tables: { ...map.tables, budgets: { from: 'crm.budgets', changedAt: 'updated_at' } },
    }
    await source.rows(
      `insert into crm.promotions (promotion_id, promotion_name, kind, scope, starts_on, ends_on)
       values ('p1', 'Name', 'percent', 'sku', '2025-01-01', '2025-01-31')`,
    )
    await wait(20)
    expect((await captureOnceByQueries({ ...options, map: both })).records).toBe(1)
    await source.rows('alter table crm.promotions rename to promotions_of_2025')
    await expect(captureOnceByQueries({ ...options, map: both })).rejects.toThrow(
      /crm\.promotions .* not there any more/,
    )
  })

  it('wants a column that tells when a row changed', async () => {
    const without = { tables: { promotions: { from: 'crm.promotions' } } }
    await expect(captureOnceByQueries({ ...options, map: without })).rejects.toThrow(/changedAt/)
  })
})
