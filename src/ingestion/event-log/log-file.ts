import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PlatformError } from '../../contracts/errors.ts'

/** How long one process waits for another one's write. */
const lockTimeoutMs = 10_000
const pageBytes = 4096
const formatVersion = 1

/** Larger files are checked at the ends of each partition only: reading them whole would delay every start. */
export const wholeCheckBytes = 256 * 1024 * 1024

const schema = `
  CREATE TABLE IF NOT EXISTS topics (
    name TEXT PRIMARY KEY,
    -- Another one when the topic is made anew.
    id TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS partitions (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
  ) WITHOUT ROWID`

/** The records of a partition have a table of their own, so that each append goes to the right edge of its tree. */
export const recordsTable = (topic: string, partition: number): string =>
  `"${`records/${topic}/${partition}`.replaceAll('"', '""')}"`

export const createRecordsTable = (topic: string, partition: number): string => `
  CREATE TABLE IF NOT EXISTS ${recordsTable(topic, partition)} (
    record_offset INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, key TEXT, headers TEXT NOT NULL, value TEXT NOT NULL
  )`

/**
 * Opens a log's file for this thread, making it where it is missing. Every commit is on disk when it returns.
 * @throws {PlatformError} `log.damaged`, `log.unavailable`, `disk.full`.
 */
export function openLogFile(file: string, options: { readonly maxBytes?: number } = {}): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true })
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(file, { timeout: lockTimeoutMs })
    db.exec(`PRAGMA page_size=${pageBytes}; PRAGMA auto_vacuum=INCREMENTAL`)
    enterWalMode(db)
    // Deleted records held personal data: their bytes go too. fullfsync is macOS's own way to the platter.
    db.exec('PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON')
    db.exec('PRAGMA secure_delete=ON; PRAGMA journal_size_limit=67108864')
    if (options.maxBytes !== undefined)
      db.exec(`PRAGMA max_page_count=${Math.max(16, Math.floor(options.maxBytes / pageBytes))}`)
    makeSchema(db, file)
    return db
  } catch (error) {
    db?.close()
    throw logError(error, file)
  }
}

/** Two processes that make one file at the same time are told "locked" at once, whatever the time-out. */
function enterWalMode(db: DatabaseSync): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      db.exec('PRAGMA journal_mode=WAL')
      return
    } catch (error) {
      if (sqliteCode(error) !== 5 || attempt === 50) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

function makeSchema(db: DatabaseSync, file: string): void {
  const { user_version: found } = db.prepare('PRAGMA user_version').get() as { user_version: number }
  if (found === formatVersion) return
  if (found > formatVersion)
    throw new PlatformError(
      'log.unavailable',
      `log: ${file} has format ${found}, this version of Sillage knows ${formatVersion}; use the newer version that wrote it`,
    )
  db.exec(`BEGIN IMMEDIATE; ${schema}; PRAGMA user_version=${formatVersion}; COMMIT`)
}

const sqliteCode = (error: unknown): number | undefined => {
  const code = (error as { errcode?: unknown }).errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

const shortRead = 522

/** What a failure of SQLite means to whoever uses the log. Its texts quote no values. */
export function logError(error: unknown, file: string): unknown {
  if (error instanceof PlatformError) return error
  const { errcode, message } = error as { errcode?: number; message?: string }
  if (errcode === shortRead) return damaged(file, message ?? '', error)
  switch (sqliteCode(error)) {
    case 11:
    case 26:
      return damaged(file, message ?? '', error)
    case 13:
      return new PlatformError(
        'disk.full',
        `log: no space left for ${file}; nothing of this was stored. Free some space, it goes on by itself`,
        { canRetry: true, cause: error },
      )
    case 5:
    case 6:
      return unavailable(file, 'another process has held it for ten seconds; try again', true, error)
    case 3:
    case 8:
    case 10:
    case 14:
      return unavailable(
        file,
        `it cannot be read or written (${message ?? ''}); check that the folder is there, writable and on a healthy disk`,
        true,
        error,
      )
    default:
      return error
  }
}

const unavailable = (file: string, what: string, canRetry: boolean, cause: unknown) =>
  new PlatformError('log.unavailable', `log: ${file}: ${what}`, { canRetry, cause })

/** `saveReadable` completes the message with what could be saved and what to do. */
export const damaged = (file: string, what: string, cause?: unknown) =>
  new PlatformError('log.damaged', `log: ${file} is damaged (${what})`, { cause })
