import { existsSync } from 'node:fs'
import type { KeptRecords } from '../../contracts/data-health.ts'
import { PlatformError } from '../../contracts/errors.ts'
import { deadLetterOf } from '../../contracts/topics.ts'
import { type EmbeddedLog, openEmbeddedLog, spillFile } from './embedded-log.ts'
import type { EventLog, LogRecord } from './event-log.ts'
import { logError, openLogFile, recordsTable } from './log-file.ts'
import { explainDamage } from './log-salvage.ts'

/** Records that wait for their log, in order; those it refuses for good are its dead letters. */
export const spillTopic = 'spill'
const refusedTopic = deadLetterOf(spillTopic)
const topicHeader = 'spill-topic'
const reasonHeader = 'spill-reason'

const nothingKept: KeptRecords = { waiting: 0, refused: 0, reason: null }

/** Counts without opening the log that they belong to. @throws {PlatformError} `log.damaged`, `log.unavailable`. */
export function readSpilled(dataDir: string): KeptRecords {
  const file = spillFile(dataDir)
  if (!existsSync(file)) return nothingKept
  try {
    return countKept(file)
  } catch (error) {
    throw explainDamage(logError(error, file), file)
  }
}

function countKept(file: string): KeptRecords {
  const db = openLogFile(file)
  try {
    const rows = db
      .prepare('SELECT topic, next_offset - first_offset AS records FROM partitions')
      .all() as unknown as { topic: string; records: number }[]
    const recordsOf = (name: string) => rows.find(({ topic }) => topic === name)?.records ?? 0
    const refused = recordsOf(refusedTopic)
    const newest =
      refused === 0
        ? undefined
        : db
            .prepare(
              `SELECT headers FROM ${recordsTable(refusedTopic, 0)} ORDER BY record_offset DESC LIMIT 1`,
            )
            .get()
    const headers = JSON.parse(String(newest?.headers ?? '{}')) as Record<string, string>
    return { waiting: recordsOf(spillTopic), refused, reason: headers[reasonHeader] ?? null }
  } finally {
    db.close()
  }
}

/**
 * Goes on behind records that a damaged spill has lost: unlike a log's readers, nobody can deliver them in another way.
 *
 * @param topic Whose oldest record is not there.
 */
export async function dropLost(spill: EmbeddedLog, file: string, topic: string): Promise<void> {
  const db = openLogFile(file)
  let oldest: number | null
  try {
    oldest = (
      db.prepare(`SELECT min(record_offset) AS oldest FROM ${recordsTable(topic, 0)}`).get() as {
        oldest: number | null
      }
    ).oldest
  } finally {
    db.close()
  }
  const end = (await spill.topics()).find(({ name }) => name === topic)?.partitions[0]?.nextOffset ?? 0
  await spill.dropBefore(topic, 0, oldest ?? end)
}

/** A record as the spill keeps it. */
export const spilled = (topic: string, record: LogRecord, nowMs: number): LogRecord => ({
  ...record,
  timestampMs: record.timestampMs ?? nowMs,
  headers: { ...record.headers, [topicHeader]: topic },
})

/** Records of one topic that follow each other, as they were before they were kept. */
export function* runsOf(
  records: readonly LogRecord[],
): Generator<{ readonly topic: string; readonly records: LogRecord[] }> {
  let run: { topic: string; records: LogRecord[] } | undefined
  for (const { key, value, timestampMs, headers } of records) {
    const { [topicHeader]: topic = '', [reasonHeader]: _reason, ...own } = headers
    if (run !== undefined && run.topic !== topic) yield run
    if (run?.topic !== topic) run = { topic, records: [] }
    run.records.push({ key, value, headers: own, ...(timestampMs === undefined ? {} : { timestampMs }) })
  }
  if (run !== undefined) yield run
}

/**
 * Appends records in their order, but for those that the log refuses for good (`record.refused`): they are kept in
 * the spill with the reason. A refusal is of a whole request, so it is halved until the record stands alone; other
 * partitions' records may so arrive twice.
 *
 * @param send Appends a part or fails; a failure that is no refusal is passed on.
 */
export async function sendOrKeepRefused(
  spill: EmbeddedLog,
  topic: string,
  records: readonly LogRecord[],
  send: (part: readonly LogRecord[]) => Promise<void>,
): Promise<void> {
  try {
    await send(records)
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code !== 'record.refused') throw error
    const [first] = records
    if (records.length === 1 && first !== undefined) {
      const kept = spilled(topic, first, Date.now())
      const headers = { ...kept.headers, [reasonHeader]: error.message }
      await spill.append(refusedTopic, [{ ...kept, headers }])
      return
    }
    const half = records.length >> 1
    await sendOrKeepRefused(spill, topic, records.slice(0, half), send)
    await sendOrKeepRefused(spill, topic, records.slice(half), send)
  }
}

/** Sends the oldest refused records below an offset; returns where the next ones begin. */
async function resendSome(spill: EmbeddedLog, file: string, log: EventLog, end: number): Promise<number> {
  const reader = await spill.openReader(refusedTopic, {})
  try {
    const records = (await reader.next({ maxRecords: 1_000 })).filter(({ offset }) => offset < end)
    for (const run of runsOf(records))
      await sendOrKeepRefused(spill, run.topic, run.records, (part) => log.append(run.topic, part))
    const next = (records.at(-1)?.offset ?? end - 1) + 1
    await spill.dropBefore(refusedTopic, 0, next)
    return next
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code !== 'log.truncated') throw error
    await dropLost(spill, file, refusedTopic)
    return 0
  } finally {
    await reader.close()
  }
}

/**
 * Sends what a log had refused for good once more, after its limits were changed or to another log; what is refused
 * again stays. Ended in between, it sends again what it had sent: `event_id` tells.
 *
 * @throws {PlatformError} `log.unavailable`, `log.damaged`.
 */
export async function resendRefused(
  dataDir: string,
  log: EventLog,
): Promise<{ readonly sent: number; readonly stillRefused: number }> {
  const { refused } = readSpilled(dataDir)
  if (refused === 0) return { sent: 0, stillRefused: 0 }
  const spill = await openEmbeddedLog({ file: spillFile(dataDir) })
  try {
    const end =
      (await spill.topics()).find(({ name }) => name === refusedTopic)?.partitions[0]?.nextOffset ?? 0
    for (let at = 0; at < end; ) at = await resendSome(spill, spillFile(dataDir), log, end)
    const stillRefused = Math.min(refused, readSpilled(dataDir).refused)
    return { sent: refused - stillRefused, stillRefused }
  } finally {
    await spill.close()
  }
}
