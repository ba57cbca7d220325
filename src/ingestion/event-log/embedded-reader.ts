import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { PlatformError } from '../../contracts/errors.ts'
import type { LogReader, Positions, ReadLimits, RecordBlock, StoredRecord } from './event-log.ts'
import { logError, recordsTable } from './log-file.ts'
import { topicUnknown } from './log-writer.ts'
import { blocksOf, isSeparatedInto, recordSeparator } from './record-block.ts'

/** Rows read before other work of this process gets its turn. */
const rowsPerTurn = 1_000
/** How often a reader looks for records of other processes; its own process's are told to it. */
const pollMs = 25

interface Row {
  readonly record_offset: number
  readonly at_ms: number
  readonly key: string | null
  readonly headers: string
  readonly value: string
}

/** Rows of a block, put together by SQLite: three times quicker than row by row. */
interface BlockRow {
  /** JSON arrays of numbers. */
  readonly offsets: string
  readonly times: string
  readonly headers: string
  readonly last_headers: string
  readonly text: Uint8Array
}

interface State {
  readonly id: string
  readonly partition: number
  readonly first_offset: number
  readonly next_offset: number
}

export interface ReadSurroundings {
  readonly db: DatabaseSync
  readonly file: string
  /** Resolves with the next commit of this process, or after so many milliseconds. */
  waitForAppend(ms: number): Promise<void>
  /** Completes an error that says the file is damaged. */
  explain(error: unknown): Promise<unknown>
}

export function openEmbeddedReader(from: ReadSurroundings, topic: string, positions: Positions): LogReader {
  const { db, file } = from
  const stateRows = db.prepare(
    `SELECT id, partition, first_offset, next_offset FROM topics JOIN partitions ON topic = name
     WHERE name = ? ORDER BY partition`,
  )
  const states = () => stateRows.all(topic) as unknown as State[]
  const atStart = states()
  const id = atStart[0]?.id
  if (id === undefined) throw topicUnknown(topic)
  const next = new Map(
    atStart.map((state) => [state.partition, positions[state.partition] ?? state.first_offset]),
  )
  for (const state of atStart) checkPosition(topic, state, next.get(state.partition) ?? 0)
  const selects = new Map<number, StatementSync>()
  let turn = 0
  let isClosed = false
  let lastHeaders = { text: '{}', headers: Object.freeze({}) as Readonly<Record<string, string>> }

  const select = (partition: number): StatementSync => {
    let statement = selects.get(partition)
    if (statement === undefined) {
      statement = db.prepare(
        `SELECT record_offset, at_ms, key, headers, value FROM ${recordsTable(topic, partition)}
         WHERE record_offset >= ? AND record_offset < ? ORDER BY record_offset LIMIT ?`,
      )
      selects.set(partition, statement)
    }
    return statement
  }

  const blockSelects = new Map<number, { size: StatementSync; block: StatementSync }>()

  const blockSelect = (partition: number) => {
    let statements = blockSelects.get(partition)
    if (statements === undefined) {
      const rows = `FROM (SELECT record_offset, at_ms, headers, value FROM ${recordsTable(topic, partition)}
         WHERE record_offset >= ? AND record_offset < ? ORDER BY record_offset LIMIT ?)`
      statements = {
        size: db.prepare(`SELECT coalesce(sum(octet_length(value)), 0) AS bytes ${rows}`),
        block: db.prepare(
          `SELECT json_group_array(record_offset) AS offsets, json_group_array(at_ms) AS times,
             min(headers) AS headers, max(headers) AS last_headers,
             CAST(group_concat(value, char(${recordSeparator})) AS BLOB) AS text
             ${rows}`,
        ),
      }
      blockSelects.set(partition, statements)
    }
    return statements
  }

  const headersOf = (text: string) => {
    if (text !== lastHeaders.text) lastHeaders = { text, headers: Object.freeze(JSON.parse(text)) }
    return lastHeaders.headers
  }

  /** Partitions that have more to read. */
  const pendingStates = (): State[] => {
    const found = states()
    if (found.length === 0) throw truncated(topic, 'the topic was deleted')
    if (found[0]?.id !== id) throw truncated(topic, 'the topic was made anew')
    for (const state of found) checkPosition(topic, state, next.get(state.partition) ?? 0)
    return found.filter((state) => (next.get(state.partition) ?? 0) < state.next_offset)
  }

  /** Takes rows of one partition; stops at the limits, and at a gap, which the next call then reports. */
  const take = (state: State, into: StoredRecord[], room: { records: number; bytes: number }): boolean => {
    const { partition } = state
    const start = next.get(partition) ?? 0
    let expected = start
    const limit = Math.min(rowsPerTurn, room.records)
    for (const found of select(partition).iterate(start, state.next_offset, limit)) {
      const row = found as unknown as Row
      if (row.record_offset !== expected) break
      expected += 1
      into.push({
        partition,
        offset: row.record_offset,
        key: row.key,
        value: row.value,
        headers: headersOf(row.headers),
        timestampMs: row.at_ms,
      })
      room.records -= 1
      room.bytes -= row.value.length
      if (room.bytes <= 0) break
    }
    next.set(partition, expected)
    if (expected === start && into.length === 0)
      throw gap(topic, partition, start, nextKept(partition, start))
    return expected > start && expected < state.next_offset
  }

  /** As `take`, in blocks. */
  const takeBlock = (
    state: State,
    into: RecordBlock[],
    room: { records: number; bytes: number },
  ): boolean => {
    const { partition, next_offset: end } = state
    const start = next.get(partition) ?? 0
    const statements = blockSelect(partition)
    let limit = Math.min(rowsPerTurn, room.records, end - start)
    while (limit > 1 && (statements.size.get(start, end, limit) as { bytes: number }).bytes > room.bytes)
      limit = Math.ceil(limit / 2)
    const row = statements.block.get(start, end, limit) as unknown as BlockRow
    const offsets = JSON.parse(row.offsets) as number[]
    const isWhole = offsets.length === limit && offsets.every((offset, at) => offset === start + at)
    if (!isWhole || row.headers !== row.last_headers || !isSeparatedInto(limit, row.text)) {
      const records: StoredRecord[] = []
      const more = take(state, records, room)
      into.push(...blocksOf(records))
      return more
    }
    into.push({
      partition,
      firstOffset: start,
      headers: headersOf(row.headers),
      timestampsMs: JSON.parse(row.times) as number[],
      text: row.text,
    })
    room.records -= limit
    room.bytes -= row.text.length
    next.set(partition, start + limit)
    return start + limit < end
  }

  const nextKept = (partition: number, offset: number): number | undefined => {
    const row = select(partition).get(offset, Number.MAX_SAFE_INTEGER, 1) as unknown as Row | undefined
    return row?.record_offset
  }

  /** Calls `takeFrom` for one partition with records after the other, until the limits are reached. */
  const read = async <T>(
    { maxRecords = 10_000, maxBytes = 16 * 1024 * 1024, maxWaitMs = 200 }: ReadLimits,
    takeFrom: (state: State, into: T[], room: { records: number; bytes: number }) => boolean,
  ): Promise<T[]> => {
    const room = { records: maxRecords, bytes: maxBytes }
    const deadline = performance.now() + maxWaitMs
    const found: T[] = []
    try {
      while (!isClosed) {
        let pending = pendingStates()
        turn += 1
        pending = pending.map((_, at) => pending[(at + turn) % pending.length]!)
        while (pending.length > 0 && room.records > 0 && room.bytes > 0) {
          const withMore: State[] = []
          for (const state of pending) {
            if (room.records <= 0 || room.bytes <= 0) break
            if (takeFrom(state, found, room)) withMore.push(state)
            if (maxRecords - room.records >= rowsPerTurn) await nextTurn()
            if (isClosed) return found
          }
          pending = withMore
        }
        if (found.length > 0) return found
        const leftMs = deadline - performance.now()
        if (leftMs <= 0) return []
        await from.waitForAppend(Math.min(pollMs, leftMs))
      }
      return []
    } catch (error) {
      if (found.length > 0) return found
      throw await from.explain(logError(error, file))
    }
  }

  return {
    next: (limits = {}) => read(limits, take),
    nextBlocks: (limits = {}) => read(limits, takeBlock),
    async close() {
      isClosed = true
    },
  }
}

function checkPosition(topic: string, state: State, position: number): void {
  const { partition, first_offset: first, next_offset: end } = state
  if (position < first)
    throw truncated(
      topic,
      `partition ${partition} was to be read from ${position}, its oldest record is ${first}: ${first - position} were deleted`,
    )
  if (position > end)
    throw truncated(
      topic,
      `partition ${partition} was to be read from ${position}, it ends at ${end}: it is not the log that was read before`,
    )
}

const gap = (topic: string, partition: number, from: number, kept: number | undefined) =>
  truncated(
    topic,
    `partition ${partition} has nothing from ${from} to ${kept === undefined ? 'its end' : kept - 1}: these records are lost`,
  )

/** Records that were to be read are not there: said, never skipped. */
export const truncated = (topic: string, what: string) =>
  new PlatformError(
    'log.truncated',
    `log: ${topic}: ${what}; deliver what is missing in another way, then go on from what is there`,
  )
