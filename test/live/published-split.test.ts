import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { crawlerPatterns } from '../../src/contracts/channels/visit-rules.ts'
import { createStreamValidator } from '../../src/contracts/stream-validator.ts'
import { webEvents } from '../../src/contracts/tables/web-events.ts'
import { dayTraffic } from '../../src/data-generation/web/day-traffic.ts'
import { trackedEvent } from '../../src/data-generation/web/tracked-event.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import type { LayerView } from '../../src/live/live-view.ts'
import { runPipeline, startRunDbt } from '../../src/orchestration/run-pipeline.ts'
import type { Dbt } from '../../src/warehouse/dbt.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { runOptions } from '../orchestration/increments.ts'
import { countPlainly } from './counting-oracle.ts'
import { startLayer, topic, until } from './live-folder.ts'
import { type PageEvent, recordOf } from './shop-stream.ts'

const folder = temporaryFolder()
const dataDir = join(folder, 'shop')
const log = () => openEventLog({ dataDir, kind: 'embedded' })
let dbt: Dbt
beforeAll(async () => {
  await mkdir(join(dataDir, 'raw'), { recursive: true })
  dbt = startRunDbt(runOptions(dataDir))
})
afterAll(() => dbt.close())

const crawler = new RegExp(crawlerPatterns.join('|'))
const judge = createStreamValidator(webEvents)

/** The simulated visitors of a business date, in order, as far as they keep the contract. */
function visitors(date: string): PageEvent[] {
  return dayTraffic({ date, eventsPerMinute: 2 })
    .map(({ line }) => trackedEvent(line) as PageEvent | undefined)
    .filter((event) => event !== undefined)
    .filter((event) => judge.validate(event, new Date(`${date}T23:59:59Z`)).outcome === 'accepted')
    .filter(({ occurred_at }) => occurred_at > `${date}T00:` && occurred_at < `${date}T22:30`)
    .filter(({ user_agent = '' }) => !crawler.test(user_agent.toLowerCase()))
    .toSorted((left, right) => (left.occurred_at < right.occurred_at ? -1 : 1))
}

const names = ['events', 'pageViews', 'productViews', 'carts', 'orders', 'sessions'] as const
const only = (counts: Readonly<Record<(typeof names)[number], number>>) =>
  Object.fromEntries(names.map((name) => [name, counts[name]]))

/** The two sides classify by the same rules, one in SQL, one here. */
const byChannel = ({ today }: LayerView) =>
  Object.fromEntries(
    today.breakdown.channel
      .map(
        ({ value, events, landings, sessions, orders }) =>
          [value, { events, landings, sessions, orders }] as const,
      )
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  )

it('is what the models count, wherever a run splits the stream', async () => {
  const events = visitors('2026-11-25')
  const ends = [Math.floor(events.length / 3), Math.floor(events.length * 0.8), events.length]
  const whole = await log()
  const layer = startLayer(dataDir, whole, { nowMs: () => Date.parse('2026-11-25T22:45:00Z') })
  try {
    for (const [index, end] of ends.entries()) {
      const expected = only(countPlainly(events.slice(0, end), 'Europe/Paris'))
      const part = events.slice(ends[index - 1] ?? 0, end)
      await whole.append(
        topic,
        part.map((event) => recordOf(event, Date.parse(event.occurred_at) + 300)),
      )
      await layer.caughtUp()
      expect(only(layer.view().today.counts), `part ${index + 1}, counted live`).toEqual(expected)
      const live = byChannel(layer.view())
      const { status, pointer } = await runPipeline({ ...runOptions(dataDir), dbt, openLog: log })
      expect(status).toBe('published')
      await until(() => layer.view().published?.sequence === pointer)
      expect(only(layer.view().today.counts), `part ${index + 1}, published`).toEqual(expected)
      expect(byChannel(layer.view())).toEqual(live)
    }
    expect(layer.view().today.counts.orders).toBeGreaterThan(5)
  } finally {
    await layer.stop()
    await whole.close()
  }
}, 300_000)
