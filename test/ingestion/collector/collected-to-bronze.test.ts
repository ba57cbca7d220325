import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCollector } from '../../../src/ingestion/collector/create-collector.ts'
import { openEventLog } from '../../../src/ingestion/event-log/open-event-log.ts'
import { landLog } from '../../../src/ingestion/lander/lander.ts'
import { createShopFolder, type ShopFolder } from '../shop-folder.ts'
import { event, shopOrigin, shopSource } from './collector-fixture.ts'

let shop: ShopFolder
beforeAll(async () => {
  shop = await createShopFolder()
})
afterAll(() => shop?.close())

const agent =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36'

it('what pages send is in bronze once, what is refused in quarantine with its reason', async () => {
  const log = await openEventLog({ dataDir: shop.dataDir, kind: 'embedded' })
  const app = await createCollector({ log, sources: [shopSource] })
  const post = (events: readonly object[]) =>
    app.inject({
      method: 'POST',
      url: '/v1/events?key=wk_shop',
      headers: { origin: shopOrigin, 'user-agent': agent },
      payload: events,
    })
  const occurred_at = new Date().toISOString()
  const visit = [
    event({ occurred_at, event_id: 'seen' }),
    event({
      occurred_at,
      event_id: 'bought',
      event_name: 'purchase',
      value: 49.8,
      currency: 'EUR',
      email: ' Ann@Example.org ',
      transaction_id: 't1',
    }),
    event({
      occurred_at,
      event_id: 'denied',
      event_name: 'purchase',
      consent_analytics: 'denied',
      email: 'bob@example.org',
      transaction_id: 't2',
    }),
    event({ occurred_at, event_id: 'wrong', event_name: 'dance', consent_analytics: 'denied' }),
    event({ occurred_at, event_id: 'nested', page_title: { a: [1, 'é💄'] } }),
    event({ occurred_at, event_id: 'quantity', quantity: 1.5 }),
  ]
  // A page that was left sends what it had once more from the next.
  for (const events of [visit, visit.slice(0, 3)]) expect((await post(events)).statusCode).toBe(200)
  await app.close()
  const { totals } = await landLog({ dataDir: shop.dataDir, log, secret: shop.options.secret })
  await log.close()

  expect(totals).toMatchObject({ read: 9, accepted: 4, duplicate: 3, quarantined: 2 })
  const rows =
    await shop.query(`SELECT event_id, anonymous_id, transaction_id, ip_truncated, page_url, page_title, value,
    length(email_hash) AS hashed, device_type, browser, operating_system FROM bronze.web_events ORDER BY event_id`)
  const seen = {
    event_id: 'seen',
    anonymous_id: 'visitor-1',
    transaction_id: null,
    ip_truncated: '127.0.0.0',
    page_url: 'https://shop.example/lips?gclid=abc&mail=[e-mail]',
    page_title: null,
    value: null,
    hashed: null,
    device_type: 'mobile',
    browser: 'Chrome',
    operating_system: 'Android',
  }
  expect(rows).toEqual([
    { ...seen, event_id: 'bought', transaction_id: 't1', value: '49.80', hashed: '64' },
    {
      ...seen,
      event_id: 'denied',
      anonymous_id: null,
      transaction_id: 't2',
      ip_truncated: null,
      page_url: 'https://shop.example/lips',
    },
    { ...seen, event_id: 'nested', page_title: '{"a":[1,"é💄"]}' },
    seen,
  ])
  const refused = await shop.query(
    `SELECT reason, raw_text AS text FROM quarantine.web_events ORDER BY reason`,
  )
  expect(refused.map(({ reason }) => reason)).toEqual(['not_a_number', 'unknown_value'])
  expect(refused[1]?.text).not.toContain('visitor-1')
})
