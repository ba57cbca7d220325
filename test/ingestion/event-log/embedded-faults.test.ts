import { closeSync, openSync, readdirSync, readFileSync, statSync, truncateSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  applyLogRetention,
  type EmbeddedLog,
  type EmbeddedLogOptions,
  embeddedLogFile,
  openEmbeddedLog,
  openLogOfFolder,
} from '../../../src/ingestion/event-log/embedded-log.ts'
import { openLogFile, recordsTable } from '../../../src/ingestion/event-log/log-file.ts'
import { checkLogFile, recoverLog } from '../../../src/ingestion/event-log/log-salvage.ts'
import { rejectionOf } from '../../cli/error-of.ts'
import { temporaryFolder } from '../../lake/temporary-folder.ts'
import { failureOf, readAll } from './conformance.ts'
import { runKilledAppenders } from './killed-appenders.ts'

const folder = temporaryFolder()
const topic = 'test.faults.v1'
const dayMs = 86_400_000
let lastLog = 0
const opened: EmbeddedLog[] = []

const newFile = () => {
  lastLog += 1
  return join(folder, `log-${lastLog}`, 'events.sqlite')
}
const open = async (options: EmbeddedLogOptions): Promise<EmbeddedLog> => {
  const log = await openEmbeddedLog(options)
  opened.push(log)
  await log.createTopic({ name: topic, partitions: 1 })
  return log
}
const records = (from: number, to: number, timestampMs?: number) =>
  Array.from({ length: to - from }, (_, at) => ({
    key: null,
    value: `record ${from + at} ${'x'.repeat(300)}`,
    headers: {},
    ...(timestampMs === undefined ? {} : { timestampMs }),
  }))
const numberOf = (record: { value: string }) => Number(record.value.split(' ')[1])

afterEach(async () => {
  vi.useRealTimers()
  for (const log of opened.splice(0)) await log.close()
})

it.each([11, 12, 13])('loses nothing acknowledged when an appender is killed (seed %i)', async (seed) => {
  const counts = await runKilledAppenders({
    file: newFile(),
    seed,
    kills: 1,
    count: 4_000,
    longestLifeMs: 300,
  })
  expect(counts).toEqual({ sent: 8_000, stored: 8_000, distinct: 8_000, lost: 0, isInOrder: true })
})

it('tells a reader that its topic was made anew, also where offsets begin again', async () => {
  const log = await open({ file: newFile() })
  await log.append(topic, records(0, 5))
  const reader = await log.openReader(topic, { 0: 5 })
  await log.dropTopic(topic)
  expect((await failureOf(reader)).message).toContain('was deleted')
  await log.createTopic({ name: topic, partitions: 1 })
  await log.append(topic, records(0, 9))
  expect((await failureOf(reader)).message).toContain('was made anew')
})

describe('a full disk', () => {
  it('refuses, keeps all it acknowledged, and goes on when there is room', async () => {
    const file = newFile()
    const log = await open({ file, maxBytes: 400_000 })
    let acknowledged = 0
    let failure: unknown
    while (failure === undefined) {
      await log.append(topic, records(acknowledged, acknowledged + 20)).then(
        () => {
          acknowledged += 20
        },
        (error: unknown) => {
          failure = error
        },
      )
    }
    expect(failure).toMatchObject({ code: 'disk.full', canRetry: true })
    expect(acknowledged).toBeGreaterThan(500)
    const reader = await log.openReader(topic, {})
    expect((await readAll(reader, acknowledged)).map(numberOf)).toEqual([...Array(acknowledged).keys()])
    await log.dropBefore(topic, 0, acknowledged / 2)
    await log.append(topic, records(acknowledged, acknowledged + 20))
    expect((await readAll(reader, 20)).map(numberOf)[0]).toBe(acknowledged)
  })
})

describe('a damaged file', () => {
  const damage = (file: string, from: number, bytes: number) => {
    const handle = openSync(file, 'r+')
    writeSync(handle, Buffer.alloc(bytes, 0xab), 0, bytes, from)
    closeSync(handle)
  }
  const fillAndClose = async (dataDir: string, count: number): Promise<string> => {
    const log = await openLogOfFolder(dataDir)
    await log.createTopic({ name: topic, partitions: 1 })
    await log.append(topic, records(0, count))
    await log.close()
    return embeddedLogFile(dataDir)
  }
  const newFolder = () => dirname(dirname(newFile()))

  it('is not one that another process appends to while it is opened', async () => {
    const file = await fillAndClose(newFolder(), 10)
    const [db, other] = [openLogFile(file), openLogFile(file)]
    const appendMeanwhile = () =>
      other.exec(`BEGIN IMMEDIATE;
        INSERT INTO ${recordsTable(topic, 0)} SELECT max(record_offset) + 1, 0, NULL, '{}', '' FROM ${recordsTable(topic, 0)};
        UPDATE partitions SET next_offset = next_offset + 1 WHERE topic = '${topic}'; COMMIT`)
    const interrupted = new Proxy(db, {
      get(target, name) {
        if (name === 'prepare')
          return (sql: string) => {
            if (sql.includes('min(record_offset)')) appendMeanwhile()
            return target.prepare(sql)
          }
        const found: unknown = Reflect.get(target, name, target)
        return typeof found === 'function' ? found.bind(target) : found
      },
    })
    expect(() => checkLogFile(interrupted, file, 0)).not.toThrow()
    expect(db.isTransaction).toBe(false)
    db.close()
    other.close()
  })

  it('is refused at start, what is readable is saved, and readers are told what is lost', async () => {
    const dataDir = join(newFolder(), 'middle')
    const file = await fillAndClose(dataDir, 5_000)
    damage(file, 4096 * 200, 4096 * 3)
    const failure = await rejectionOf(openLogOfFolder(dataDir))
    expect(failure.code).toBe('log.damaged')
    const saved = Number(/(\d+) readable records are saved in (\S+)\./.exec(failure.message)?.[1])
    expect(saved).toBeGreaterThan(4_900)
    expect(saved).toBeLessThan(5_000)
    expect(failure.message).toContain('sillage topics recover')
    expect((await rejectionOf(openLogOfFolder(dataDir))).message).toContain('was saved')

    expect(statSync(recoverLog(file)!).size).toBeGreaterThan(0)
    const log = await openLogOfFolder(dataDir)
    opened.push(log)
    const found: number[] = []
    const reader = await log.openReader(topic, {})
    const lost = await failureOf({
      ...reader,
      next: async (limits) => {
        const some = await reader.next(limits)
        found.push(...some.map(numberOf))
        return some
      },
    })
    expect(lost.code).toBe('log.truncated')
    const [, from, to] = /nothing from (\d+) to (\d+)/.exec(lost.message) ?? []
    expect(found).toEqual([...Array(Number(from)).keys()])
    const rest = await readAll(await log.openReader(topic, { 0: Number(to) + 1 }), 5_000 - Number(to) - 1)
    expect(found.length + rest.length).toBe(saved)
    await log.append(topic, records(5_000, 5_001))
    expect((await log.topics()).find(({ name }) => name === topic)?.partitions[0]?.nextOffset).toBe(5_001)
  })

  it('is told by the writing thread too, which starts with the first append', async () => {
    const dataDir = join(newFolder(), 'later')
    const file = await fillAndClose(dataDir, 100)
    const log = await openLogOfFolder(dataDir)
    opened.push(log)
    damage(file, 0, 4096 * 5)
    const failure = await rejectionOf(log.append(topic, records(100, 101)))
    expect(failure.code).toBe('log.damaged')
    expect(failure.message).toContain('sillage topics recover')
  })

  it('is refused when it was cut, and starts above all earlier offsets when nothing is left', async () => {
    const dataDir = join(newFolder(), 'cut')
    const file = await fillAndClose(dataDir, 2_000)
    truncateSync(file, 4096 * 50)
    const cut = await rejectionOf(openLogOfFolder(dataDir))
    expect(cut).toMatchObject({ code: 'log.damaged' })
    const saved = Number(/(\d+) readable records/.exec(cut.message)?.[1])
    expect(saved).toBeGreaterThan(100)
    recoverLog(file)

    damage(file, 0, 4096)
    for (const name of readdirSync(dirname(file)).filter((each) => each.includes('-wal')))
      truncateSync(join(dirname(file), name))
    expect((await rejectionOf(openLogOfFolder(dataDir))).message).toContain('0 readable records')
    recoverLog(file)
    const log = await openLogOfFolder(dataDir)
    opened.push(log)
    await log.createTopic({ name: topic, partitions: 1 })
    await log.append(topic, records(0, 3_000))
    expect(await rejectionOf(log.openReader(topic, { 0: 2_000 }))).toMatchObject({ code: 'log.truncated' })
  })
})

describe('time', () => {
  it('takes records away with a folder’s retention, and makes no log where there is none', async () => {
    const dataDir = join(folder, 'retained')
    expect(await applyLogRetention(dataDir)).toBe(0)
    const log = await openLogOfFolder(dataDir)
    opened.push(log)
    await log.createTopic({ name: topic, partitions: 1 })
    await log.append(topic, records(0, 2, Date.now() - 31 * dayMs))
    await log.append(topic, records(2, 5))
    expect(await applyLogRetention(dataDir, 30)).toBe(2)
    expect((await readAll(await log.openReader(topic, {}), 3)).map(numberOf)).toEqual([2, 3, 4])
  })

  it('may jump back: offsets, order and waiting do not depend on it', async () => {
    const log = await open({ file: newFile() })
    const reader = await log.openReader(topic, {})
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T12:00:00Z') })
    await log.append(topic, records(0, 3))
    vi.setSystemTime(Date.parse('2026-02-01T12:00:00Z'))
    const waiting = reader.next({ maxWaitMs: 20 })
    await log.append(topic, records(3, 6))
    const found = [...(await waiting), ...(await readAll(reader, 6 - (await waiting).length))]
    expect(found.map(numberOf)).toEqual([0, 1, 2, 3, 4, 5])
    expect(found.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5])
    const started = performance.now()
    expect(await reader.next({ maxWaitMs: 30 })).toEqual([])
    expect(performance.now() - started).toBeGreaterThan(25)
  })

  it('takes records away after the retention, their bytes too, also behind one from the future', async () => {
    const file = newFile()
    const now = Date.parse('2026-06-01T00:00:00Z')
    const log = await open({ file, retentionMs: 30 * dayMs })
    await log.append(topic, records(0, 900, now - 40 * dayMs))
    await log.append(topic, [
      { key: null, value: 'from the future', headers: {}, timestampMs: now + 900 * dayMs },
      { key: null, value: 'camille@exemple.example', headers: {}, timestampMs: now - 31 * dayMs },
    ])
    await log.append(topic, records(902, 1_000, now - 29 * dayMs))
    expect(await log.applyRetention(now)).toBe(902)
    expect(await log.applyRetention(now)).toBe(0)
    const state = (await log.topics()).find(({ name }) => name === topic)
    expect(state?.partitions).toEqual([{ partition: 0, firstOffset: 902, nextOffset: 1_000 }])
    expect(await rejectionOf(log.openReader(topic, { 0: 900 }))).toMatchObject({
      code: 'log.truncated',
      message: expect.stringContaining('its oldest record is 902: 2 were deleted'),
    })
    await log.close()
    expect(readFileSync(file).includes('camille@exemple.example')).toBe(false)
  })
})
