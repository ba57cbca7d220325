import { type CollectorOptions, createCollector } from '../../../src/ingestion/collector/create-collector.ts'
import type { EventSource } from '../../../src/ingestion/collector/event-source.ts'
import { openTestLog, storedRecords } from './stored-records.ts'

export const shopOrigin = 'https://shop.example'
export const shopSource: EventSource = { name: 'shop', writeKey: 'wk_shop', origins: [shopOrigin] }

/** An event that keeps the contract, happened a moment before noon on 25 November 2026. */
export const event = (changes: Record<string, unknown> = {}) => ({
  event_id: 'e1',
  occurred_at: '2026-11-25T11:59:58.250Z',
  event_name: 'page_view',
  consent_analytics: 'granted',
  anonymous_id: 'visitor-1',
  page_url: 'https://shop.example/lips?gclid=abc&mail=ann@example.org',
  gclid: 'abc',
  ...changes,
})

export const noonMs = Date.parse('2026-11-25T12:00:00Z')

export async function startCollector(options: Partial<CollectorOptions> = {}) {
  const { log, fault, close: closeLog } = await openTestLog()
  const clock = { nowMs: noonMs }
  const app = await createCollector({
    log,
    sources: [shopSource],
    nowMs: () => clock.nowMs,
    ...options,
  })
  const stored = (topic?: string) => storedRecords(log, topic)
  const rows = async (topic?: string) =>
    (await stored(topic)).map(({ value }) => JSON.parse(value) as Record<string, string>)
  const post = (payload: unknown, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: '/v1/events',
      headers: { 'content-type': 'application/json', 'x-write-key': 'wk_shop', ...headers },
      payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
    })
  const close = async () => {
    await app.close()
    await closeLog()
  }
  return { app, fault, clock, stored, rows, post, close }
}
