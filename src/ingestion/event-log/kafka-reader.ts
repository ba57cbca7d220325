import { isUtf8 } from 'node:buffer'
import { type Admin, Consumer } from '@platformatic/kafka'
import { PlatformError } from '../../contracts/errors.ts'
import { truncated } from './embedded-reader.ts'
import type { LogReader, Positions, ReadLimits, RecordBlock, StoredRecord } from './event-log.ts'
import { clientOptions, describeTopic, hasKafkaCode, kafkaError, offsetRanges } from './kafka-connection.ts'
import type { KafkaOptions } from './kafka-options.ts'
import { blocksOf, isPlain, recordSeparator } from './record-block.ts'

const fetchBytes = 8 * 1024 * 1024
const partitionBytes = 2 * 1024 * 1024
/** The isolation that lets every record through; the client's `read_committed` leaks aborted ones anyway. */
const readUncommitted = 0
const isControl = 0b100000

/** A record as it was fetched, its bytes not looked at. */
interface FetchedRecord {
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer
  readonly headers: readonly (readonly [Buffer | null, Buffer | null])[]
  readonly timestampMs: number
}

const noBytes = Buffer.alloc(0)

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>

interface Place {
  /** The broker's offset to read next. */
  next: number
  /** Of the last batch read: a broker that lost what we have read is noticed by it. */
  epoch: number
}

let lastReader = 0

/**
 * Reads with plain fetches at positions of our own, without a consumer group: nothing to join, nothing to wait for
 * after a crash. `base` is what this platform counts the topic's first offset as.
 */
export async function openKafkaReader(options: {
  readonly kafka: KafkaOptions
  readonly admin: Admin
  readonly topic: string
  readonly positions: Positions
  readonly baseOf: (id: string) => Promise<number>
}): Promise<LogReader> {
  const { kafka, admin, topic, positions } = options
  const { id, partitionsCount } = await describeTopic(admin, topic, kafka)
  const base = await options.baseOf(id)
  const ranges = await offsetRanges(admin, topic, partitionsCount, kafka)
  const places = ranges.map(({ first }, partition): Place => {
    const position = positions[partition]
    return { next: position === undefined ? first : position - base, epoch: -1 }
  })
  for (const [partition, { next }] of places.entries())
    checkPlace(topic, partition, next, base, ranges[partition]!)

  lastReader += 1
  const groupId = `sillage-reader-${process.pid}-${lastReader}`
  let consumer = new Consumer({ ...clientOptions(kafka), groupId })
  let leaders: number[] | undefined
  let ready: FetchedRecord[] = []
  let isClosed = false

  const findLeaders = async (): Promise<number[]> => {
    const found = await describeTopic(admin, topic, kafka).catch((error: unknown) => {
      if (error instanceof PlatformError && error.code === 'topic.unknown')
        throw truncated(topic, 'the topic was deleted')
      throw error
    })
    if (found.id !== id) throw truncated(topic, 'the topic was made anew')
    while (places.length < found.partitionsCount) places.push({ next: 0, epoch: -1 })
    return found.partitions.map(({ leader }) => leader)
  }

  const fetchFrom = (
    node: number,
    partitions: readonly number[],
    maxWaitMs: number,
  ): Promise<FetchResponse> =>
    consumer.fetch({
      node,
      isolationLevel: readUncommitted,
      minBytes: 1,
      maxBytes: fetchBytes,
      maxWaitTime: maxWaitMs,
      topics: [
        {
          topicId: id,
          partitions: partitions.map((partition) => ({
            partition,
            currentLeaderEpoch: -1,
            fetchOffset: BigInt(places[partition]!.next),
            lastFetchedEpoch: places[partition]!.epoch,
            partitionMaxBytes: partitionBytes,
          })),
        },
      ],
    })

  const fetchAll = async (maxWaitMs: number): Promise<FetchedRecord[]> => {
    leaders ??= await findLeaders()
    const byLeader = Map.groupBy(leaders.keys(), (partition) => leaders![partition]!)
    const answers = await Promise.all([...byLeader].map(([node, parts]) => fetchFrom(node, parts, maxWaitMs)))
    return answers.flatMap((answer) => take(answer))
  }

  const take = (answer: FetchResponse): FetchedRecord[] => {
    const records: FetchedRecord[] = []
    for (const { partitionIndex: partition, records: batches, divergingEpoch } of answer.responses.flatMap(
      (each) => (each.topicId === id ? each.partitions : []),
    )) {
      const place = places[partition]!
      if (divergingEpoch !== undefined && divergingEpoch.epoch >= 0)
        throw truncated(
          topic,
          `partition ${partition} lost records from ${base + Number(divergingEpoch.endOffset)} on that were read before`,
        )
      for (const batch of batches ?? []) {
        const firstOffset = Number(batch.firstOffset)
        if ((batch.attributes & isControl) === 0) {
          for (const record of batch.records) {
            const offset = firstOffset + record.offsetDelta
            // The client gives records again at times, and a batch begins before the offset that was asked for.
            if (offset < place.next) continue
            place.next = offset + 1
            records.push({
              partition,
              offset: base + offset,
              key: record.key,
              value: record.value ?? noBytes,
              headers: record.headers,
              timestampMs: receivedMs(batch.firstTimestamp + record.timestampDelta),
            })
          }
        }
        place.next = Math.max(place.next, firstOffset + batch.lastOffsetDelta + 1)
        place.epoch = batch.partitionLeaderEpoch
      }
    }
    return records
  }

  /** What made a fetch fail; undefined when it is worth another try at once. */
  const reasonOf = async (error: unknown): Promise<unknown> => {
    leaders = undefined
    // A session or a connection the failed fetch left behind is not used again.
    const used = consumer
    consumer = new Consumer({ ...clientOptions(kafka), groupId })
    await used.close(true).catch(() => undefined)
    if (error instanceof PlatformError) return error
    if (hasKafkaCode(error, 'OFFSET_OUT_OF_RANGE')) {
      await findLeaders()
      const now = await offsetRanges(admin, topic, places.length, kafka)
      for (const [partition, { next }] of places.entries())
        checkPlace(topic, partition, next, base, now[partition]!)
      return undefined
    }
    if (hasKafkaCode(error, 'UNKNOWN_TOPIC_ID', 'UNKNOWN_TOPIC_OR_PARTITION', 'INCONSISTENT_TOPIC_ID')) {
      await findLeaders()
      return undefined
    }
    const isMoved = hasKafkaCode(
      error,
      'NOT_LEADER_OR_FOLLOWER',
      'LEADER_NOT_AVAILABLE',
      'FETCH_SESSION_ID_NOT_FOUND',
      'INVALID_FETCH_SESSION_EPOCH',
    )
    return isMoved ? undefined : kafkaError(error, kafka, topic)
  }

  const read = async ({
    maxRecords = 10_000,
    maxBytes = 16 * 1024 * 1024,
    maxWaitMs = 200,
  }: ReadLimits): Promise<FetchedRecord[]> => {
    const deadline = performance.now() + maxWaitMs
    while (ready.length === 0) {
      if (isClosed) return []
      const leftMs = Math.max(0, Math.ceil(deadline - performance.now()))
      try {
        ready = await fetchAll(Math.min(leftMs, 5_000))
      } catch (error) {
        if (isClosed) return []
        const reason = await reasonOf(error)
        if (reason !== undefined) throw reason
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      if (ready.length === 0 && performance.now() >= deadline) return []
    }
    const count = within(ready, maxRecords, maxBytes)
    const records = ready.slice(0, count)
    ready = ready.slice(count)
    return records
  }

  return {
    next: async (limits = {}) => (await read(limits)).map(decoded),
    nextBlocks: async (limits = {}) => fetchedBlocks(await read(limits)),
    async close() {
      if (isClosed) return
      isClosed = true
      await consumer.close(true)
    },
  }
}

function checkPlace(
  topic: string,
  partition: number,
  next: number,
  base: number,
  { first, next: end }: { first: number; next: number },
): void {
  const position = base + next
  if (next < 0)
    throw truncated(
      topic,
      `partition ${partition} was to be read from ${position}, which is of a log before this one (it begins at ${base})`,
    )
  if (next < first)
    throw truncated(
      topic,
      `partition ${partition} was to be read from ${position}, its oldest record is ${base + first}: ${first - next} were deleted`,
    )
  if (next > end)
    throw truncated(
      topic,
      `partition ${partition} was to be read from ${position}, it ends at ${base + end}: it is not the log that was read before`,
    )
}

/** End of the year 9999. */
const latestMs = 253_402_300_799_999n

/**
 * When a record was received. Other producers may write microseconds, nanoseconds or nothing: what is no time in
 * milliseconds is read as 1970, so that such a record is judged like any other and stops nobody.
 */
export const receivedMs = (timestamp: bigint): number =>
  timestamp < 0n || timestamp > latestMs ? 0 : Number(timestamp)

const decoded = ({ key, value, headers, ...record }: FetchedRecord): StoredRecord => ({
  ...record,
  key: key?.toString() ?? null,
  value: value.toString(),
  headers: headersOf(headers),
})

function headersOf(entries: FetchedRecord['headers']): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of entries) headers[name?.toString() ?? ''] = value?.toString() ?? ''
  return headers
}

/** Records as blocks; only those that cannot be together are decoded one by one. */
function fetchedBlocks(records: readonly FetchedRecord[]): RecordBlock[] {
  const blocks: RecordBlock[] = []
  let from = 0
  while (from < records.length) {
    let to = from + 1
    while (to < records.length && continues(records[to - 1]!, records[to]!)) to += 1
    const together = records.slice(from, to)
    const text = joined(together)
    const { partition, offset, headers } = records[from]!
    if (text === undefined) blocks.push(...blocksOf(together.map(decoded)))
    else {
      const timestampsMs = together.map(({ timestampMs }) => timestampMs)
      blocks.push({ partition, firstOffset: offset, headers: headersOf(headers), timestampsMs, text })
    }
    from = to
  }
  return blocks
}

const continues = (before: FetchedRecord, next: FetchedRecord): boolean =>
  next.partition === before.partition &&
  next.offset === before.offset + 1 &&
  next.headers.length === before.headers.length &&
  next.headers.every(
    ([name, value], at) => isSame(name, before.headers[at]?.[0]) && isSame(value, before.headers[at]?.[1]),
  )

const isSame = (some: Buffer | null, other: Buffer | null | undefined): boolean =>
  some === other || (some !== null && other != null && some.equals(other))

/** Values as a block has them; undefined when one of them is not plain UTF-8. */
function joined(records: readonly FetchedRecord[]): Buffer | undefined {
  const text = Buffer.allocUnsafe(records.reduce((sum, { value }) => sum + value.length + 1, -1))
  let at = 0
  for (const [index, { value }] of records.entries()) {
    if (!isPlain(value)) return undefined
    if (index > 0) text[at++] = recordSeparator
    at += value.copy(text, at)
  }
  return isUtf8(text) ? text : undefined
}

/** How many records, at least one, stay within the limits. */
function within(records: readonly FetchedRecord[], maxRecords: number, maxBytes: number): number {
  let bytes = 0
  let count = 0
  while (count < records.length && count < maxRecords && (count === 0 || bytes < maxBytes)) {
    bytes += records[count]!.value.length
    count += 1
  }
  return count
}
