import type { LiveWindow } from '../../src/contracts/live.ts'
import { topics } from '../../src/contracts/topics.ts'
import type { EventLog } from '../../src/ingestion/event-log/event-log.ts'
import { type Pointer, publishPointer } from '../../src/lake/pointer.ts'
import type { LiveShop } from '../../src/live/batch-side.ts'
import { type SpeedLayer, type SpeedLayerOptions, startSpeedLayer } from '../../src/live/speed-layer.ts'
import { browser, type PageEvent, recordOf, timeText } from './shop-stream.ts'

export const liveShop: LiveShop = {
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  country: 'FR',
  hosts: ['floreetseve.example'],
}

export const topic = topics.webEvents.name

/** Publishes nothing but how far the log is landed: what a run over an empty lake would. */
export const publishOffsets = (dataDir: string, logOffsets: Record<string, number>): Promise<Pointer> =>
  publishPointer(dataDir, {
    runId: 'test',
    dataThrough: null,
    transform: 'test',
    tables: {},
    bronze: {},
    logOffsets,
  })

/** Next offsets of the web events' topic, as a publication names them. */
export async function endOffsets(log: EventLog): Promise<Record<string, number>> {
  const state = (await log.topics()).find(({ name }) => name === topic)
  return Object.fromEntries(
    (state?.partitions ?? []).map(({ partition, nextOffset }) => [`${topic}/${partition}`, nextOffset]),
  )
}

/** A visit of three events and, for every fifth visitor, an order. */
export function visit(number: number, atMs: number): PageEvent[] {
  const shared = {
    anonymous_id: `v${number}`,
    consent_analytics: 'granted',
    user_agent: browser,
    country: 'FR',
  }
  const at = (seconds: number) => timeText(atMs + seconds * 1000)
  const events: PageEvent[] = [
    {
      event_id: `${number}-1`,
      occurred_at: at(0),
      event_name: 'page_view',
      ...shared,
      utm_source: 'newsletter',
      utm_medium: 'email',
    },
    {
      event_id: `${number}-2`,
      occurred_at: at(1),
      event_name: 'product_view',
      sku: `S${number % 7}`,
      ...shared,
    },
    {
      event_id: `${number}-3`,
      occurred_at: at(2),
      event_name: 'add_to_cart',
      sku: `S${number % 7}`,
      ...shared,
    },
  ]
  if (number % 5 === 0)
    events.push({
      event_id: `${number}-4`,
      occurred_at: at(3),
      event_name: 'purchase',
      transaction_id: `T${number}`,
      value: '24.00',
      currency: 'EUR',
      ...shared,
    })
  return events
}

/** Appends visits that began one after the other, received as they happened. */
export async function appendVisits(log: EventLog, from: number, to: number, startMs: number, stepMs = 2_000) {
  const records = []
  for (let number = from; number < to; number++)
    for (const event of visit(number, startMs + number * stepMs))
      records.push(recordOf(event, Date.parse(event.occurred_at) + 300))
  await log.append(topic, records)
}

export const startLayer = (
  dataDir: string,
  log: EventLog,
  options: Partial<SpeedLayerOptions> = {},
): SpeedLayer =>
  startSpeedLayer({
    dataDir,
    log,
    shop: liveShop,
    pointerPollMs: 20,
    snapshotEveryMs: 20,
    tickMs: 20,
    ...options,
  })

/** Rows of an uninterrupted run over everything the log holds. */
export async function windowsOfOneRun(dataDir: string, log: EventLog): Promise<LiveWindow[]> {
  const layer = startLayer(dataDir, log)
  await layer.caughtUp()
  const windows = layer.windows()
  await layer.stop()
  return windows
}

/** Waits until something holds, for ten seconds at most. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; ) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it did not come about within ten seconds')
}
