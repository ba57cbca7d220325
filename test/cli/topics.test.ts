import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PlatformError } from '../../src/contracts/errors.ts'
import { deadLetterOf, recordHeaders, topics } from '../../src/contracts/topics.ts'
import { embeddedLogFile, openLogOfFolder, spillFile } from '../../src/ingestion/event-log/embedded-log.ts'
import type { EventLog } from '../../src/ingestion/event-log/event-log.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import { openSpillingLog } from '../../src/ingestion/event-log/spilling-log.ts'
import { readAll } from '../ingestion/event-log/conformance.ts'
import { captureCli } from './captured-cli.ts'
import { rejectionOf } from './error-of.ts'

const topic = topics.webEvents.name
const letters = deadLetterOf(topic)
let folder: string
let environment: Record<string, string>

const sillage = (...argv: readonly string[]) => captureCli(argv, environment)
const letter = (number: number, reason: string) => ({
  key: null,
  value: JSON.stringify({ event_id: `e-${number}`, email: 'camille@exemple.example', 'Camille Dupont': 1 }),
  headers: {
    [recordHeaders.schemaVersion]: '1',
    [recordHeaders.deadLetterReason]: reason,
    [recordHeaders.deadLetterOrigin]: 'collector',
  },
  timestampMs: Date.parse('2026-03-01T10:00:00Z') + number,
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-topics-'))
  environment = { SILLAGE_DATA: join(folder, 'shop'), SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
  const args = ['--name', 'Essai', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris']
  expect((await sillage('init', ...args)).exitCode).toBe(0)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const dataDir = () => environment.SILLAGE_DATA!

async function fill(): Promise<void> {
  const log = await openEventLog({ dataDir: dataDir(), kind: 'embedded' })
  await log.append(topic, [{ key: 'v', value: '{}', headers: {} }])
  await log.append(letters, [
    letter(0, 'missing_value'),
    letter(1, 'missing_value'),
    letter(2, 'malformed_record'),
    letter(3, 'missing_value'),
  ])
  await log.close()
}

describe('sillage topics', () => {
  it('tells of records that the log did not take, and sends them again', async () => {
    const refusing: EventLog = {
      ...(await openLogOfFolder(dataDir())),
      append: async () => {
        throw new PlatformError('record.refused', 'log: Kafka takes no record this large')
      },
    }
    const spilling = await openSpillingLog({ dataDir: dataDir(), log: refusing })
    await spilling.createTopic(topics.webEvents)
    await spilling.append(topic, [{ key: 'v', value: '{}', headers: {} }])
    await spilling.close()
    for (const command of ['list', 'lag'])
      expect((await sillage('topics', command)).stdout).toContain(
        '1 refused by the log for good and kept in the data folder (log: Kafka takes no record this large); once mended: sillage topics resend',
      )
    expect((await sillage('topics', 'resend')).stdout).toBe('1 sent, 0 still refused.\n')
    const lag = JSON.parse((await sillage('topics', 'lag', '--json')).stdout)
    expect(lag.kept).toEqual({ waiting: 0, refused: 0, reason: null })
    expect(lag.topics.find(({ name }: { name: string }) => name === topic).lag).toBe(1)
  })

  it('makes the topics, lists them and tells what waits', async () => {
    const created = await sillage('topics', 'create', '--json')
    expect(JSON.parse(created.stdout).topics).toContain(letters)
    await fill()
    const list = await sillage('topics', 'list', '--json')
    const found = JSON.parse(list.stdout).topics.find(({ name }: { name: string }) => name === letters)
    expect(found.partitions).toEqual([{ partition: 0, firstOffset: 0, nextOffset: 4 }])
    const lag = await sillage('topics', 'lag', '--json')
    const waiting = JSON.parse(lag.stdout).topics.map(
      ({ name, lag: count }: { name: string; lag: number }) => [name, count],
    )
    expect(waiting).toContainEqual([topic, 1])
    expect(waiting).toContainEqual([letters, 4])
    expect((await sillage('topics', 'lag')).stdout).toMatch(/web-events.v1.dead-letter\s+0\s+–\s+4\s+4/)
  })

  it('sends dead letters again, after showing what it would send', async () => {
    await fill()
    const range = ['--from', '1', '--to', '2']
    const dry = await sillage('topics', 'replay', topic, ...range, '--dry-run')
    expect(dry.stdout).toContain('2 dead letters read; 2 (missing_value 1, malformed_record 1) would be sent')
    const sent = await sillage('topics', 'replay', letters, ...range, '--json')
    expect(JSON.parse(sent.stdout)).toMatchObject({ read: 2, sent: 2, origin: topic, isDryRun: false })
    const chosen = await sillage('topics', 'replay', topic, '--reason', 'malformed_record', '--json')
    expect(JSON.parse(chosen.stdout)).toMatchObject({ read: 4, sent: 1 })
    const log = await openLogOfFolder(dataDir())
    const records = await readAll(await log.openReader(topic, {}), 4)
    await log.close()
    const again = records.filter(({ value }) => value !== '{}')
    expect(again.map(({ value }) => JSON.parse(value).event_id).sort()).toEqual(['e-1', 'e-2', 'e-2'])
    for (const { headers } of again) expect(headers).toEqual({ [recordHeaders.schemaVersion]: '1' })
    expect(again[0]?.timestampMs).toBeLessThan(Date.parse('2026-03-02T00:00:00Z'))
  })

  it('refuses what is no topic or no range', async () => {
    const unknown = await sillage('topics', 'replay', 'marketing.nothing.v1')
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(topic) })
    expect((await sillage('topics', 'replay', topic, '--from', 'one')).exitCode).toBe(2)
    expect((await sillage('topics', 'replay', topic, '--from', '3', '--to', '1')).exitCode).toBe(2)
  })

  it('says that a log is damaged, and puts what could be read in its place', async () => {
    await fill()
    expect((await sillage('topics', 'recover')).stderr).toContain('nothing was saved')
    writeFileSync(embeddedLogFile(dataDir()), 'not a database at all, this is only text')
    expect((await sillage('doctor')).stdout).toMatch(/event log.*is damaged/)
    const refused = await sillage('topics', 'list')
    expect(refused.exitCode).toBe(3)
    expect(refused.stderr).toMatch(/is damaged .* `sillage topics recover`/)
    expect((await sillage('topics', 'recover')).stdout).toContain('The damaged file is kept')
    expect((await sillage('topics', 'list')).exitCode).toBe(0)
  })

  it('mends also what keeps records for a log that is away, and sends what could be read', async () => {
    await fill()
    let isAway = true
    const log = await openLogOfFolder(dataDir())
    const going: EventLog = {
      ...log,
      append: async (name, records) => {
        if (isAway) throw new PlatformError('log.unavailable', 'away', { canRetry: true })
        await log.append(name, records)
      },
      close: async () => {},
    }
    const open = () => openSpillingLog({ dataDir: dataDir(), log: going, patienceMs: 50, retryEveryMs: 20 })
    const spilling = await open()
    await spilling.createTopic(topics.webEvents)
    const value = 'x'.repeat(1_000)
    await spilling.append(
      topic,
      Array.from({ length: 2_000 }, (_, at) => ({ key: 'k', value: `${at} ${value}`, headers: {} })),
    )
    await spilling.close()
    const bytes = readFileSync(spillFile(dataDir()))
    writeFileSync(spillFile(dataDir()), bytes.fill(7, 4096 * 200, 4096 * 203))
    expect((await rejectionOf(open())).message).toMatch(/is damaged .*`sillage topics recover`/s)
    const lost = Number(/ ([0-9]+) are lost/.exec((await sillage('topics', 'recover')).stdout)?.[1])
    expect(lost).toBeGreaterThan(0)
    isAway = false
    const again = await open()
    while ((await again.waitingRecords()) > 0) await sleep(10)
    await again.close()
    const records = await readAll(await log.openReader(topic, {}), 2_001 - lost)
    const values = records.map((record) => Number(record.value.split(' ')[0])).filter(Number.isFinite)
    expect(values.length).toBe(2_000 - lost)
    expect(values).toEqual([...new Set(values)].sort((left, right) => left - right))
    await log.close()
  })

  it('says plainly that Kafka does not answer', async () => {
    const answer = await sillage('topics', 'list', '--log', 'kafka', '--brokers', '127.0.0.1:9')
    expect(answer.exitCode).toBe(5)
    expect(answer.stderr).toMatch(/Kafka at 127\.0\.0\.1:9 does not answer/)
  })

  it('replays web events under the collector’s rules of consent, whoever set them aside', async () => {
    const log = await openLogOfFolder(dataDir())
    await log.createTopic(topics.webEvents)
    const event = {
      event_id: 'e-1',
      event_name: 'page_view',
      anonymous_id: 'v-1',
      customer_id: 'c-1',
      gclid: 'Cj0',
      email: 'camille@exemple.example',
      ip: '203.0.113.77',
      page_url: 'https://shop.example/p?mail=camille@exemple.example',
      'Camille Dupont': 1,
    }
    const headers = { [recordHeaders.schemaVersion]: '1', [recordHeaders.deadLetterReason]: 'missing_value' }
    const values = [
      JSON.stringify({ ...event, consent_analytics: 'denied' }),
      JSON.stringify({ ...event, consent_analytics: 'granted' }),
      '{"email": "camille@exemple.example", ',
    ]
    await log.append(
      letters,
      values.map((value) => ({ key: null, value, headers })),
    )
    const replayed = await sillage('topics', 'replay', topic, '--json')
    expect(JSON.parse(replayed.stdout)).toMatchObject({ read: 3, sent: 2, unreadable: 1 })
    const sent = await readAll(await log.openReader(topic, {}), 2)
    const byConsent = Map.groupBy(sent, ({ value }) => JSON.parse(value).consent_analytics as string)
    const [denied] = byConsent.get('denied') ?? []
    expect({ key: denied?.key, ...JSON.parse(denied?.value ?? '') }).toEqual({
      key: null,
      event_id: 'e-1',
      event_name: 'page_view',
      consent_analytics: 'denied',
      page_url: 'https://shop.example/p',
    })
    const [granted] = byConsent.get('granted') ?? []
    expect({ key: granted?.key, ...JSON.parse(granted?.value ?? '') }).toMatchObject({
      key: 'v-1',
      ip: '203.0.113.0',
      gclid: 'Cj0',
    })
    expect(granted?.value).not.toContain('Dupont')
    await log.close()
  })
})
