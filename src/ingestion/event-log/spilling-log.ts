import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '../../contracts/errors.ts'
import { deadLetterOf } from '../../contracts/topics.ts'
import { openEmbeddedLog, spillFile } from './embedded-log.ts'
import type { EventLog, LogRecord } from './event-log.ts'
import { topicUnknown } from './log-writer.ts'
import { dropLost, runsOf, sendOrKeepRefused, spilled, spillTopic } from './spill-file.ts'

export interface SpillingOptions {
  readonly dataDir: string
  /** The log that may be away. */
  readonly log: EventLog
  /** An append that takes longer is kept here instead; default 3,000. */
  readonly patienceMs?: number
  /** How often it is looked whether the log is back; default 500. */
  readonly retryEveryMs?: number
  /** What may be kept at most; default 2 GiB. Beyond, appends are refused. */
  readonly maxBytes?: number
}

export interface SpillingLog extends EventLog {
  /** How many records wait for the log to come back. */
  waitingRecords(): Promise<number>
}

const drainRecords = 5_000
const defaultMaxBytes = 2 * 1024 ** 3

/** An append that went to the log itself and is not answered for. */
interface UnderWay {
  readonly topic: string
  readonly records: readonly LogRecord[]
  state: 'pending' | 'stored' | 'failed'
  /** Settles with the log's answer, and never fails. */
  readonly settled: Promise<void>
}

/** Offsets of the spill, end exclusive. */
interface Range {
  readonly from: number
  readonly to: number
}

/**
 * A log whose appends go to a file in the data folder while it is away, and from there, in order and before anything
 * newer, when it is back; also after a restart. Reading and topics are the log's own. What was under way when the
 * log went is kept too, and sent again only when the log did not take it after all. A record that the log refuses for
 * good is kept beside the others and holds up none of them.
 *
 * @throws {PlatformError} `lease.held` when another process spills into the folder; `log.damaged`.
 */
export async function openSpillingLog(options: SpillingOptions): Promise<SpillingLog> {
  const { dataDir, log, patienceMs = 3_000, retryEveryMs = 500, maxBytes = defaultMaxBytes } = options
  const folder = join(dataDir, 'log')
  const ownership = claim(folder)
  const spill = await openEmbeddedLog({ file: spillFile(dataDir), maxBytes }).catch((error: unknown) => {
    ownership.close()
    throw error
  })
  await spill.createTopic({ name: spillTopic, partitions: 1 })
  const partitionCounts = new Map<string, number>()
  const closing = new AbortController()
  const aborted = new Promise<void>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve(), { once: true })
  })
  let underWay: UnderWay[] = []
  let keeping = 0

  const spillState = async () =>
    (await spill.topics()).find(({ name }) => name === spillTopic)!.partitions[0]!
  const waitingRecords = async () => {
    const { firstOffset, nextOffset } = await spillState()
    return nextOffset - firstOffset
  }

  /** While set, everything goes to the spill; settles when that is empty again. */
  let away: Promise<void> | undefined
  if ((await waitingRecords()) > 0) away = drainUntilEmpty([])

  async function keep(entries: readonly { topic: string; records: readonly LogRecord[] }[]): Promise<void> {
    const now = Date.now()
    keeping += 1
    try {
      await spill.append(
        spillTopic,
        entries.flatMap(({ topic, records }) => records.map((record) => spilled(topic, record, now))),
      )
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'disk.full') throw error
      throw new PlatformError(
        'log.unavailable',
        `log: it is away (${log.kind}) and no more fits into ${folder}; bring it back, or free some space`,
        { canRetry: true, cause: error },
      )
    } finally {
      keeping -= 1
    }
  }

  /** Keeps what is under way, in order, before anything newer; what is appended from here on follows it. */
  let switching: Promise<void> = Promise.resolve()
  const goAway = (): Promise<void> => {
    if (away !== undefined) return switching
    const entries = underWay.filter((entry) => !isStored(entry))
    underWay = []
    const place = spillState()
    switching = keep(entries)
    const kept = switching.catch(() => undefined)
    away = (async () => {
      let at = (await place).nextOffset
      await kept
      const ranges: Range[] = []
      for (const entry of entries) {
        await Promise.race([entry.settled, aborted])
        const to = at + entry.records.length
        if (isStored(entry)) ranges.push({ from: at, to })
        at = to
      }
      await drainUntilEmpty(ranges)
    })()
    return switching
  }

  async function appendDirectly(topic: string, records: readonly LogRecord[]): Promise<void> {
    let failure: unknown
    const entry: UnderWay = {
      topic,
      records,
      state: 'pending',
      settled: sendOrKeepRefused(spill, topic, records, (part) => log.append(topic, part)).then(
        () => {
          entry.state = 'stored'
        },
        (error: unknown) => {
          entry.state = 'failed'
          failure = error
        },
      ),
    }
    underWay.push(entry)
    await Promise.race([entry.settled, sleep(patienceMs, undefined, { ref: false })])
    const isKept = !underWay.includes(entry)
    if (entry.state === 'failed' && !isRetryable(failure) && !isKept) {
      underWay = underWay.filter((each) => each !== entry)
      throw failure
    }
    if (entry.state === 'stored') underWay = underWay.filter((each) => each !== entry)
    else await goAway()
  }

  async function drainUntilEmpty(stored: readonly Range[]): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        return await drain(stored)
      } catch (error) {
        // Whoever appends meets the same failure of the spill and reports it.
        if (error instanceof PlatformError && error.code === 'log.truncated')
          await dropLost(spill, spillFile(dataDir), spillTopic).catch(() => undefined)
        await Promise.race([sleep(retryEveryMs), aborted])
      }
    }
  }

  /** Sends what is kept, but for what the log has, until nothing is left; then appends go directly again. */
  async function drain(stored: readonly Range[]): Promise<void> {
    const isInLog = (offset: number) => stored.some(({ from, to }) => offset >= from && offset < to)
    const reader = await spill.openReader(spillTopic, {})
    try {
      while (!closing.signal.aborted) {
        const records = await reader.next({ maxRecords: drainRecords, maxWaitMs: 5 })
        if (records.length === 0) {
          if ((await waitingRecords()) > 0 || keeping > 0) continue
          away = undefined
          return
        }
        const unsent = records.filter(({ offset }) => !isInLog(offset))
        for (const run of runsOf(unsent))
          await sendOrKeepRefused(spill, run.topic, run.records, (part) => sendUntilStored(run.topic, part))
        await spill.dropBefore(spillTopic, 0, records.at(-1)!.offset + 1)
      }
    } finally {
      await reader.close()
    }
  }

  async function sendUntilStored(topic: string, records: readonly LogRecord[]): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        return await log.append(topic, records)
      } catch (error) {
        if (!(error instanceof PlatformError) || error.code === 'record.refused') throw error
        if (error.code === 'topic.unknown') await createAgain(topic)
        await Promise.race([sleep(retryEveryMs), aborted])
      }
    }
    throw new PlatformError('log.unavailable', 'log: it was closed before the records were sent')
  }

  /** A topic that could not be made at the start, because the log was away. */
  const createAgain = async (topic: string): Promise<void> => {
    const found = [...partitionCounts].find(([name]) => name === topic || deadLetterOf(name) === topic)
    if (found === undefined) return
    const [name, partitions] = found
    await log.createTopic({ name, partitions }).catch(() => undefined)
  }

  return {
    kind: log.kind,
    waitingRecords,
    async createTopic(topic) {
      try {
        await log.createTopic(topic)
      } catch (error) {
        if (!isRetryable(error)) throw error
      }
      partitionCounts.set(topic.name, topic.partitions)
    },
    topics: () => log.topics(),
    async append(topic, records) {
      if (records.length === 0) return
      if (away === undefined) return await appendDirectly(topic, records)
      const isKnown = [...partitionCounts.keys()].some(
        (name) => topic === name || topic === deadLetterOf(name),
      )
      if (!isKnown) throw topicUnknown(topic)
      await keep([{ topic, records }])
    },
    openReader: (topic, from) => log.openReader(topic, from),
    async close() {
      if (closing.signal.aborted) return
      await Promise.race([Promise.all(underWay.map(({ settled }) => settled)), sleep(patienceMs)])
      closing.abort()
      await log.close()
      await away
      await spill.close()
      ownership.close()
    },
  }
}

const isStored = ({ state }: UnderWay) => state === 'stored'

const isRetryable = (error: unknown) => error instanceof PlatformError && error.canRetry

/** Held by the file system's lock as long as this process lives, however it ends. */
function claim(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true })
  const lock = new DatabaseSync(join(folder, 'spill.lock.sqlite'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw new PlatformError(
      'lease.held',
      `log: another process keeps events for a log that is away in ${folder}; stop it, or collect with one process a folder`,
      { canRetry: true, cause: error },
    )
  }
}
