import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { PlatformError } from '../../contracts/errors.ts'
import { deadLetterOf, logRetentionDays } from '../../contracts/topics.ts'
import { openEmbeddedReader } from './embedded-reader.ts'
import type { EventLog, LogRecord, TopicState } from './event-log.ts'
import { logError, openLogFile } from './log-file.ts'
import { checkLogFile, explainDamage } from './log-salvage.ts'
import { newTopicId, type RecordColumns, topicUnknown } from './log-writer.ts'
import { createLogWriterClient } from './log-writer-client.ts'
import { createPartitioner } from './record-partition.ts'
import { epochStart } from './topic-epochs.ts'

const dayMs = 86_400_000

/** The embedded log's file in a data folder. */
export const embeddedLogFile = (dataDir: string): string => join(dataDir, 'log', 'events.sqlite')

/** Where a data folder keeps records for a log that is away: a log of the same kind. */
export const spillFile = (dataDir: string): string => join(dataDir, 'log', 'spill.sqlite')

export interface EmbeddedLogOptions {
  readonly file: string
  /** First offset of a topic that is made with this id; see `epochStart`. */
  readonly firstOffset?: (topic: string, id: string) => Promise<number>
  /** The file may not grow beyond; then `disk.full`. Default: the disk. */
  readonly maxBytes?: number
  /** Default 30 days; undefined keeps records until they are dropped. */
  readonly retentionMs?: number | undefined
}

/** The log in one SQLite file, which several processes may use at once. */
export interface EmbeddedLog extends EventLog {
  readonly kind: 'embedded'
  /** Deletes the records of a partition below an offset; returns how many. */
  dropBefore(topic: string, partition: number, offset: number): Promise<number>
  /** Deletes a topic with its records; its dead-letter topic stays. */
  dropTopic(topic: string): Promise<void>
  /** Deletes what has outlived the retention; returns how many records. */
  applyRetention(nowMs?: number): Promise<number>
}

export const defaultRetentionMs = logRetentionDays * dayMs

/** The log of a data folder. @throws {PlatformError} `log.damaged`, `log.unavailable`, `disk.full`. */
export const openLogOfFolder = (dataDir: string): Promise<EmbeddedLog> =>
  openEmbeddedLog({
    file: embeddedLogFile(dataDir),
    firstOffset: (topic, id) => epochStart(dataDir, topic, id),
    retentionMs: defaultRetentionMs,
  })

/**
 * Deletes the records of a data folder's log that are older, also those kept for a log that is away; returns how many.
 * A folder without a log stays without.
 */
export async function applyLogRetention(dataDir: string, days = logRetentionDays): Promise<number> {
  let deleted = 0
  for (const file of [embeddedLogFile(dataDir), spillFile(dataDir)].filter(existsSync)) {
    const log = await openEmbeddedLog({ file, retentionMs: days * dayMs })
    try {
      deleted += await log.applyRetention()
    } finally {
      await log.close()
    }
  }
  return deleted
}

export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  const { file, retentionMs, firstOffset = async () => 0 } = options
  const explain = async (error: unknown) => explainDamage(error, file)
  const db = await openChecked(file, explain)
  const writer = createLogWriterClient({ file, maxBytes: options.maxBytes, retentionMs })
  const choosePartition = createPartitioner()
  const partitionCounts = new Map<string, number>()
  const underWay = new Set<Promise<unknown>>()
  const sleepers = new Set<() => void>()
  let isClosed = false

  const reading = <T>(work: () => T): T => {
    if (isClosed) throw new PlatformError('log.unavailable', 'log: it was closed; open it again')
    try {
      return work()
    } catch (error) {
      throw logError(error, file)
    }
  }

  const tracked = async <T>(work: () => Promise<T>): Promise<T> => {
    const started = (async () => {
      try {
        return await work()
      } catch (error) {
        throw await explain(logError(error, file))
      }
    })()
    underWay.add(started)
    try {
      return await started
    } finally {
      underWay.delete(started)
    }
  }

  const partitionCount = (topic: string): number => {
    const known = partitionCounts.get(topic)
    if (known !== undefined) return known
    const { count } = db.prepare('SELECT count(*) AS count FROM partitions WHERE topic = ?').get(topic) as {
      count: number
    }
    if (count === 0) throw topicUnknown(topic)
    partitionCounts.set(topic, count)
    return count
  }

  const waitForAppend = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        sleepers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      sleepers.add(wake)
    })

  const wakeReaders = () => {
    for (const wake of [...sleepers]) wake()
  }

  const createOne = async (name: string, partitions: number): Promise<void> => {
    const isThere = reading(() => db.prepare('SELECT 1 FROM topics WHERE name = ?').get(name) !== undefined)
    if (isThere) return
    const id = newTopicId()
    await writer.createTopic(name, partitions, id, await firstOffset(name, `embedded/${id}`))
  }

  return {
    kind: 'embedded',
    createTopic: ({ name, partitions }) =>
      tracked(async () => {
        await createOne(name, partitions)
        await createOne(deadLetterOf(name), 1)
      }),
    topics: async () => {
      try {
        return reading(() => topicStates(db))
      } catch (error) {
        throw await explain(error)
      }
    },
    append: (topic, records) =>
      tracked(async () => {
        const partitions = reading(() => partitionCount(topic))
        if (records.length === 0) return
        try {
          await writer.append(
            topic,
            columnsOf(records, (key) => choosePartition(key, partitions)),
          )
        } catch (error) {
          partitionCounts.delete(topic)
          throw error
        }
        wakeReaders()
      }),
    openReader: async (topic, from) => {
      const surroundings = { db, file, waitForAppend, explain }
      return reading(() => openEmbeddedReader(surroundings, topic, from))
    },
    dropBefore: (topic, partition, offset) => tracked(() => writer.dropBefore(topic, partition, offset)),
    dropTopic: (topic) =>
      tracked(async () => {
        partitionCounts.delete(topic)
        await writer.dropTopic(topic)
      }),
    applyRetention: (nowMs = Date.now()) =>
      tracked(async () => (retentionMs === undefined ? 0 : writer.dropOlder(nowMs - retentionMs))),
    async close() {
      if (isClosed) return
      isClosed = true
      await Promise.allSettled(underWay)
      wakeReaders()
      await writer.close()
      db.close()
    },
  }
}

async function openChecked(
  file: string,
  explain: (error: unknown) => Promise<unknown>,
): Promise<DatabaseSync> {
  let db: DatabaseSync | undefined
  try {
    db = openLogFile(file)
    checkLogFile(db, file, statSync(file).size)
    return db
  } catch (error) {
    db?.close()
    throw await explain(error)
  }
}

function topicStates(db: DatabaseSync): TopicState[] {
  const rows = db.prepare('SELECT * FROM partitions ORDER BY topic, partition').all() as unknown as {
    topic: string
    partition: number
    first_offset: number
    next_offset: number
  }[]
  const byTopic = Map.groupBy(rows, (row) => row.topic)
  return [...byTopic].map(([name, partitions]) => ({
    name,
    partitions: partitions.map(({ partition, first_offset, next_offset }) => ({
      partition,
      firstOffset: first_offset,
      nextOffset: next_offset,
    })),
  }))
}

function columnsOf(records: readonly LogRecord[], choose: (key: string | null) => number): RecordColumns {
  const now = Date.now()
  const first = records[0]?.headers
  const isShared = records.every((record) => record.headers === first)
  return {
    partitions: records.map(({ key }) => choose(key)),
    keys: records.map(({ key }) => key),
    values: records.map(({ value }) => value),
    headers: isShared ? [JSON.stringify(first)] : records.map(({ headers }) => JSON.stringify(headers)),
    timestampsMs: records.map(({ timestampMs }) => Math.trunc(timestampMs ?? now)),
  }
}
