import { randomUUID } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { PlatformError } from '../../contracts/errors.ts'
import { createRecordsTable, logError, openLogFile, recordsTable } from './log-file.ts'

/** Records of one append as columns of equal length: cheap to hand from thread to thread. */
export interface RecordColumns {
  readonly partitions: readonly number[]
  readonly keys: readonly (string | null)[]
  readonly values: readonly string[]
  /** JSON; one for all records when they share it. */
  readonly headers: readonly string[]
  readonly timestampsMs: readonly number[]
}

export interface AppendRequest {
  readonly topic: string
  readonly records: RecordColumns
}

export interface LogWriter {
  /** Stores all requests with one sync to the disk; returns what failed of each, in order. */
  append(requests: readonly AppendRequest[]): readonly (unknown | undefined)[]
  /** Makes it where it is missing, with offsets from `firstOffset`. */
  createTopic(topic: string, partitions: number, id: string, firstOffset: number): void
  dropTopic(topic: string): void
  /** Deletes records below an offset. */
  dropBefore(topic: string, partition: number, offset: number): number
  /** Deletes records whose time is before `beforeMs`, and what lies before them; returns how many. */
  dropOlder(beforeMs: number): number
  close(): void
}

/** Rows a transaction takes in or deletes: bounds how long others wait. */
const rowsPerTransaction = 5_000
/** Free pages that are kept for the next records; more is given back to the disk. */
const keptFreePages = 4_096

interface PartitionRow {
  readonly topic: string
  readonly partition: number
  readonly first_offset: number
  readonly next_offset: number
}

export function createLogWriter(file: string, options: { readonly maxBytes?: number } = {}): LogWriter {
  const db = openLogFile(file, options)
  const partitionRows = db.prepare('SELECT * FROM partitions WHERE topic = ? ORDER BY partition')
  const moveNext = db.prepare('UPDATE partitions SET next_offset = ? WHERE topic = ? AND partition = ?')
  const moveFirst = db.prepare('UPDATE partitions SET first_offset = ? WHERE topic = ? AND partition = ?')
  const inserts = new Map<string, StatementSync>()

  const insertInto = (topic: string, partition: number): StatementSync => {
    const table = recordsTable(topic, partition)
    const known = inserts.get(table)
    if (known !== undefined) return known
    const statement = db.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`)
    inserts.set(table, statement)
    return statement
  }

  const partitionsOf = (topic: string) => partitionRows.all(topic) as unknown as PartitionRow[]

  const appendSlice = (topic: string, columns: RecordColumns, from: number, to: number): void => {
    const rows = partitionsOf(topic)
    const { partitions, keys, values, headers, timestampsMs } = columns
    if (rows.length === 0 || partitions.some((partition) => partition >= rows.length))
      throw topicUnknown(topic)
    const next = rows.map((row) => row.next_offset)
    const statements = rows.map((row) => insertInto(topic, row.partition))
    for (let at = from; at < to; at += 1) {
      const partition = partitions[at]!
      statements[partition]!.run(
        next[partition]!,
        timestampsMs[at]!,
        keys[at]!,
        headers[at] ?? headers[0]!,
        values[at]!,
      )
      next[partition]! += 1
    }
    for (const row of rows)
      if (next[row.partition] !== row.next_offset) moveNext.run(next[row.partition]!, topic, row.partition)
  }

  const dropBefore = (topic: string, partition: number, offset: number): number => {
    const table = recordsTable(topic, partition)
    let dropped = 0
    for (;;) {
      const isDone = inTransaction(db, file, () => {
        const row = partitionsOf(topic)[partition]
        if (row === undefined) throw topicUnknown(topic)
        const end = Math.min(offset, row.next_offset, row.first_offset + rowsPerTransaction)
        if (end <= row.first_offset) return true
        dropped += Number(db.prepare(`DELETE FROM ${table} WHERE record_offset < ?`).run(end).changes)
        moveFirst.run(end, topic, partition)
        return false
      })
      if (isDone) return dropped
    }
  }

  /** Offset after the last expired record among the oldest ones; a clock that jumped stops it no longer than its records. */
  const expiredEnd = (row: PartitionRow, beforeMs: number): number | undefined => {
    const table = recordsTable(row.topic, row.partition)
    const found = db
      .prepare(`SELECT max(record_offset) AS last FROM ${table} WHERE record_offset < ? AND at_ms < ?`)
      .get(row.first_offset + rowsPerTransaction, beforeMs) as { last: number | null }
    return found.last === null ? undefined : found.last + 1
  }

  const dropOlder = (beforeMs: number): number => {
    let dropped = 0
    const topics = db.prepare('SELECT name FROM topics ORDER BY name').all() as unknown as { name: string }[]
    for (const { name } of topics) {
      for (const { partition } of partitionsOf(name)) {
        for (;;) {
          const row = partitionsOf(name)[partition]
          const end = row === undefined ? undefined : expiredEnd(row, beforeMs)
          if (end === undefined) break
          dropped += dropBefore(name, partition, end)
        }
      }
    }
    giveBackSpace(db)
    return dropped
  }

  return {
    append(requests) {
      const failures: (unknown | undefined)[] = requests.map(() => undefined)
      for (const group of transactionsOf(requests)) {
        const open = group.filter(({ request }) => failures[request] === undefined)
        try {
          inTransaction(db, file, () => {
            for (const { request, from, to } of open) {
              const { topic, records } = requests[request]!
              try {
                appendSlice(topic, records, from, to)
              } catch (error) {
                if (!(error instanceof PlatformError)) throw error
                failures[request] = error
              }
            }
          })
        } catch (error) {
          for (const { request } of open) failures[request] ??= error
        }
      }
      return failures
    },
    createTopic(topic, partitions, id, firstOffset) {
      inTransaction(db, file, () => {
        if (partitionsOf(topic).length > 0) return
        db.prepare('INSERT INTO topics VALUES (?, ?)').run(topic, id)
        for (let partition = 0; partition < partitions; partition += 1) {
          db.exec(createRecordsTable(topic, partition))
          db.prepare('INSERT INTO partitions VALUES (?, ?, ?, ?)').run(
            topic,
            partition,
            firstOffset,
            firstOffset,
          )
        }
      })
    },
    dropTopic(topic) {
      inserts.clear()
      inTransaction(db, file, () => {
        for (const { partition } of partitionsOf(topic))
          db.exec(`DROP TABLE ${recordsTable(topic, partition)}`)
        db.prepare('DELETE FROM partitions WHERE topic = ?').run(topic)
        db.prepare('DELETE FROM topics WHERE name = ?').run(topic)
      })
      giveBackSpace(db)
    },
    dropBefore,
    dropOlder,
    close: () => db.close(),
  }
}

export const newTopicId = (): string => randomUUID()

export const topicUnknown = (topic: string) =>
  new PlatformError(
    'topic.unknown',
    `log: there is no topic ${topic}; make the platform's topics with \`sillage topics create\``,
  )

interface Slice {
  readonly request: number
  readonly from: number
  readonly to: number
}

/** Requests in order, cut so that no transaction is too long. */
function* transactionsOf(requests: readonly AppendRequest[]): Generator<Slice[]> {
  let slices: Slice[] = []
  let rows = 0
  for (const [request, { records }] of requests.entries()) {
    const count = records.values.length
    let from = 0
    do {
      const to = Math.min(count, from + rowsPerTransaction - rows)
      slices.push({ request, from, to })
      rows += to - from
      from = to
      if (rows >= rowsPerTransaction) {
        yield slices
        slices = []
        rows = 0
      }
    } while (from < count)
  }
  if (slices.length > 0) yield slices
}

function inTransaction<T>(db: DatabaseSync, file: string, work: () => T): T {
  try {
    db.exec('BEGIN IMMEDIATE')
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw logError(error, file)
  }
}

function giveBackSpace(db: DatabaseSync): void {
  const { freelist_count: free } = db.prepare('PRAGMA freelist_count').get() as { freelist_count: number }
  if (free > keptFreePages) db.exec(`PRAGMA incremental_vacuum(${free - keptFreePages})`)
}
