import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EventLog, Positions } from '../../src/ingestion/event-log/event-log.ts'
import { readSnapshot } from '../../src/live/snapshot-file.ts'
import type { SpeedLayer } from '../../src/live/speed-layer.ts'
import { openLogAt } from '../ingestion/event-log/open-log-at.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { killLayers } from '../live/killed-layers.ts'
import { endOffsets, startLayer, visit, windowsOfOneRun } from '../live/live-folder.ts'
import { createCollectingShop } from './collecting-shop.ts'
import { type KafkaBroker, startKafka } from './components/kafka.ts'
import { emptyBroker } from './empty-broker.ts'

const folder = temporaryFolder()
let broker: KafkaBroker

beforeAll(async () => {
  broker = await startKafka({ folder: join(folder, 'kafka') })
})
afterAll(() => broker.stop())

const totals = (layer: SpeedLayer) => {
  const rows = layer.windows().filter(({ dimension }) => dimension === 'total')
  const sum = (of: 'events' | 'sessions' | 'carts' | 'orders') =>
    rows.reduce((total, row) => total + row[of], 0)
  return { events: sum('events'), sessions: sum('sessions'), carts: sum('carts'), orders: sum('orders') }
}

it('shows what was sent through the collector, and goes on from its snapshot at its offsets', async () => {
  const { dataDir, address, startCollector } = await createCollectingShop(folder, broker.brokers)
  const collector = await startCollector()
  const log = await openLogAt(dataDir, broker.brokers)
  const begun: Positions[] = []
  const watched: EventLog = {
    ...log,
    openReader: (name, from) => {
      begun.push(from)
      return log.openReader(name, from)
    },
  }
  const sent = { events: 0, sessions: 0, carts: 0, orders: 0 }
  const send = async (from: number, to: number) => {
    for (let number = from; number < to; number += 10) {
      const visits = Array.from({ length: 10 }, (_, at) => visit(number + at, Date.now() - 5_000))
      const answer = await fetch(address, { method: 'POST', body: JSON.stringify(visits.flat()) })
      expect(await answer.json()).toEqual({ accepted: visits.flat().length, refused: [], warnings: [] })
      sent.events += visits.flat().length
      sent.sessions += visits.length
      sent.carts += visits.length
      sent.orders += visits.filter((events) => events.length === 4).length
    }
  }

  let layer = startLayer(dataDir, watched)
  await send(0, 200)
  await layer.caughtUp()
  expect(totals(layer)).toEqual(sent)
  await layer.stop()

  const ends = Object.values(await endOffsets(log))
  expect(ends.reduce((sum, end) => sum + end, 0)).toBe(sent.events)
  const kept = await readSnapshot(dataDir)
  expect(kept?.minutes.next).toEqual(new Map(ends.entries()))

  await send(200, 400)
  begun.length = 0
  layer = startLayer(dataDir, watched)
  await layer.caughtUp()
  expect(begun).toEqual([{ ...ends }])
  expect(totals(layer)).toEqual(sent)
  expect(layer.windows()).toEqual(await windowsOfOneRun(join(folder, 'whole'), log))
  await layer.stop()
  await log.close()
  collector.kill('SIGTERM')
  await once(collector, 'close')
})

it.each([51, 52, 53])(
  `killed with -9 in mid-stream, its rows are those of an uninterrupted run (seed %i)`,
  async (seed) => {
    await emptyBroker(broker)
    const { restarted, uninterrupted, visits } = await killLayers(folder, seed, 1, broker.brokers)
    expect(restarted).toEqual(uninterrupted)
    const total = restarted.filter(({ dimension }) => dimension === 'total')
    expect(total.reduce((sum, { sessions }) => sum + sessions, 0)).toBe(visits)
  },
)
