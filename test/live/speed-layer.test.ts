import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PlatformError } from '../../src/contracts/errors.ts'
import { topics } from '../../src/contracts/topics.ts'
import { type EmbeddedLog, openLogOfFolder } from '../../src/ingestion/event-log/embedded-log.ts'
import type { EventLog } from '../../src/ingestion/event-log/event-log.ts'
import type { SpeedLayer } from '../../src/live/speed-layer.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { killLayers } from './killed-layers.ts'
import {
  appendVisits,
  endOffsets,
  publishOffsets,
  startLayer,
  topic,
  until,
  visit,
  windowsOfOneRun,
} from './live-folder.ts'
import { memoryLog } from './memory-log.ts'
import { recordOf } from './shop-stream.ts'

const folder = temporaryFolder()
/** Within an hour of now, so that minutes are on the page. */
const startMs = Math.floor(Date.now() / 60_000) * 60_000 - 8 * 60_000
let dataDir: string
let log: EmbeddedLog
let layer: SpeedLayer | undefined

beforeEach(async () => {
  dataDir = join(folder, randomUUID())
  log = await openLogOfFolder(dataDir)
  await log.createTopic(topics.webEvents)
})
afterEach(async () => {
  await layer?.stop()
  layer = undefined
  await log.close()
})

const start = async (of: EventLog = log): Promise<SpeedLayer> => {
  layer = startLayer(dataDir, of)
  await layer.caughtUp()
  return layer
}

const totals = (of: SpeedLayer) => {
  const { events, sessions, productViews, carts, orders, netRevenue } = of.view().today.counts
  return { events, sessions, productViews, carts, orders, netRevenue }
}

const sessionsIn = (of: SpeedLayer) =>
  of
    .windows()
    .filter(({ dimension }) => dimension === 'total')
    .reduce((sum, { sessions }) => sum + sessions, 0)

describe('the speed layer', () => {
  it('counts events as they come and says how soon they are seen', async () => {
    const running = await start()
    expect(running.view()).toMatchObject({ lastEventAt: null, visitorsNow: 0, problem: null })
    let told = 0
    running.onChange(() => told++)
    const now = Date.now()
    await log.append(
      topic,
      [0, 1, 2, 5].flatMap((number) => visit(number, now - 4_000).map((event) => recordOf(event, now))),
    )
    await running.caughtUp()
    const { recent, today, orders, visitorsNow } = running.view()
    expect(visitorsNow).toBe(4)
    // 24.00 paid for each of two orders; nothing is known but a ratio of one.
    expect(today).toMatchObject({ provisionalOrders: 2, provisionalNetRevenue: 48, ledgerOrders: 0 })
    expect(recent.counts).toMatchObject({ events: 14, sessions: 4, productViews: 4, carts: 4, orders: 2 })
    expect(recent.breakdown.channel[0]).toMatchObject({ value: 'Email', sessions: 4, orders: 2 })
    expect(recent.breakdown.product.reduce((sum, { carts }) => sum + carts, 0)).toBe(4)
    expect(orders.map(({ value, channel, country }) => [value, channel, country])).toEqual([
      [24, 'Email', 'FR'],
      [24, 'Email', 'FR'],
    ])
    await until(() => told > 0)
    expect(running.view().lag?.p99Ms).toBeLessThan(10_000)
  })

  it('goes on where it stopped, to the same rows as without a stop', async () => {
    await appendVisits(log, 0, 50, startMs)
    await (await start()).stop()
    await appendVisits(log, 50, 100, startMs)
    const again = await start()
    expect(again.windows()).toEqual(await windowsOfOneRun(join(folder, randomUUID()), log))
    expect(totals(again)).toMatchObject({ sessions: 100, orders: 20 })
  })

  it.each(['damaged', 'of another version', 'empty'])(
    'makes a state that is %s anew from the log',
    async (how) => {
      await appendVisits(log, 0, 50, startMs)
      const { sequence } = await publishOffsets(dataDir, await endOffsets(log))
      await appendVisits(log, 50, 70, startMs)
      const first = await start()
      await until(() => first.view().published?.sequence === sequence)
      const before = [first.windows(), totals(first)]
      expect(totals(first).sessions).toBe(20)
      expect(sessionsIn(first)).toBe(70)
      await first.stop()
      const path = join(dataDir, 'live', 'state.bin')
      const bytes = await readFile(path)
      if (how === 'damaged') bytes.fill(7, bytes.length >> 1, (bytes.length >> 1) + 64)
      if (how === 'of another version') bytes.write('9', 'sillage live '.length)
      await writeFile(path, how === 'empty' ? '' : bytes)
      const again = await start()
      expect(again.view().problem).toBeNull()
      expect([again.windows(), totals(again)]).toEqual(before)
    },
  )

  it('needs nothing of the log that it has counted', async () => {
    await appendVisits(log, 0, 50, startMs)
    const first = await start()
    const before = [first.windows(), totals(first)]
    await first.stop()
    for (const [name, offset] of Object.entries(await endOffsets(log)))
      await log.dropBefore(topic, Number(name.split('/')[1]), offset)
    const again = await start()
    expect([again.windows(), totals(again)]).toEqual(before)
    await appendVisits(log, 50, 60, startMs)
    await again.caughtUp()
    expect(totals(again).sessions).toBe(60)
  })

  it('takes over what was published while it was away, and what stands for all there is', async () => {
    await appendVisits(log, 0, 30, startMs)
    const offsets = await endOffsets(log)
    await appendVisits(log, 30, 40, startMs)
    await (await start()).stop()
    await publishOffsets(dataDir, offsets)
    const again = await start()
    expect(totals(again).sessions).toBe(10)
    const { sequence } = await publishOffsets(dataDir, await endOffsets(log))
    await until(() => again.view().published?.sequence === sequence)
    expect(totals(again)).toMatchObject({ events: 0, sessions: 0, orders: 0 })
  })

  it('begins its totals at a new publication, while the minutes stay on the screen', async () => {
    await appendVisits(log, 0, 60, startMs)
    const running = await start()
    const windows = running.windows()
    const offsets = await endOffsets(log)
    await appendVisits(log, 60, 80, startMs)
    await running.caughtUp()
    const { sequence } = await publishOffsets(dataDir, offsets)
    const seen = new Set<number>()
    await until(() => {
      seen.add(running.view().today.counts.sessions)
      return running.view().published?.sequence === sequence
    })
    expect(totals(running)).toMatchObject({ sessions: 20, orders: 4 })
    expect([...seen].filter((sessions) => sessions !== 80 && sessions !== 20)).toEqual([])
    expect(running.windows().length).toBeGreaterThan(windows.length)
    await running.stop()
    const again = await start()
    expect(totals(again)).toMatchObject({ sessions: 20, orders: 4 })
    await publishOffsets(dataDir, {})
    await until(() => again.view().published?.sequence === sequence + 1)
    expect(totals(again)).toMatchObject({ sessions: 80, orders: 16 })
  })

  it('counts records it cannot read and goes on behind them', async () => {
    await appendVisits(log, 0, 5, startMs)
    const good = recordOf(visit(5, startMs)[0]!, startMs)
    const bad = [
      '',
      '{',
      'null',
      '[]',
      '{"event_id":1}',
      `${'['.repeat(200_000)}`,
      JSON.stringify({ ...visit(6, startMs)[0], event_name: 'teleport' }),
    ]
    await log.append(topic, [
      ...bad.map((value) => ({ ...good, value })),
      { ...good, headers: {} },
      { ...good, headers: { 'schema-version': '99' } },
      { ...good, headers: { 'schema-version': '1', 'invalid-utf8': 'true' } },
    ])
    await appendVisits(log, 7, 10, startMs)
    const running = await start()
    expect(running.view().setAside.refused).toBe(bad.length + 3)
    expect(totals(running).sessions).toBe(8)
  })

  it('stops with the reason when records are gone unread, and goes on with a publication that stands for them', async () => {
    await appendVisits(log, 0, 40, startMs)
    await (await start()).stop()
    await appendVisits(log, 40, 80, startMs)
    const ends = await endOffsets(log)
    for (const [name, offset] of Object.entries(ends))
      await log.dropBefore(topic, Number(name.split('/')[1]), offset)
    layer = startLayer(dataDir, log)
    const running = layer
    await until(() => running.view().phase === 'stopped')
    expect(running.view().problem).toMatch(/log.*marketing\.web-events\.v1/)
    // It is tried again every second, and is no better without a publication.
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(running.view().phase).toBe('stopped')
    await publishOffsets(dataDir, ends)
    await appendVisits(log, 80, 90, startMs)
    await until(() => running.view().phase === 'live')
    await running.caughtUp()
    expect(running.view().problem).toBeNull()
    expect(totals(running)).toMatchObject({ sessions: 10 })
  })

  it('waits for a log that does not answer', async () => {
    const memory = memoryLog()
    const running = await start(memory)
    await appendVisits(memory, 0, 10, startMs)
    await running.caughtUp()
    memory.fail(true)
    await until(() => running.view().phase === 'stopped')
    memory.fail(false)
    await appendVisits(memory, 10, 20, startMs)
    await until(() => running.view().problem === null)
    await running.caughtUp()
    expect(totals(running).sessions).toBe(20)
  })

  it('counts the same when the receiver’s clock jumps back', async () => {
    await appendVisits(log, 0, 30, startMs)
    const hourBefore = startMs - 3_600_000
    await log.append(
      topic,
      [30, 31, 32].flatMap((number) => visit(number, startMs).map((event) => recordOf(event, hourBefore))),
    )
    const running = await start()
    expect(totals(running)).toMatchObject({ sessions: 33, orders: 7 })
    expect(running.view().setAside.outsideMinutes).toBe(10)
    await running.stop()
    expect((await start()).windows()).toEqual(await windowsOfOneRun(join(folder, randomUUID()), log))
  })

  it('says that a publication cannot be taken over, tries less and less often, and takes it over in the end', async () => {
    let [isFailing, attempts] = [false, 0]
    const failing: EventLog = {
      ...log,
      async openReader(name, from) {
        if (!isFailing) return await log.openReader(name, from)
        attempts += 1
        throw new PlatformError('log.damaged', 'log: a page of it cannot be read')
      },
    }
    const told: string[] = []
    layer = startLayer(dataDir, failing, {
      observer: { count() {}, stage: ({ message = '' }) => told.push(message) },
    })
    const running = layer
    await appendVisits(log, 0, 10, startMs)
    await running.caughtUp()
    isFailing = true
    const { sequence } = await publishOffsets(dataDir, await endOffsets(log))
    await until(() => attempts > 2)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect(attempts).toBeLessThan(10)
    expect(running.view()).toMatchObject({
      phase: 'live',
      problem:
        'live: today’s totals are still those of the publication before: log: a page of it cannot be read',
    })
    expect(told).toEqual([running.view().problem])
    expect(totals(running).sessions).toBe(10)
    isFailing = false
    await until(() => running.view().published?.sequence === sequence)
    await until(() => running.view().problem === null)
    expect(totals(running).sessions).toBe(0)
  })

  it('may run twice over one data folder', async () => {
    const [one, two] = [startLayer(dataDir, log), startLayer(dataDir, log)]
    for (let part = 0; part < 5; part++) await appendVisits(log, part * 10, part * 10 + 10, startMs)
    await Promise.all([one.caughtUp(), two.caughtUp()])
    expect(one.windows()).toEqual(two.windows())
    await Promise.all([one.stop(), two.stop()])
    const again = await start()
    expect(again.windows()).toEqual(one.windows())
    expect(totals(again).sessions).toBe(50)
  })
})

describe('killed with -9 at any moment', () => {
  it.each([11, 12, 13])('its rows are those of an uninterrupted run (seed %i)', async (seed) => {
    const { restarted, uninterrupted, visits } = await killLayers(folder, seed, 3)
    expect(restarted).toEqual(uninterrupted)
    const total = restarted.filter(({ dimension }) => dimension === 'total')
    expect(total.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(visits)
  })
})
