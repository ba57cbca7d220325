import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { PlatformError } from '../../../src/contracts/errors.ts'
import type { Observer, StageEvent } from '../../../src/contracts/observer.ts'
import { deadLetterOf, topics } from '../../../src/contracts/topics.ts'
import type { Receipt } from '../../../src/ingestion/collector/event-intake.ts'
import { event, noonMs, shopOrigin, shopSource, startCollector } from './collector-fixture.ts'

const firefox = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0'
const letters = deadLetterOf(topics.webEvents.name)

let collector: Awaited<ReturnType<typeof startCollector>>
afterEach(() => collector.close())

describe('POST /v1/events', () => {
  it.each([
    ['one event', event(), 1],
    ['an array', [event(), event({ event_id: 'e2' })], 2],
    ['an envelope', { events: [event()], sent_at: '2026-11-25T12:00:00Z' }, 1],
    ['nothing', [], 0],
  ])('takes %s', async (_what, payload, accepted) => {
    collector = await startCollector()
    const answer = await collector.post(payload)
    expect([answer.statusCode, answer.json()]).toEqual([200, { accepted, refused: [], warnings: [] }])
    expect(await collector.rows()).toHaveLength(accepted)
  })

  it('takes gzip, text/plain and a byte order mark', async () => {
    collector = await startCollector()
    const zipped = gzipSync(JSON.stringify(event()))
    expect((await collector.post(zipped, { 'content-encoding': 'gzip' })).statusCode).toBe(200)
    expect(
      (
        await collector.post(`\uFEFF${JSON.stringify(event())}`, {
          'content-type': 'text/plain;charset=UTF-8',
        })
      ).statusCode,
    ).toBe(200)
    expect(await collector.rows()).toHaveLength(2)
  })

  it('stores a record by its contract, keyed by visitor, with what the browser tells', async () => {
    collector = await startCollector()
    await collector.post(event({ quantity: 2, value: 39.9, unheard_of: 'x' }), {
      origin: shopOrigin,
      'user-agent': firefox,
      'accept-language': 'fr-FR,fr;q=0.9',
    })
    const [record] = await collector.stored()
    expect(record).toMatchObject({
      key: 'visitor-1',
      timestampMs: noonMs,
      headers: { 'schema-version': '1', source: 'shop' },
    })
    expect((await collector.rows())[0]).toEqual({
      event_id: 'e1',
      occurred_at: '2026-11-25T11:59:58.250Z',
      event_name: 'page_view',
      consent_analytics: 'granted',
      anonymous_id: 'visitor-1',
      page_url: 'https://shop.example/lips?gclid=abc&mail=[e-mail]',
      gclid: 'abc',
      quantity: '2',
      value: '39.9',
      ip: '127.0.0.0',
      user_agent: firefox,
      language: 'fr-FR',
      device_type: 'desktop',
      browser: 'Firefox',
      operating_system: 'macOS',
    })
  })

  it('does not take a server for a visitor, but believes what it says of one', async () => {
    collector = await startCollector()
    await collector.post([event(), event({ ip: '203.0.113.77', user_agent: firefox })], {
      'user-agent': 'node',
    })
    expect((await collector.rows())[0]).not.toHaveProperty('user_agent')
    expect((await collector.rows())[0]).not.toHaveProperty('ip')
    expect((await collector.rows())[1]).toMatchObject({ ip: '203.0.113.0', browser: 'Firefox' })
  })

  it.each(['denied', 'unknown'])(
    'keeps no identifier with consent %s, but a purchase its order',
    async (consent_analytics) => {
      collector = await startCollector()
      const personal = {
        customer_id: 'c1',
        email: 'ann@example.org',
        transaction_id: 't1',
        search_term: 'lips',
        ip: '203.0.113.77',
        utm_campaign: 'spring',
      }
      await collector.post(
        [
          event({ ...personal, consent_analytics }),
          event({ ...personal, consent_analytics, event_name: 'purchase' }),
        ],
        { origin: shopOrigin },
      )
      const bare = {
        event_id: 'e1',
        occurred_at: '2026-11-25T11:59:58.250Z',
        event_name: 'page_view',
        consent_analytics,
        page_url: 'https://shop.example/lips',
        utm_campaign: 'spring',
      }
      expect(
        (await collector.rows()).map(({ user_agent, device_type, operating_system, browser, ...row }) => row),
      ).toEqual(expect.arrayContaining([bare, { ...bare, event_name: 'purchase', transaction_id: 't1' }]))
      expect((await collector.stored()).map(({ key }) => key)).toEqual([null, null])
    },
  )

  it('accepts the valid part of a batch and sets the rest aside with its reasons, without identifiers', async () => {
    collector = await startCollector()
    const answer = await collector.post([
      event(),
      event({ event_name: 'dance', consent_analytics: 'denied' }),
      event({ event_id: '' }),
      'nonsense',
      event({ page_title: 'a\0b' }),
      event({ page_title: 'a\ud800b' }),
    ])
    expect(answer.statusCode).toBe(200)
    expect(answer.json().accepted).toBe(1)
    expect(answer.json().refused.map(({ message, ...rest }: { message: string }) => rest)).toEqual([
      { index: 1, reason: 'unknown_value', column: 'event_name' },
      { index: 2, reason: 'missing_value', column: 'event_id' },
      { index: 3, reason: 'malformed_record' },
      { index: 4, reason: 'nul_character', column: 'page_title' },
      { index: 5, reason: 'wrong_encoding', column: 'page_title' },
    ])
    expect((await collector.stored(letters)).map(({ headers }) => headers['dead-letter-reason'])).toEqual([
      'unknown_value',
      'missing_value',
      'malformed_record',
      'nul_character',
      'wrong_encoding',
    ])
    expect((await collector.rows(letters))[0]).not.toHaveProperty('anonymous_id')
    expect((await collector.rows(letters))[1]).toMatchObject({ anonymous_id: 'visitor-1' })
  })

  it('takes events without the fields it does not know, and says which, of how many events, and what was meant', async () => {
    const counted: unknown[] = []
    collector = await startCollector({ observer: { stage() {}, count: (...each) => counted.push(each) } })
    const { anonymous_id, ...nobody } = event()
    const answer = await collector.post([
      event(),
      { ...nobody, visitor_id: 'v1', anonymousId: 'v1', page_ulr: '/', email_hash: '0', colour: 'red' },
      { name: 'page_view' },
      'nonsense',
    ])
    expect(answer.json()).toMatchObject({
      accepted: 2,
      refused: [{ index: 2, column: 'event_id' }, { index: 3 }],
    })
    expect(answer.json().warnings).toEqual([
      {
        index: 1,
        unknownFields: [
          { name: 'visitor_id', suggestion: 'anonymous_id' },
          { name: 'anonymousId', suggestion: 'anonymous_id' },
          { name: 'page_ulr', suggestion: 'page_url' },
          { name: 'email_hash', suggestion: 'email' },
          { name: 'colour' },
        ],
      },
      { index: 2, unknownFields: [{ name: 'name' }] },
    ])
    expect(counted).toContainEqual(['collector_unknown_fields', 2, { source: 'shop' }])
    expect((await collector.rows()).at(-1)).not.toHaveProperty('anonymous_id')
  })

  it('names no more unknown fields than an answer holds', async () => {
    collector = await startCollector()
    const fields = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${n}`.padEnd(70, '\0'), n]))
    const answer = await collector.post(Array.from({ length: 25 }, () => event(fields)))
    const { accepted, warnings } = answer.json() as Receipt
    expect([accepted, warnings.length, warnings[0]?.unknownFields.length]).toEqual([25, 20, 10])
    expect(answer.body.length).toBeLessThan(100_000)
  })

  it('answers 400 when nothing of it is right', async () => {
    collector = await startCollector()
    expect((await collector.post(event({ occurred_at: 'yesterday' }))).statusCode).toBe(400)
    expect((await collector.post('{"event_id": ')).json()).toMatchObject({ error: 'malformed_body' })
    expect(await collector.stored(letters)).toHaveLength(2)
  })

  it('takes the time from its own clock when the sender’s is wrong by hours', async () => {
    collector = await startCollector()
    const late = { events: [event({ occurred_at: '2026-11-28T09:00:00Z' })], sent_at: '2026-11-28T10:00:00Z' }
    const right = { events: [event()], sent_at: '2026-11-25T11:59:00Z' }
    await collector.post(late)
    await collector.post(right)
    expect((await collector.rows()).map((row) => row.occurred_at)).toEqual([
      '2026-11-25T11:00:00.000Z',
      '2026-11-25T11:59:58.250Z',
    ])
  })

  it('answers only when the log has the events', async () => {
    collector = await startCollector()
    const store = Promise.withResolvers<void>()
    collector.fault.wait = store.promise
    let isAnswered = false
    const answer = collector.post(event()).then((response) => {
      isAnswered = true
      return response
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(isAnswered).toBe(false)
    store.resolve()
    expect((await answer).statusCode).toBe(200)
  })

  it.each(['log.unavailable', 'disk.full'] as const)(
    'answers 503 with Retry-After on %s and recovers',
    async (code) => {
      const stages: StageEvent[] = []
      const observer: Observer = { stage: (stage) => stages.push(stage), count() {} }
      collector = await startCollector({ observer })
      collector.fault.error = new PlatformError(code, 'log: it is away', { canRetry: true })
      const answer = await collector.post(event())
      expect([answer.statusCode, answer.headers['retry-after'], answer.json().error]).toEqual([
        503,
        '5',
        'log_unavailable',
      ])
      expect((await collector.app.inject('/healthz')).statusCode).toBe(503)
      collector.fault.error = undefined
      expect((await collector.post(event())).statusCode).toBe(200)
      expect((await collector.app.inject('/healthz')).json()).toEqual({ status: 'ok', bytesInFlight: 0 })
      expect(stages.map(({ stage, state }) => [stage, state])).toEqual([
        ['collect', 'failed'],
        ['collect', 'finished'],
      ])
    },
  )
})

describe('who may send', () => {
  it('is known by a write key in header, address or body', async () => {
    collector = await startCollector()
    const { app } = collector
    const send = (url: string, payload: object, headers = {}) =>
      app.inject({ method: 'POST', url, payload, headers }).then(({ statusCode }) => statusCode)
    expect(await send('/v1/events?key=wk_shop', event())).toBe(200)
    expect(await send('/v1/events', { write_key: 'wk_shop', events: [event()] })).toBe(200)
    expect(await send('/v1/events', event())).toBe(401)
    expect(await send('/v1/events?key=wk_other', event())).toBe(401)
    expect(await send('/v1/events', event(), { 'x-write-key': 'constructor' })).toBe(401)
  })

  it('is a page of a listed origin', async () => {
    collector = await startCollector({
      sources: [shopSource, { name: 'other', writeKey: 'wk_other', origins: ['https://other.example'] }],
    })
    const fine = await collector.post(event(), { origin: shopOrigin })
    expect(fine.headers['access-control-allow-origin']).toBe(shopOrigin)
    const foreign = await collector.post(event(), { origin: 'https://evil.example' })
    expect([foreign.statusCode, foreign.json().error]).toEqual([403, 'origin_refused'])
    expect(foreign.headers).not.toHaveProperty('access-control-allow-origin')
    const wrongSource = await collector.post(event(), { origin: 'https://other.example' })
    expect(wrongSource.statusCode).toBe(403)
    const ask = (origin: string) =>
      collector.app.inject({ method: 'OPTIONS', url: '/v1/events', headers: { origin } })
    expect((await ask(shopOrigin)).headers).toMatchObject({
      'access-control-allow-origin': shopOrigin,
      'access-control-allow-headers': expect.stringContaining('x-write-key'),
    })
    expect((await ask('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin')
    expect(await collector.rows()).toHaveLength(1)
  })

  it('waits when it sends too much, by source and by address', async () => {
    collector = await startCollector({ limits: { eventsPerSecondOfAddress: 1, burstSeconds: 2 } })
    const batch = [event(), event({ event_id: 'e2' }), event({ event_id: 'e3' })]
    expect((await collector.post(batch)).statusCode).toBe(200)
    const refused = await collector.post(event())
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '2'])
    collector.clock.nowMs += 2_000
    expect((await collector.post(event())).statusCode).toBe(200)
    await collector.close()
    collector = await startCollector({ limits: { eventsPerSecondOfSource: 1, burstSeconds: 1 } })
    expect((await collector.post(event())).statusCode).toBe(200)
    expect((await collector.post(event())).statusCode).toBe(429)
  })

  it('is seen behind proxies that are named, and only those', async () => {
    const forwarded = { origin: shopOrigin, 'x-forwarded-for': '198.51.100.23' }
    collector = await startCollector()
    await collector.post(event(), forwarded)
    expect((await collector.rows())[0]?.ip).toBe('127.0.0.0')
    await collector.close()
    collector = await startCollector({ trustedProxies: ['127.0.0.0/8'] })
    await collector.post(event(), forwarded)
    expect((await collector.rows())[0]?.ip).toBe('198.51.100.0')
  })
})

describe('what is too much', () => {
  it.each([
    ['a body', { bodyBytes: 1_000 }, 'x'.repeat(1_001), {}, 413, 'too_large'],
    [
      'a gzip bomb',
      {},
      gzipSync(Buffer.alloc(5_000_000, '[')),
      { 'content-encoding': 'gzip' },
      413,
      'too_large',
    ],
    ['what is no gzip', {}, 'plain', { 'content-encoding': 'gzip' }, 400, 'broken_encoding'],
    ['another encoding', {}, 'plain', { 'content-encoding': 'br' }, 415, 'unknown_encoding'],
    ['another type', {}, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unknown_type'],
    ['many events', { eventsPerRequest: 1 }, JSON.stringify([event(), event()]), {}, 413, 'too_many_events'],
    ['all of the memory', { bytesInFlight: 10 }, JSON.stringify(event()), {}, 503, 'overloaded'],
  ])('refuses %s', async (_what, limits, payload, headers, status, error) => {
    collector = await startCollector({ limits })
    const answer = await collector.post(payload, headers as Record<string, string>)
    expect([answer.statusCode, answer.json().error]).toEqual([status, error])
    expect((await collector.app.inject('/healthz')).json().bytesInFlight).toBe(0)
    expect(await collector.rows()).toEqual([])
  })
})

describe('GET /v1/pixel.gif', () => {
  it('counts a page viewed without scripts', async () => {
    collector = await startCollector()
    const answer = await collector.app.inject({
      url: '/v1/pixel.gif?key=wk_shop',
      headers: { referer: 'https://shop.example/lips', 'user-agent': firefox },
    })
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'image/gif',
      'no-store',
    ])
    expect((await collector.rows())[0]).toMatchObject({
      event_name: 'page_view',
      consent_analytics: 'unknown',
      page_url: 'https://shop.example/lips',
      browser: 'Firefox',
    })
    expect((await collector.rows())[0]).not.toHaveProperty('ip')
  })

  it('counts an e-mail opened, for no visitor', async () => {
    collector = await startCollector()
    const query =
      'event_name=email_open&utm_campaign=spring&consent_analytics=granted&customer_id=c1&anonymous_id=a1'
    await collector.app.inject(`/v1/pixel.gif?key=wk_shop&${query}`)
    expect((await collector.rows())[0]).toMatchObject({
      event_name: 'email_open',
      utm_campaign: 'spring',
      customer_id: 'c1',
    })
    expect((await collector.rows())[0]).not.toHaveProperty('anonymous_id')
  })

  it('is an image whatever happens', async () => {
    collector = await startCollector()
    const unknown = await collector.app.inject('/v1/pixel.gif')
    expect([unknown.statusCode, unknown.headers['content-type'], unknown.headers['x-refused']]).toEqual([
      401,
      'image/gif',
      'unknown_key',
    ])
    const wrong = await collector.app.inject('/v1/pixel.gif?key=wk_shop&event_name=dance')
    expect([wrong.statusCode, wrong.headers['x-refused']]).toEqual([400, 'unknown_value event_name'])
  })
})

describe('GET /snippet', () => {
  it('shows what to copy to who knows the key, in both languages', async () => {
    collector = await startCollector()
    const shown = await collector.app.inject({
      url: '/snippet?key=wk_shop',
      headers: { 'accept-language': 'fr' },
    })
    expect(shown.statusCode).toBe(200)
    expect(shown.body).toContain('data-key=&quot;wk_shop&quot;')
    expect(shown.body).toContain('Mettre Sillage sur votre site')
    const asked = await collector.app.inject('/snippet?key=<script>')
    expect(asked.statusCode).toBe(404)
    expect(asked.body).toContain('Put Sillage on your site')
    expect(asked.body).not.toContain('<script>')
    expect(asked.body).toContain('No source has this write key.')
    expect((await collector.app.inject('/snippet')).body).not.toContain('No source')
  })
})
