import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { webEvents } from '../../../src/contracts/tables/web-events.ts'
import { deadLetterOf, topics } from '../../../src/contracts/topics.ts'
import { event, shopOrigin, startCollector } from './collector-fixture.ts'

let collector: Awaited<ReturnType<typeof startCollector>>
const failures: string[] = []
beforeAll(async () => {
  collector = await startCollector({
    observer: { count() {}, stage: ({ message = '' }) => failures.push(message) },
    limits: { eventsPerSecondOfAddress: 1e9, eventsPerSecondOfSource: 1e9, burstSeconds: 1 },
  })
})
afterAll(() => collector.close())

const text = JSON.stringify(event())
const withField = (field: string) => `${text.slice(0, -1)},${field}}`
const deep = '['.repeat(200_000) + ']'.repeat(200_000)
const deepObject = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`

describe('JSON of every kind', () => {
  it.each([
    ['nothing', '', 400],
    ['space', ' \n ', 400],
    ['half an object', text.slice(0, 40), 400],
    ['a comma too many', `${text.slice(0, -1)},}`, 400],
    ['single quotes', text.replaceAll('"', "'"), 400],
    ['two values', `${text}\n${text}`, 400],
    ['NaN', withField('"quantity": NaN'), 400],
    ['a raw NUL', withField('"page_title": "a\0b"'), 400],
    ['a raw new line in a text', withField('"page_title": "a\nb"'), 400],
    ['an escaped NUL', withField('"page_title": "a\\u0000b"'), 400],
    ['a lone surrogate', withField('"page_title": "a\\ud83db"'), 400],
    ['null', 'null', 400],
    ['a number', '42', 400],
    ['a text', '"event"', 400],
    ['arrays of arrays', `[[${text}]]`, 400],
    ['an array nested deeply', deep, 400],
    ['an object nested deeply', deepObject, 400],
    ['a value nested deeply', withField(`"page_title": ${deep}`), 400],
    ['events that are no array', '{"events": {"0": 1}}', 400],
    ['a number too large for a double', withField('"quantity": 1e999'), 400],
    ['a number with forty digits', withField(`"quantity": ${'9'.repeat(40)}`), 400],
    ['a key of a hundred thousand letters', withField(`"${'k'.repeat(100_000)}": 1`), 200],
    ['a hundred thousand keys', withField(Array.from({ length: 50_000 }, (_, n) => `"k${n}":1`).join()), 200],
    ['a byte order mark', `\uFEFF${text}`, 200],
    ['a key twice: the last counts', withField('"event_name": "search"'), 200],
    ['__proto__', withField('"__proto__": {"polluted": true, "ip": "1.2.3.4"}'), 200],
    ['constructor.prototype', withField('"constructor": {"prototype": {"polluted": true}}'), 200],
    ['an emoji', withField('"page_title": "💄"'), 200],
    ['right-to-left marks', withField('"page_title": "\u202Eabc"'), 200],
  ])('%s', async (_what, payload, status) => {
    const answer = await collector.post(payload, { origin: shopOrigin, 'content-type': 'text/plain' })
    expect(answer.statusCode).toBe(status)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(failures).toEqual([])
    expect((await collector.app.inject('/healthz')).json()).toEqual({ status: 'ok', bytesInFlight: 0 })
  })

  it('that is not UTF-8 is set aside and said to be so', async () => {
    const latin = Buffer.from(withField('"page_title": "é"'), 'latin1')
    expect((await collector.post(latin)).statusCode).toBe(400)
    const letters = await collector.stored(deadLetterOf(topics.webEvents.name))
    expect(letters.at(-1)?.headers).toMatchObject({
      'dead-letter-reason': 'wrong_encoding',
      'invalid-utf8': 'true',
    })
  })

  it('never breaks the collector, and every event of it is counted: stored, or refused with a reason', async () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.string({ unit: 'binary' }), fc.double())
    const keys = [...Object.keys(webEvents.schema.properties), 'ip', 'email', '__proto__', 'toString']
    const record = fc.oneof(
      value,
      fc.dictionary(fc.constantFrom(...keys), value).map((changes) => ({ ...event(), ...changes })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), async (records) => {
        const answer = await collector.post(JSON.stringify(records), { origin: shopOrigin })
        expect([200, 400]).toContain(answer.statusCode)
        const { accepted, refused } = answer.json()
        expect(accepted + refused.length).toBe(records.length)
      }),
      { numRuns: 200 },
    )
    expect(failures).toEqual([])
  })

  it('that is stored can be read back, each value a text', async () => {
    for (const row of await collector.rows())
      for (const value of Object.values(row)) expect(value.isWellFormed() && !value.includes('\0')).toBe(true)
  })
})
