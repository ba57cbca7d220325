import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { PlatformError } from '../../../src/contracts/errors.ts'
import { topics } from '../../../src/contracts/topics.ts'
import { applyLogRetention, openEmbeddedLog } from '../../../src/ingestion/event-log/embedded-log.ts'
import type { EventLog, LogRecord } from '../../../src/ingestion/event-log/event-log.ts'
import { openEventLog } from '../../../src/ingestion/event-log/open-event-log.ts'
import { readSpilled, resendRefused } from '../../../src/ingestion/event-log/spill-file.ts'
import { openSpillingLog, type SpillingLog } from '../../../src/ingestion/event-log/spilling-log.ts'
import { rejectionOf } from '../../cli/error-of.ts'
import { seededRandom } from '../../lake/killed-writers.ts'
import { temporaryFolder } from '../../lake/temporary-folder.ts'
import { readAll } from './conformance.ts'

const folder = temporaryFolder()
const topic = 'test.spilling.v1'
const open: { close(): Promise<void> }[] = []
let lastFolder = 0

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

const newFolder = () => {
  lastFolder += 1
  return join(folder, `spill-${lastFolder}`)
}
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => ({
    key: 'one',
    value: `${from + at}`,
    headers: { 'schema-version': '1' },
  }))

/** A log that can be told to refuse or to leave unanswered what it is sent. */
async function logThatGoes(dataDir: string) {
  const log = await openEmbeddedLog({ file: join(dataDir, 'far.sqlite') })
  let how: 'here' | 'refuses' | 'hangs' | 'takes and hangs' = 'here'
  let gate = Promise.withResolvers<void>()
  const going: EventLog = {
    ...log,
    async append(name, sent) {
      const [asked, { promise: opened }] = [how, gate]
      if (asked === 'refuses') throw new PlatformError('log.unavailable', 'away', { canRetry: true })
      if (asked === 'takes and hangs') await log.append(name, sent)
      if (asked !== 'here') await opened
      if (asked !== 'takes and hangs') await log.append(name, sent)
    },
    close: async () => undefined,
  }
  open.push(log)
  return {
    log,
    going,
    set(next: typeof how) {
      how = next
      if (next !== 'here') return
      gate.resolve()
      gate = Promise.withResolvers<void>()
    },
  }
}

async function openSpill(dataDir: string, log: EventLog, maxBytes?: number): Promise<SpillingLog> {
  const spilling = await openSpillingLog({ dataDir, log, patienceMs: 60, retryEveryMs: 20, maxBytes })
  open.push(spilling)
  await spilling.createTopic({ name: topic, partitions: 1 })
  return spilling
}

async function untilDrained(spilling: SpillingLog): Promise<void> {
  while ((await spilling.waitingRecords()) > 0) await sleep(5)
}

const valuesOf = async (log: EventLog, count: number) =>
  (await readAll(await log.openReader(topic, {}), count)).map(({ value }) => Number(value))

const upTo = (count: number) => [...Array(count).keys()]

it.each(['refuses', 'hangs', 'takes and hangs'] as const)(
  'keeps what is appended while the log %s, and sends it in order, once',
  async (how) => {
    const dataDir = newFolder()
    const { log, going, set } = await logThatGoes(dataDir)
    const spilling = await openSpill(dataDir, going)
    await spilling.append(topic, records(0, 10))
    set(how)
    await Promise.all([spilling.append(topic, records(10, 20)), spilling.append(topic, records(20, 25))])
    await spilling.append(topic, records(25, 40))
    expect(await spilling.waitingRecords()).toBe(30)
    set('here')
    await spilling.append(topic, records(40, 50))
    await untilDrained(spilling)
    await spilling.append(topic, records(50, 60))
    expect(await valuesOf(log, 60)).toEqual(upTo(60))
    expect((await log.topics()).map(({ name }) => name)).toEqual([topic, `${topic}.dead-letter`])
    const [first] = await readAll(await log.openReader(topic, { 0: 30 }), 30)
    expect(first?.headers).toEqual({ 'schema-version': '1' })
  },
)

it('goes on after a restart with what it had kept', async () => {
  const dataDir = newFolder()
  const { log, going, set } = await logThatGoes(dataDir)
  const spilling = await openSpill(dataDir, going)
  set('refuses')
  await spilling.append(topic, records(0, 100))
  await spilling.close()
  const again = await openSpill(dataDir, going)
  expect(await again.waitingRecords()).toBe(100)
  await again.append(topic, records(100, 110))
  set('here')
  await untilDrained(again)
  expect(await valuesOf(log, 110)).toEqual(upTo(110))
})

it('makes topics that it could not make while the log was away', async () => {
  const dataDir = newFolder()
  const { log, going, set } = await logThatGoes(dataDir)
  set('refuses')
  let isAway = true
  const away: EventLog = {
    ...going,
    createTopic: async (each) => {
      if (isAway) throw new PlatformError('log.unavailable', 'away', { canRetry: true })
      await log.createTopic(each)
    },
  }
  const spilling = await openSpill(dataDir, away)
  await spilling.append(topic, records(0, 10))
  isAway = false
  set('here')
  await untilDrained(spilling)
  expect(await valuesOf(log, 10)).toEqual(upTo(10))
})

it('refuses when no more fits, and loses nothing of what it took', async () => {
  const dataDir = newFolder()
  const { log, going, set } = await logThatGoes(dataDir)
  const spilling = await openSpill(dataDir, going, 200_000)
  set('refuses')
  let taken = 0
  let failure: PlatformError | undefined
  while (failure === undefined) {
    const sent = spilling.append(topic, records(taken, taken + 50))
    failure = await sent.then(
      () => undefined,
      async () => await rejectionOf(sent),
    )
    if (failure === undefined) taken += 50
  }
  expect(failure).toMatchObject({ code: 'log.unavailable', canRetry: true })
  expect(taken).toBeGreaterThan(500)
  set('here')
  await untilDrained(spilling)
  expect(await valuesOf(log, taken)).toEqual(upTo(taken))
})

it('belongs to one process at a time, and knows its topics', async () => {
  const dataDir = newFolder()
  const { going, set } = await logThatGoes(dataDir)
  const spilling = await openSpill(dataDir, going)
  expect(await rejectionOf(openSpillingLog({ dataDir, log: going }))).toMatchObject({ code: 'lease.held' })
  expect((await rejectionOf(spilling.append('test.other.v1', records(0, 1)))).code).toBe('topic.unknown')
  set('refuses')
  await spilling.append(topic, records(0, 1))
  expect((await rejectionOf(spilling.append('test.other.v1', records(0, 1)))).code).toBe('topic.unknown')
})

it.each([1, 2, 3, 4])('keeps order and counts through any number of absences (seed %i)', async (seed) => {
  const dataDir = newFolder()
  const random = seededRandom(seed)
  const { log, going, set } = await logThatGoes(dataDir)
  const spilling = await openSpill(dataDir, going)
  let sent = 0
  for (let step = 0; step < 60; step += 1) {
    const draw = random()
    if (draw < 0.15) set('refuses')
    else if (draw < 0.25) set('hangs')
    else if (draw < 0.3) set('takes and hangs')
    else if (draw < 0.5) set('here')
    const count = Math.floor(random() * 30)
    await spilling.append(topic, records(sent, sent + count))
    sent += count
  }
  set('here')
  await untilDrained(spilling)
  expect(await valuesOf(log, sent)).toEqual(upTo(sent))
})

/** A log that takes no request with one of these values, as Kafka does with a record that is too large. */
const without = (log: EventLog, refused: readonly number[]): EventLog => ({
  ...log,
  async append(name, sent) {
    if (sent.some(({ value }) => refused.includes(Number(value))))
      throw new PlatformError('record.refused', 'too large')
    await log.append(name, sent)
  },
})

it('keeps what its log refuses for good aside, with the reason, and sends the others in order', async () => {
  const dataDir = newFolder()
  const { log, going, set } = await logThatGoes(dataDir)
  const refused = [0, 37, 38, 99]
  const spilling = await openSpill(dataDir, without(going, refused))
  await spilling.append(topic, records(0, 20))
  await untilDrained(spilling)
  set('refuses')
  await spilling.append(topic, records(20, 100))
  expect(readSpilled(dataDir)).toEqual({ waiting: 80, refused: 1, reason: 'too large' })
  set('here')
  await untilDrained(spilling)
  const others = upTo(100).filter((value) => !refused.includes(value))
  expect(await valuesOf(log, others.length)).toEqual(others)
  expect(readSpilled(dataDir)).toEqual({ waiting: 0, refused: 4, reason: 'too large' })
  expect(await resendRefused(dataDir, without(log, [38]))).toEqual({ sent: 3, stillRefused: 1 })
  expect(await valuesOf(log, 99)).toEqual([...others, 0, 37, 99])
  const [last] = (await readAll(await log.openReader(topic, { 0: 98 }), 1)).slice(-1)
  expect(last).toMatchObject({ key: 'one', headers: { 'schema-version': '1' } })
  expect(Object.keys(last?.headers ?? {})).toEqual(['schema-version'])
  expect(readSpilled(dataDir).refused).toBe(1)
})

it('gives what it kept for Kafka to the embedded log that is opened instead', async () => {
  const dataDir = newFolder()
  const { name } = topics.webEvents
  const { going, set } = await logThatGoes(dataDir)
  const spilling = await openSpillingLog({ dataDir, log: going, patienceMs: 60, retryEveryMs: 20 })
  await spilling.createTopic(topics.webEvents)
  set('refuses')
  await spilling.append(name, records(0, 500))
  await spilling.close()
  const reading = await openEventLog({ dataDir, kind: 'embedded' })
  open.push(reading)
  expect(readSpilled(dataDir).waiting).toBe(500)
  const collecting = await openEventLog({ dataDir, kind: 'embedded', spills: true })
  open.push(collecting)
  await collecting.append(name, records(500, 510))
  const found = await readAll(await collecting.openReader(name, {}), 510)
  expect(found.map(({ value }) => Number(value))).toEqual(upTo(510))
  while (readSpilled(dataDir).waiting > 0) await sleep(5)
  expect(readSpilled(dataDir).refused).toBe(0)
})

it('forgets what it keeps when its retention is over', async () => {
  const dataDir = newFolder()
  const { going } = await logThatGoes(dataDir)
  const spilling = await openSpill(dataDir, without(going, [0, 1]))
  const [old, young] = records(0, 2) as LogRecord[] as [LogRecord, LogRecord]
  await spilling.append(topic, [{ ...old, timestampMs: Date.now() - 31 * 86_400_000 }])
  await spilling.append(topic, [young])
  expect(await applyLogRetention(dataDir)).toBe(1)
  expect(readSpilled(dataDir).refused).toBe(1)
})
