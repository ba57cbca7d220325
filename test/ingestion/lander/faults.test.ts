import { execFileSync, spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PlatformError } from '../../../src/contracts/errors.ts'
import { topics } from '../../../src/contracts/topics.ts'
import { openLogOfFolder } from '../../../src/ingestion/event-log/embedded-log.ts'
import { openEventLog } from '../../../src/ingestion/event-log/open-event-log.ts'
import { landLog, startLander } from '../../../src/ingestion/lander/lander.ts'
import { landedTopicOf } from '../../../src/ingestion/lander/log-delivery.ts'
import { openTopicLander } from '../../../src/ingestion/lander/topic-lander.ts'
import { definePersonalDataMacros } from '../../../src/ingestion/personal-data.ts'
import { exactlyOnce, runKilledLanders, spawnLander } from './killed-landers.ts'
import { eachTestHasLandingShop, land, log, shop } from './landing-shop.ts'
import { record, webEvent } from './memory-log.ts'

const web = topics.webEvents.name
const crm = topics.crmChanges.name

eachTestHasLandingShop()

const options = () => ({ dataDir: shop.dataDir, log, secret: shop.options.secret })
const events = (...ids: string[]) => ids.map((id) => record(webEvent(id), {}, String(id.length % 4)))
const stored = async () =>
  (await shop.query('SELECT event_id FROM bronze.web_events ORDER BY 1')).map(({ event_id }) => event_id)

/** A lander of web events as another process would have it, to be stopped at any step. */
async function openByHand() {
  const db = await shop.db.connect()
  await definePersonalDataMacros(db, shop.options.secret)
  const landed = landedTopicOf(web)!
  const quiet = { skipLost: false, onLanded() {}, onLost() {}, inTurn: <T>(work: () => Promise<T>) => work() }
  return openTopicLander({ dataDir: shop.dataDir, db, log, landed, ...quiet })
}

describe('a landing', () => {
  const refusedBudget = (id: string) => record(JSON.stringify({ budget_id: id }), { table: 'budgets' }, '1')
  const product = (sku: string) =>
    record(
      JSON.stringify({
        sku,
        product_name: sku,
        list_price: 1,
        currency: 'EUR',
        updated_at: '2026-03-01T09:00:00Z',
      }),
      { table: 'products' },
      '1',
    )
  const rate = (day: string) =>
    record(
      JSON.stringify({ rate_date: day, base_currency: 'EUR', quote_currency: 'USD', rate: 1.1 }),
      { table: 'fx_rates' },
      '2',
    )
  const content = () =>
    shop.query(`SELECT 'fx' AS "table", CAST(rate_date AS VARCHAR) AS row, _delivery_id AS delivery, _record_number AS number FROM bronze.fx_rates
      UNION ALL SELECT 'products', sku, _delivery_id, _record_number FROM bronze.products
      UNION ALL SELECT 'refused', raw_text, delivery_id, record_number FROM quarantine.budgets
      UNION ALL SELECT table_name, concat_ws(' ', records_read, accepted, duplicate, quarantined, revision), delivery_id, 0 FROM bronze.deliveries
      ORDER BY ALL`)

  it('cut short between any two of its commits is finished by the next, each record counted once', async () => {
    await log.append(crm, [product('a'), rate('2026-02-01'), refusedBudget('x')])
    await land()
    const before = join(shop.dataDir, '..', 'before')
    await cp(shop.dataDir, before, { recursive: true })
    await log.append(crm, [product('b'), rate('2026-02-02'), refusedBudget('y'), product('c')])
    await land()
    const after = join(shop.dataDir, '..', 'after')
    await cp(shop.dataDir, after, { recursive: true })
    const commits = [
      'bronze/budgets',
      'quarantine/budgets',
      'bronze/fx_rates',
      'bronze/products',
      'bronze/deliveries',
    ]
    const further = [product('d'), rate('2026-02-03'), refusedBudget('z')]
    await log.append(crm, further)
    await land()
    const expected = await content()
    expect(expected.length).toBe(13)
    for (let done = 0; done <= commits.length; done += 1) {
      await rm(join(shop.dataDir, 'processed'), { recursive: true })
      await cp(join(after, 'processed'), join(shop.dataDir, 'processed'), { recursive: true })
      for (const table of commits.slice(done)) {
        const path = join(shop.dataDir, 'processed', table)
        await rm(path, { recursive: true })
        await cp(join(before, 'processed', table), path, { recursive: true })
      }
      await land()
      expect(await content(), `after ${done} commits`).toEqual(expected)
    }
  })

  it('that another lander has overtaken stops and says so; what it read is there once', async () => {
    await log.append(web, events('a', 'bb'))
    await land()
    await log.append(web, events('ccc', 'dd'))
    const zombie = await openByHand()
    expect(await zombie.readOn()).toBe(true)
    await log.append(web, events('e'))
    await land()
    await expect(zombie.commit()).rejects.toMatchObject({
      code: 'lease.lost',
      message: expect.stringMatching(
        /another lander has moved bronze\.deliveries on.*nothing is lost or doubled/,
      ),
    })
    expect(await stored()).toEqual(['a', 'bb', 'ccc', 'dd', 'e'])
  })

  it('waits and goes on by itself after what may be tried again', async () => {
    const lander = await startLander({ ...options(), commitEveryMs: 10 })
    await log.append(web, events('a'))
    while (lander.state().totals.read < 1) await setTimeout(5)
    log.failWith(new PlatformError('log.unavailable', 'the broker is away', { canRetry: true }))
    await log.append(web, events('bb'))
    while (lander.state().phase !== 'waiting') await setTimeout(5)
    expect(lander.state().error).toMatchObject({ code: 'log.unavailable' })
    log.failWith(undefined)
    while (lander.state().totals.read < 2) await setTimeout(5)
    expect(lander.state()).toMatchObject({ phase: 'landing', error: undefined })
    await lander.stop()
    await lander.ended
    expect(await stored()).toEqual(['a', 'bb'])
  })

  it('does not begin anew before what is under way has ended', async () => {
    const lander = await startLander({ ...options(), commitEveryMs: 20 })
    const topicsOf = log.topics
    let isAway = false
    log.topics = () =>
      isAway
        ? Promise.reject(new PlatformError('log.unavailable', 'no list of topics', { canRetry: true }))
        : topicsOf()
    let sent = 0
    const send = () => {
      sent += 1
      return log.append(web, events(`e${sent}`))
    }
    await send()
    while (lander.state().totals.read < 1) await setTimeout(5)
    isAway = true
    while (lander.state().phase === 'landing') {
      await send()
      await setTimeout(3)
    }
    isAway = false
    while (lander.state().phase === 'waiting') await setTimeout(5)
    for (let more = 0; more < 100; more += 1) {
      await send()
      await setTimeout(3)
    }
    while (lander.state().totals.read < sent) await setTimeout(5)
    await lander.stop()
    await lander.ended
    expect(lander.state().totals).toMatchObject({ read: sent, accepted: sent, duplicate: 0 })
  })

  it('stops at damage, after landing what came before', async () => {
    const lander = await startLander({ ...options(), commitEveryMs: 60_000 })
    await log.append(web, events('a'))
    await setTimeout(300)
    log.failWith(new PlatformError('log.damaged', 'page 7 is damaged'))
    await expect(lander.ended).rejects.toMatchObject({ code: 'log.damaged' })
    expect(lander.state()).toMatchObject({ phase: 'stopped', error: { code: 'log.damaged' } })
    log.failWith(undefined)
    await land()
    expect(await stored()).toEqual(['a'])
  })

  it('lets one lander work at a time; a landing beside it waits for what it wants', async () => {
    const lander = await startLander({ ...options(), commitEveryMs: 200 })
    await expect(startLander(options())).rejects.toMatchObject({
      code: 'lease.held',
      message: expect.stringContaining('a lander has it'),
    })
    await log.append(web, events('a', 'bb'))
    expect((await land()).totals.read).toBe(0)
    expect(await stored()).toEqual(['a', 'bb'])
    await lander.stop()
    await log.append(web, events('ccc'))
    expect((await land()).totals.read).toBe(1)
  })
})

describe('landers in processes of their own', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sillage-landers-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('killed at random moments lose nothing and double nothing (seed 11)', async () => {
    const found = await runKilledLanders({
      dataDir: folder,
      seed: 11,
      kills: 3,
      longestLifeMs: 1500,
      eventsPerLife: 1000,
    })
    expect(found).toEqual(exactlyOnce(3000))
  }, 120_000)

  it('started twice: the second says who is at work', async () => {
    await (await openEventLog({ dataDir: folder, kind: 'embedded' })).close()
    const first = spawnLander(folder, 50)
    await first.started
    const second = spawnLander(folder, 50)
    expect(await second.ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a lander has it since'),
    })
    first.child.kill('SIGKILL')
    await first.ended
    const third = spawnLander(folder, 50)
    await third.started
    expect(third.child.exitCode).toBeNull()
    third.child.kill('SIGKILL')
    await third.ended
  }, 60_000)

  it.skipIf(!canMount())(
    'on a full disk wait, say so, and go on by themselves when there is room',
    async () => {
      const script = join(import.meta.dirname, 'full-disk-landing.ts')
      const commands = `mount -t tmpfs -o size=24m tmpfs "$0" && exec "$1" "$2" "$0"`
      const args = ['-Urm', 'sh', '-c', commands, folder, process.execPath, script]
      const result = JSON.parse(execFileSync('unshare', args, { encoding: 'utf8' }))
      expect(result).toMatchObject({
        phase: 'waiting',
        code: 'disk.full',
        sent: 20_100,
        stored: 20_100,
        distinct: 20_100,
        refused: 1,
        read: 20_101,
      })
    },
    120_000,
  )

  it('stop where the embedded log was truncated under them, and say by how much', async () => {
    const embedded = await openLogOfFolder(folder)
    try {
      await embedded.createTopic({ name: web, partitions: 1 })
      const landing = { dataDir: folder, log: embedded, secret: shop.options.secret }
      await embedded.append(web, events('a', 'bb'))
      expect((await landLog(landing)).totals.read).toBe(2)
      await embedded.append(web, events('ccc', 'dd', 'e'))
      await embedded.dropBefore(web, 0, 4)
      await expect(landLog(landing)).rejects.toMatchObject({
        code: 'log.truncated',
        message: expect.stringMatching(/2 were deleted.*--skip-lost/),
      })
      expect((await landLog({ ...landing, skipLost: true })).totals).toMatchObject({ read: 1, lost: 2 })
      await embedded.dropTopic(web)
      await embedded.createTopic({ name: web, partitions: 1 })
      await embedded.append(web, events('f'))
      await expect(landLog(landing)).rejects.toMatchObject({ code: 'log.truncated' })
      expect((await landLog({ ...landing, skipLost: true })).totals).toMatchObject({ read: 1, lost: 0 })
      expect((await landLog(landing)).totals.read).toBe(0)
    } finally {
      await embedded.close()
    }
  })
})

/** Linux lets an ordinary user mount a small disk in a namespace of its own, unless it is locked down. */
function canMount(): boolean {
  return spawnSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]).status === 0
}
