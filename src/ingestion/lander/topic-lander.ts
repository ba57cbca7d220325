import { PlatformError } from '../../contracts/errors.ts'
import type { DuckDb } from '../../database/duckdb.ts'
import type { DeliveryCounts } from '../delivery-log.ts'
import type { EventLog, LogReader, RecordBlock } from '../event-log/event-log.ts'
import { blockBelow } from '../event-log/record-block.ts'
import { landLogBatch, type OwnPositions } from './land-log-batch.ts'
import { createLogBatch, type InTurn } from './log-batch.ts'
import { type LandedTopic, positionIdOf } from './log-delivery.ts'
import { type LandedPositions, readPositions } from './log-positions.ts'
import { skipLost } from './skip-lost.ts'

export interface TopicLanderOptions {
  readonly dataDir: string
  /** A connection of its own, with the macros for personal data. */
  readonly db: DuckDb
  readonly log: EventLog
  readonly landed: LandedTopic
  readonly inTurn: InTurn
  /** Go on behind records that are gone from the log unread. */
  readonly skipLost: boolean
  readonly onLanded: (counts: readonly DeliveryCounts[]) => void
  readonly onLost: (records: number) => void
}

/** Lands one topic, batch by batch; when anything fails it is thrown away and opened anew. */
export interface TopicLander {
  /** Next offset to read, by partition. */
  readonly next: ReadonlyMap<number, number>
  /** Records and text of the batch under way. */
  readonly pendingRecords: number
  readonly pendingBytes: number
  /** Milliseconds (of `performance.now`) at which the batch under way got its first record. */
  readonly pendingSinceMs: number | undefined
  /** Reads on and judges what it read; false when nothing came in time. */
  readOn(): Promise<boolean>
  /** Lands the batch under way. */
  commit(): Promise<void>
  close(): Promise<void>
}

/** One read; the next is under way while it is judged. */
const readLimits = { maxRecords: 2048, maxBytes: 1 << 20, maxWaitMs: 200 }

/**
 * Opens a topic where the tables' own logs say. What a landing cut short had begun to enter is landed first, in the
 * same batch as then, so that every table takes in the same records and each is counted once.
 *
 * @throws {PlatformError} `log.truncated` when records that no table has are gone, with what to do; `lease.lost`.
 */
export async function openTopicLander(options: TopicLanderOptions): Promise<TopicLander> {
  const { dataDir, db, log, landed, onLanded } = options
  if (options.skipLost) options.onLost(await skipLost(dataDir, log, landed))
  const positions = await readPositions(dataDir, landed)
  const own: OwnPositions = new Map([...positions.byTable].map(([name, known]) => [name, new Map(known)]))
  const next = new Map(positions.finished)
  if (positions.started.size > 0) await finishStarted(options, positions, next, own)
  const batch = createLogBatch(db, dataDir, landed, options.inTurn)
  const reader = await withAdvice(landed, () => log.openReader(landed.name, Object.fromEntries(next)))
  let upcoming: Promise<readonly RecordBlock[]> | undefined
  let pendingSinceMs: number | undefined

  const read = () => {
    const reading = withAdvice(landed, () => reader.nextBlocks(readLimits))
    // Looked at by the next `readOn`; a failure before that is no unhandled one.
    reading.catch(() => {})
    return reading
  }

  return {
    next,
    get pendingRecords() {
      return batch.records
    },
    get pendingBytes() {
      return batch.bytes
    },
    get pendingSinceMs() {
      return pendingSinceMs
    },
    readOn: async () => {
      const blocks = await (upcoming ?? read())
      upcoming = undefined
      if (blocks.length === 0) return false
      pendingSinceMs ??= performance.now()
      const judging = batch.add(blocks)
      upcoming = read()
      await judging
      for (const block of blocks) next.set(block.partition, endOf(block))
      return true
    },
    commit: async () => {
      if (batch.records === 0) return
      onLanded(await landLogBatch(db, dataDir, batch, own))
      await batch.clear()
      pendingSinceMs = undefined
    },
    close: async () => {
      await upcoming?.catch(() => {})
      await reader.close()
      await batch.close()
    },
  }
}

/** Offset after the last record. */
const endOf = ({ firstOffset, timestampsMs }: RecordBlock): number => firstOffset + timestampsMs.length

async function finishStarted(
  { dataDir, db, log, landed, inTurn, onLanded }: TopicLanderOptions,
  { started, byTable }: LandedPositions,
  next: Map<number, number>,
  own: OwnPositions,
): Promise<void> {
  const reader = await withAdvice(landed, () => log.openReader(landed.name, Object.fromEntries(next)))
  const open = new Map(started)
  const isReached = (table: string) =>
    [...started].every(([partition, end]) => {
      const position = byTable.get(`bronze.${table}`)?.get(positionIdOf(landed.name, partition))
      return (position ?? 0) >= end
    })
  const batch = createLogBatch(db, dataDir, landed, inTurn, isReached)
  try {
    while (open.size > 0) {
      const blocks = await readWithin(reader, landed, open)
      const wanted = blocks.flatMap((block) => blockBelow(block, started.get(block.partition) ?? 0) ?? [])
      if (wanted.length > 0) await batch.add(wanted)
      for (const block of blocks) {
        if (endOf(block) >= (open.get(block.partition) ?? Number.POSITIVE_INFINITY))
          open.delete(block.partition)
      }
    }
  } finally {
    await reader.close()
  }
  try {
    for (const slice of batch.slices) slice.nextOffset = started.get(slice.partition) ?? slice.nextOffset
    onLanded(await landLogBatch(db, dataDir, batch, own))
  } finally {
    await batch.close()
  }
  for (const [partition, end] of started) next.set(partition, end)
}

/** Reads that may come back empty before records that were once there are taken for lost. */
const mostEmptyReads = 150

async function readWithin(
  reader: LogReader,
  landed: LandedTopic,
  open: ReadonlyMap<number, number>,
): Promise<readonly RecordBlock[]> {
  for (let attempt = 0; attempt < mostEmptyReads; attempt += 1) {
    const blocks = await withAdvice(landed, () => reader.nextBlocks(readLimits))
    if (blocks.length > 0) return blocks
  }
  const ends = [...open].map(([partition, end]) => `${partition} up to ${end}`).join(', ')
  throw new PlatformError(
    'log.unavailable',
    `lander: ${landed.name} no longer gives the records that a landing had begun with, of partition ${ends}`,
    { canRetry: true },
  )
}

async function withAdvice<T>(landed: LandedTopic, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code !== 'log.truncated') throw error
    throw new PlatformError(
      'log.truncated',
      `lander: ${landed.name} has lost records before they were landed (${error.message}); put the log back from a copy, or go on without them with \`sillage land --skip-lost\`, which counts them`,
      { cause: error },
    )
  }
}
