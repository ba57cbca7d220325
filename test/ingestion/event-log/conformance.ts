import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  EventLog,
  LogReader,
  LogRecord,
  RecordBlock,
  StoredRecord,
} from '../../../src/ingestion/event-log/event-log.ts'
import { recordSeparator } from '../../../src/ingestion/event-log/record-block.ts'
import { partitionOf } from '../../../src/ingestion/event-log/record-partition.ts'
import { rejectionOf } from '../../cli/error-of.ts'

/** A log under test: opened as often as wanted, and what can happen to it from outside. */
export interface LogUnderTest {
  open(): Promise<EventLog>
  /** Takes away the records below an offset. */
  truncate(topic: string, partition: number, beforeOffset: number): Promise<void>
  deleteTopic(topic: string): Promise<void>
}

const headers = { 'schema-version': '1' }
let lastTopic = 0

/** What every event log must do, whatever it is made of. */
export function describeEventLog(
  name: string,
  start: () => Promise<LogUnderTest>,
  options: { runs: number },
) {
  describe(`${name} as an event log`, () => {
    let underTest: LogUnderTest
    let log: EventLog
    const readers: LogReader[] = []

    beforeAll(async () => {
      underTest = await start()
      log = await underTest.open()
    })
    afterAll(async () => {
      for (const reader of readers) await reader.close()
      await log.close()
    })

    const newTopic = async (partitions = 3): Promise<string> => {
      lastTopic += 1
      const topic = `test.conformance-${process.pid}-${lastTopic}.v1`
      await log.createTopic({ name: topic, partitions })
      return topic
    }
    const openReader = async (...args: Parameters<EventLog['openReader']>) => {
      const reader = await log.openReader(...args)
      readers.push(reader)
      return reader
    }
    const stateOf = async (topic: string) => (await log.topics()).find(({ name: found }) => found === topic)
    const fill = (topic: string, from: number, to: number, key: string | null = 'one') =>
      log.append(
        topic,
        Array.from({ length: to - from }, (_, at) => ({ key, value: `value ${from + at}`, headers })),
      )

    it('makes a topic with its dead-letter topic, and leaves an existing one as it is', async () => {
      const topic = await newTopic(3)
      await fill(topic, 0, 5, null)
      await log.createTopic({ name: topic, partitions: 7 })
      const states = (await log.topics()).filter(({ name: found }) => found.startsWith(topic))
      expect(states.map((state) => [state.name, state.partitions.length])).toEqual([
        [topic, 3],
        [`${topic}.dead-letter`, 1],
      ])
      const names = (await log.topics()).map(({ name: found }) => found)
      expect(names).toEqual([...names].sort())
    })

    it('gives back key, value, headers and time as they were sent', async () => {
      const topic = await newTopic(1)
      const sent: LogRecord[] = [
        {
          key: 'clé',
          value: '{"a":"é\\u0000 🌿"}',
          headers: { ...headers, source: 'boutique é' },
          timestampMs: 1_700_000_000_123,
        },
        { key: null, value: '', headers: {} },
        { key: '', value: 'x'.repeat(300_000), headers },
      ]
      const before = Date.now()
      await log.append(topic, sent)
      const found = await readAll(await openReader(topic, {}), 3)
      expect(found.map(({ key, value, headers: had }) => ({ key, value, headers: had }))).toEqual(
        sent.map(({ key, value, headers: had }) => ({ key, value, headers: had })),
      )
      expect(found[0]?.timestampMs).toBe(1_700_000_000_123)
      expect(found[1]?.timestampMs).toBeGreaterThanOrEqual(before - 1_000)
      expect(found[1]?.timestampMs).toBeLessThanOrEqual(Date.now() + 1_000)
    })

    it('gives the same records in blocks, from any offset and within the limits', async () => {
      const topic = await newTopic(2)
      const values = ['', '', 'é🌿', 'a\u001eb', 'c', 'd\u0000', '', 'x'.repeat(5_000), 'last']
      const sent = Array.from({ length: 300 }, (_, at): LogRecord => {
        const source = at % 50 < 40 ? 'web' : 'boutique é'
        return {
          key: `k${at % 7}`,
          value: values[(at * 5) % values.length]!,
          headers: at % 90 === 0 ? {} : { ...headers, source },
          timestampMs: 1_700_000_000_000 + at,
        }
      })
      await log.append(topic, sent)
      const from = { 0: 3, 1: 5 }
      const wanted = await readAll(await openReader(topic, from), sent.length - 8)
      for (const limits of [{}, { maxRecords: 7 }, { maxBytes: 6_000 }]) {
        const reader = await openReader(topic, from)
        const found: ReturnType<typeof recordsOf> = []
        while (found.length < wanted.length) {
          const blocks = await reader.nextBlocks({ maxWaitMs: 1_000, ...limits })
          if (blocks.length === 0) break
          const records = blocks.flatMap(recordsOf)
          expect(records.length).toBeLessThanOrEqual(limits.maxRecords ?? Number.POSITIVE_INFINITY)
          found.push(...records)
        }
        const inOrder = [...found].sort((a, b) => a.partition - b.partition || a.offset - b.offset)
        expect(inOrder).toEqual(
          [...wanted]
            .sort((a, b) => a.partition - b.partition || a.offset - b.offset)
            .map(({ key: _, ...record }) => record),
        )
        expectInOrder(found as StoredRecord[])
      }
    })

    it('puts a key where the platform’s hash says and spreads records without one', async () => {
      const topic = await newTopic(4)
      const keys = ['a', 'visiteur-é', 'b-17', '0'.repeat(64)]
      await log.append(
        topic,
        keys.map((key) => ({ key, value: key, headers })),
      )
      await fill(topic, 0, 8, null)
      const found = await readAll(await openReader(topic, {}), keys.length + 8)
      for (const key of keys)
        expect(found.find((record) => record.key === key)?.partition).toBe(partitionOf(key, 4))
      const spread = found.filter((record) => record.key === null).map(({ partition }) => partition)
      expect(new Set(spread).size).toBe(4)
    })

    it('reads on from any position, and waits for what comes', async () => {
      const topic = await newTopic(1)
      await fill(topic, 0, 10)
      const { firstOffset, nextOffset } = (await stateOf(topic))!.partitions[0]!
      expect(nextOffset - firstOffset).toBe(10)
      const reader = await openReader(topic, { 0: firstOffset + 7 })
      expect((await readAll(reader, 3)).map(({ value }) => value)).toEqual(['value 7', 'value 8', 'value 9'])
      expect(await reader.next({ maxWaitMs: 50 })).toEqual([])
      const coming = readAll(reader, 1)
      await fill(topic, 10, 11)
      expect((await coming).map(({ value, offset }) => [value, offset])).toEqual([['value 10', nextOffset]])
    })

    it('keeps to the limits of a read', async () => {
      const topic = await newTopic(2)
      await log.append(
        topic,
        Array.from({ length: 40 }, () => ({ key: null, value: 'x'.repeat(1_000), headers })),
      )
      const reader = await openReader(topic, {})
      expect((await reader.next({ maxRecords: 7, maxWaitMs: 5_000 })).length).toBeLessThanOrEqual(7)
      const some = await reader.next({ maxBytes: 2_500, maxWaitMs: 5_000 })
      expect(some.length).toBeGreaterThan(0)
      expect(some.length).toBeLessThanOrEqual(3)
    })

    it('lets several read and append at once, each reader seeing every record', async () => {
      const topic = await newTopic(3)
      const other = await underTest.open()
      try {
        const [first, second] = [await openReader(topic, {}), await other.openReader(topic, {})]
        await Promise.all([
          ...Array.from({ length: 20 }, (_, at) => fill(topic, at * 10, at * 10 + 10, `key ${at}`)),
          ...Array.from({ length: 20 }, (_, at) =>
            other.append(topic, [{ key: `other ${at}`, value: `other ${at}`, headers }]),
          ),
        ])
        const [one, two] = [await readAll(first, 220), await readAll(second, 220)]
        expectInOrder(one)
        expectInOrder(two)
        expect(one.map(({ value }) => value).sort()).toEqual(two.map(({ value }) => value).sort())
        expect(new Set(one.map(({ value }) => value)).size).toBe(220)
        for (let key = 0; key < 20; key += 1)
          expect(one.filter((record) => record.key === `key ${key}`).map(({ value }) => value)).toEqual(
            Array.from({ length: 10 }, (_, at) => `value ${key * 10 + at}`),
          )
        await second.close()
      } finally {
        await other.close()
      }
    })

    it('says which topic it does not know', async () => {
      const unknown = 'test.nowhere.v1'
      expect(await rejectionOf(log.append(unknown, [{ key: null, value: '', headers }]))).toMatchObject({
        code: 'topic.unknown',
        message: expect.stringContaining(unknown),
      })
      expect((await rejectionOf(log.openReader(unknown, {}))).code).toBe('topic.unknown')
    })

    it('tells a reader whose records are gone, and never skips', async () => {
      const topic = await newTopic(1)
      await fill(topic, 0, 20)
      const { firstOffset } = (await stateOf(topic))!.partitions[0]!
      const atFive = await openReader(topic, { 0: firstOffset + 5 })
      const atTwelve = await openReader(topic, { 0: firstOffset + 12 })
      await underTest.truncate(topic, 0, firstOffset + 12)
      expect(await failureOf(atFive)).toMatchObject({
        code: 'log.truncated',
        message: expect.stringContaining(topic),
      })
      expect((await readAll(atTwelve, 8)).map(({ value }) => value)[0]).toBe('value 12')
      expect((await stateOf(topic))!.partitions[0]!.firstOffset).toBe(firstOffset + 12)
      expect((await readAll(await openReader(topic, {}), 8)).length).toBe(8)
    })

    it('tells a reader that is ahead of the log', async () => {
      const topic = await newTopic(1)
      await fill(topic, 0, 3)
      const { nextOffset } = (await stateOf(topic))!.partitions[0]!
      expect(await failureOf(openReader(topic, { 0: nextOffset + 1 }))).toMatchObject({
        code: 'log.truncated',
      })
      const atEnd = await openReader(topic, { 0: nextOffset })
      expect(await atEnd.next({ maxWaitMs: 20 })).toEqual([])
    })

    it('tells a reader whose topic was deleted and made anew, open or opened later', async () => {
      const topic = await newTopic(1)
      await fill(topic, 0, 5)
      const { firstOffset } = (await stateOf(topic))!.partitions[0]!
      const open = await openReader(topic, { 0: firstOffset + 5 })
      expect(await open.next({ maxWaitMs: 20 })).toEqual([])
      await underTest.deleteTopic(topic)
      await log.createTopic({ name: topic, partitions: 1 })
      await fill(topic, 100, 120)
      expect((await failureOf(open)).code).toBe('log.truncated')
      expect((await failureOf(openReader(topic, { 0: firstOffset + 5 }))).code).toBe('log.truncated')
      const fresh = await readAll(await openReader(topic, {}), 20)
      expect(fresh.map(({ value }) => value)[0]).toBe('value 100')
      expect(fresh[0]?.offset).toBeGreaterThan(firstOffset + 5)
    })

    it('does what a list of arrays would do, whatever is asked of it', async () => {
      const key = fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'é'), { nil: null })
      const step = fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            kind: fc.constant('append' as const),
            keys: fc.array(key, { maxLength: 30 }),
          }),
        },
        {
          weight: 3,
          arbitrary: fc.record({
            kind: fc.constant('read' as const),
            maxRecords: fc.integer({ min: 1, max: 25 }),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constant('reopen' as const),
            back: fc.integer({ min: 0, max: 10 }),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constant('truncate' as const),
            share: fc.double({ min: 0, max: 1, noNaN: true }),
          }),
        },
      )
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 4 }),
          fc.array(step, { maxLength: 14 }),
          async (partitions, steps) => {
            const topic = await newTopic(partitions)
            const model = Array.from({ length: partitions }, () => ({ first: 0, values: [] as string[] }))
            const position = model.map(() => 0)
            let sent = 0
            let reader = await openReader(topic, {})
            const readSome = async (maxRecords: number) => {
              const isBehind = model.some(({ first }, at) => position[at]! < first)
              const isMore = model.some(({ values }, at) => position[at]! < values.length)
              if (isBehind) {
                expect((await failureOf(reader)).code).toBe('log.truncated')
                for (const [at, { first }] of model.entries()) position[at] = Math.max(position[at]!, first)
                reader = await openReader(topic, { ...position })
                return
              }
              const found = await reader.next({ maxRecords, maxWaitMs: isMore ? 10_000 : 0 })
              expect(found.length > 0).toBe(isMore)
              for (const { partition, offset, value } of found) {
                expect(offset).toBe(position[partition])
                expect(value).toBe(model[partition]!.values[offset])
                position[partition]! += 1
              }
            }
            for (const asked of steps) {
              if (asked.kind === 'append') {
                const records = asked.keys.map((each) => ({ key: each, value: `${sent++}`, headers }))
                const before = (await stateOf(topic))!
                await log.append(topic, records)
                await modelAppend(
                  topic,
                  model,
                  records,
                  before.partitions.map(({ nextOffset }) => nextOffset),
                )
              } else if (asked.kind === 'read') await readSome(asked.maxRecords)
              else if (asked.kind === 'reopen') {
                for (const [at, { first }] of model.entries())
                  position[at] = Math.max(first, position[at]! - asked.back)
                reader = await openReader(topic, { ...position })
              } else {
                const partition = sent % partitions
                const { first, values } = model[partition]!
                const before = first + Math.floor((values.length - first) * asked.share)
                if (before === first) continue
                await underTest.truncate(topic, partition, before)
                model[partition]!.first = before
              }
            }
            expect((await stateOf(topic))!.partitions).toEqual(
              model.map(({ first, values }, partition) => ({
                partition,
                firstOffset: first,
                nextOffset: values.length,
              })),
            )
            while (model.some(({ values }, at) => position[at]! < values.length)) await readSome(25)
          },
        ),
        { seed: 4, numRuns: options.runs },
      )
    })

    /** Records with a key are placed by the hash; the others are taken as the log placed them. */
    async function modelAppend(
      topic: string,
      model: { values: string[] }[],
      records: readonly LogRecord[],
      from: readonly number[],
    ) {
      const found =
        records.length === 0 ? [] : await readAll(await openReader(topic, { ...from }), records.length)
      expect(found.map(({ value }) => value).sort()).toEqual(records.map(({ value }) => value).sort())
      for (const record of found) {
        if (record.key !== null) expect(record.partition).toBe(partitionOf(record.key, model.length))
        model[record.partition]!.values[record.offset] = record.value
      }
      for (let partition = 0; partition < model.length; partition += 1) {
        const numbers = found.filter((each) => each.partition === partition).map(({ value }) => Number(value))
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      }
    }
  })
}

/** Reads until so many records came; fails the test when they do not come. */
export async function readAll(reader: LogReader, count: number): Promise<StoredRecord[]> {
  const found: StoredRecord[] = []
  const deadline = performance.now() + 20_000
  while (found.length < count && performance.now() < deadline)
    found.push(...(await reader.next({ maxWaitMs: 1_000 })))
  expect(found).toHaveLength(count)
  return found
}

/** The records of a block; none that has the separator or a NUL is beside others. */
export function recordsOf({ partition, firstOffset, headers, timestampsMs, text }: RecordBlock) {
  const whole = Buffer.from(text).toString()
  const values = timestampsMs.length === 1 ? [whole] : whole.split(String.fromCharCode(recordSeparator))
  expect(values).toHaveLength(timestampsMs.length)
  if (values.length > 1) expect(whole).not.toContain('\u0000')
  return values.map((value, at) => ({
    partition,
    offset: firstOffset + at,
    value,
    headers,
    timestampMs: timestampsMs[at],
  }))
}

/** The error that reading meets, sooner or later. */
export const failureOf = (reader: LogReader | Promise<LogReader>) =>
  rejectionOf(
    (async () => {
      const open = await reader
      const deadline = performance.now() + 20_000
      while (performance.now() < deadline) await open.next({ maxWaitMs: 200 })
    })(),
  )

export function expectInOrder(records: readonly StoredRecord[]): void {
  const last = new Map<number, number>()
  for (const { partition, offset } of records) {
    expect(offset).toBeGreaterThan(last.get(partition) ?? -1)
    last.set(partition, offset)
  }
}
