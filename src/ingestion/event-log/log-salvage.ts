import { existsSync, linkSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PlatformError } from '../../contracts/errors.ts'
import {
  createRecordsTable,
  damaged,
  logError,
  openLogFile,
  recordsTable,
  wholeCheckBytes,
} from './log-file.ts'

const salvagedFile = (file: string) => join(dirname(file), `${basename(file, '.sqlite')}.salvaged.sqlite`)
const besides = (file: string) => [file, `${file}-wal`, `${file}-shm`]

/**
 * Reads a log's file through, or, where it is large, its partitions' ends.
 * @throws {PlatformError} `log.damaged`.
 */
export function checkLogFile(db: DatabaseSync, file: string, bytes: number): void {
  try {
    if (bytes <= wholeCheckBytes) {
      const found = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
      if (found.quick_check !== 'ok') throw damaged(file, found.quick_check)
    }
    // One state of the file, or what another process appends meanwhile would look like damage.
    db.exec('BEGIN')
    for (const { topic, partition, first_offset, next_offset } of partitionRows(db)) {
      const ends = db
        .prepare(
          `SELECT min(record_offset) AS low, max(record_offset) AS high FROM ${recordsTable(topic, partition)}`,
        )
        .get() as { low: number | null; high: number | null }
      const isWhole =
        first_offset === next_offset
          ? ends.high === null
          : ends.high !== null && ends.high < next_offset && ends.low! >= first_offset
      if (!isWhole)
        throw damaged(
          file,
          `${topic}/${partition} should end at ${next_offset}, its last record is ${ends.high ?? 'missing'}`,
        )
    }
  } catch (error) {
    throw logError(error, file)
  } finally {
    if (db.isTransaction) db.exec('COMMIT')
  }
}

interface PartitionRow {
  readonly topic: string
  readonly partition: number
  readonly first_offset: number
  readonly next_offset: number
}

const partitionRows = (db: DatabaseSync) =>
  db.prepare('SELECT * FROM partitions ORDER BY topic, partition').all() as unknown as PartitionRow[]

/**
 * Completes a `log.damaged`: what can be read is saved beside the file, once, and the message says where and what
 * to do. Other errors pass as they are.
 */
export function explainDamage(error: unknown, file: string): unknown {
  if (!(error instanceof PlatformError) || error.code !== 'log.damaged') return error
  const saved = salvagedFile(file)
  let what: string
  try {
    what = existsSync(saved)
      ? `what is readable was saved in ${saved}`
      : `${salvage(file, saved)} readable records are saved in ${saved}`
  } catch (failure) {
    const because = failure instanceof Error ? failure.message : String(failure)
    return new PlatformError(
      'log.damaged',
      `${error.message}; what is readable could not be saved (${because}): copy ${dirname(file)} to a healthy disk with room, then start again`,
      { cause: error },
    )
  }
  return new PlatformError(
    'log.damaged',
    `${error.message}; ${what}. Stop what uses the log, then \`sillage topics recover\` puts that file in place; readers are told which records are missing`,
    { cause: error },
  )
}

/**
 * Puts the saved file in the damaged one's place, which is kept beside it.
 * @returns Where the damaged file is; undefined when nothing was saved.
 */
export function recoverLog(file: string): string | undefined {
  const saved = salvagedFile(file)
  if (!existsSync(saved)) return undefined
  const kept = join(dirname(file), `${basename(file, '.sqlite')}.damaged-${Date.now()}.sqlite`)
  for (const path of besides(file)) if (existsSync(path)) renameSync(path, path.replace(file, kept))
  renameSync(saved, file)
  return kept
}

/** Records that a log's file should hold and does not. */
export function missingRecords(file: string): number {
  const db = openLogFile(file)
  try {
    return partitionRows(db).reduce((missing, { topic, partition, first_offset, next_offset }) => {
      const table = recordsTable(topic, partition)
      const { count } = db.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }
      return missing + next_offset - first_offset - count
    }, 0)
  } finally {
    db.close()
  }
}

/** Copies every readable record, at its offset, into a new log; returns how many. */
function salvage(file: string, saved: string): number {
  const draft = `${saved}.${process.pid}`
  for (const path of besides(draft)) rmSync(path, { force: true })
  const to = openLogFile(draft)
  let count = 0
  let from: DatabaseSync | undefined
  try {
    from = new DatabaseSync(file, { readOnly: true, defensive: false })
    // SQLite refuses a file that was cut short, unless its schema may be written.
    from.exec('PRAGMA writable_schema=ON')
    for (const partition of readablePartitions(from)) count += copyPartition(from, to, partition)
  } catch (error) {
    if (!isDamage(error, file)) throw error
  } finally {
    from?.close()
    to.exec('PRAGMA journal_mode=DELETE')
    to.close()
  }
  try {
    linkSync(draft, saved)
  } finally {
    for (const path of besides(draft)) rmSync(path, { force: true })
  }
  return count
}

const isDamage = (error: unknown, file: string): boolean => {
  const mapped = logError(error, file)
  return mapped instanceof PlatformError && mapped.code === 'log.damaged'
}

interface SalvagedPartition extends PartitionRow {
  readonly id: string
}

/** As the log's own tables say; where they are damaged, as the names of the records' tables say. */
function readablePartitions(db: DatabaseSync): SalvagedPartition[] {
  try {
    return db
      .prepare('SELECT partitions.*, id FROM partitions JOIN topics ON topic = name')
      .all() as unknown as SalvagedPartition[]
  } catch {
    const tables = db
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'records/%'")
      .all() as unknown as { name: string }[]
    return tables.flatMap(({ name }) => {
      const [, topic, partition] = /^records\/(.+)\/(\d+)$/.exec(name) ?? []
      if (topic === undefined) return []
      return [
        { topic, partition: Number(partition), first_offset: 0, next_offset: 0, id: `salvaged/${topic}` },
      ]
    })
  }
}

function copyPartition(from: DatabaseSync, to: DatabaseSync, found: SalvagedPartition): number {
  const { topic, partition, first_offset: first, next_offset: next, id } = found
  const table = recordsTable(topic, partition)
  to.prepare('INSERT OR IGNORE INTO topics VALUES (?, ?)').run(topic, id)
  to.exec(createRecordsTable(topic, partition))
  const insert = to.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`)
  let count = 0
  let low: number | undefined
  let end = first
  to.exec('BEGIN')
  for (const row of readableRows(from, table, first, next)) {
    insert.run(row.record_offset, row.at_ms, row.key, row.headers, row.value)
    low ??= row.record_offset
    end = row.record_offset + 1
    count += 1
  }
  const oldest = next === 0 ? (low ?? 0) : first
  to.prepare('INSERT INTO partitions VALUES (?, ?, ?, ?)').run(topic, partition, oldest, Math.max(next, end))
  to.exec('COMMIT')
  return count
}

interface Row {
  readonly record_offset: number
  readonly at_ms: number
  readonly key: string | null
  readonly headers: string
  readonly value: string
}

/** Steps over unreadable pages: by one record at first, then by ever more. */
function* readableRows(db: DatabaseSync, table: string, first: number, next: number): Generator<Row> {
  const select = `SELECT * FROM ${table} WHERE record_offset >= ? ORDER BY record_offset`
  let at = first
  let failures = 0
  const end = next === 0 ? Number.MAX_SAFE_INTEGER : next
  while (at < end && at <= Number.MAX_SAFE_INTEGER) {
    try {
      for (const found of db.prepare(select).iterate(at)) {
        const row = found as unknown as Row
        yield row
        at = row.record_offset + 1
        failures = 0
      }
      return
    } catch (error) {
      if (!isDamage(error, '')) throw error
      failures += 1
      at += failures <= 256 ? 1 : 2 ** Math.min(40, failures - 256)
    }
  }
}
