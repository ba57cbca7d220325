import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DuckDBBlobValue,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBValue,
} from '@duckdb/node-api'
import { PlatformError } from '../contracts/errors.ts'
import { statementWithoutValues, withoutValues } from './error-text.ts'

export interface DuckDbOptions {
  /** Upper bound of DuckDB's own memory; default 3 GiB. */
  memoryLimit?: string
  threads?: number
  /** Give memory back to the system as soon as it is free, at some cost in time; for work that goes on for long. */
  returnsMemory?: boolean
  /** Where larger-than-memory work spills; default a folder of its own under the system's temporary one. */
  tempDirectory?: string
  /** Folder of signed extensions laid out as `v<version>/<platform>/<name>.duckdb_extension`. */
  extensionDirectory?: string
}

export type SqlRow = Record<string, unknown>

/** One connection to an in-memory DuckDB: scratch space for SQL over files, never a store. */
export interface DuckDb {
  /** Runs statements; parameters are `$1`, `$2`, … @throws {PlatformError} `database.failed`. */
  run(sql: string, parameters?: readonly DuckDBValue[]): Promise<void>
  /** Reads a small result as plain JSON values: decimals, timestamps and 64-bit integers come as strings. */
  rows<T = SqlRow>(sql: string, parameters?: readonly DuckDBValue[]): Promise<T[]>
  /** Reads a large result column by column, as DuckDB's own values. */
  columns(sql: string): Promise<Record<string, readonly DuckDBValue[]>>
  /** Adds rows, given column by column, to a table that all connections see; no SQL is parsed for them. */
  append(table: string, columns: readonly (readonly (DuckDBValue | Uint8Array)[])[]): Promise<void>
  /** A further connection to the same in-memory database, with its own transaction. */
  connect(): Promise<DuckDb>
  /** The database goes with its last connection; closing twice does nothing. */
  close(): void
}

/** Opens an in-memory DuckDB in UTC that keeps the order of files' rows. */
export async function openDuckDb(options: DuckDbOptions = {}): Promise<DuckDb> {
  const settings: Record<string, string> = {
    memory_limit: options.memoryLimit ?? '3GiB',
    temp_directory: options.tempDirectory ?? join(tmpdir(), `sillage-spill-${randomUUID()}`),
  }
  if (options.threads !== undefined) settings.threads = String(options.threads)
  if (options.returnsMemory === true) {
    settings.allocator_background_threads = 'true'
    settings.allocator_flush_threshold = '4MiB'
    settings.allocator_bulk_deallocation_flush_threshold = '8MiB'
  }
  if (options.extensionDirectory !== undefined) settings.extension_directory = options.extensionDirectory
  const instance = await DuckDBInstance.create(':memory:', settings)
  return connectTo({ instance, connections: 0 })
}

/** The memory goes with the last connection. */
interface SharedInstance {
  readonly instance: DuckDBInstance
  connections: number
}

async function connectTo(shared: SharedInstance): Promise<DuckDb> {
  const connection = await shared.instance.connect()
  shared.connections += 1
  await connection.run("SET TimeZone = 'UTC'")
  return wrap(shared, connection)
}

function wrap(shared: SharedInstance, connection: DuckDBConnection): DuckDb {
  let isOpen = true
  const guard = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw databaseError(sql, error)
    }
  }
  return {
    run: (sql, parameters) =>
      guard(sql, async () => {
        await connection.run(sql, parameters === undefined ? undefined : [...parameters])
      }),
    rows: <T>(sql: string, parameters?: readonly DuckDBValue[]) =>
      guard(sql, async () => {
        const reader = await connection.runAndReadAll(
          sql,
          parameters === undefined ? undefined : [...parameters],
        )
        return reader.getRowObjectsJson() as T[]
      }),
    columns: (sql) =>
      guard(sql, async () => {
        const reader = await connection.runAndReadAll(sql)
        return reader.getColumnsObject()
      }),
    append: (table, columns) => guard(`append to ${table}`, () => appendColumns(connection, table, columns)),
    connect: () => connectTo(shared),
    close: () => {
      if (!isOpen) return
      isOpen = false
      connection.closeSync()
      shared.connections -= 1
      if (shared.connections === 0) shared.instance.closeSync()
    },
  }
}

/** Rows DuckDB takes at once. */
const chunkRows = 2048

async function appendColumns(
  connection: DuckDBConnection,
  table: string,
  columns: readonly (readonly (DuckDBValue | Uint8Array)[])[],
): Promise<void> {
  const appender = await connection.createAppender(table, 'main', 'memory')
  try {
    const types = columns.map((_, index) => appender.columnType(index))
    const rows = columns[0]?.length ?? 0
    for (let from = 0; from < rows; from += chunkRows) {
      const chunk = DuckDBDataChunk.create(types)
      chunk.setColumns(columns.map((column) => column.slice(from, from + chunkRows).map(asDuckDbValue)))
      appender.appendDataChunk(chunk)
    }
  } finally {
    appender.closeSync()
  }
}

const asDuckDbValue = (value: DuckDBValue | Uint8Array): DuckDBValue =>
  value instanceof Uint8Array ? new DuckDBBlobValue(value) : value

function databaseError(sql: string, error: unknown): PlatformError {
  const message = error instanceof Error ? error.message : String(error)
  if (/No space left on device|disk quota exceeded|not enough space|max_temp_directory_size/i.test(message)) {
    return new PlatformError(
      'disk.full',
      'database: the disk is full; free some space and run the same command again',
      {
        canRetry: true,
        cause: error,
      },
    )
  }
  return new PlatformError(
    'database.failed',
    `database: ${withoutValues(message)}\n  in: ${statementWithoutValues(sql)}`,
    // Others' use of the machine may leave more the next time.
    { canRetry: message.startsWith('Out of Memory Error') },
  )
}

/** Quotes a value as an SQL string literal. */
export const sqlString = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** Quotes a name as an SQL identifier. */
export const sqlIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Writes a list of strings as an SQL list literal. */
export const sqlList = (values: readonly string[]): string => `[${values.map(sqlString).join(', ')}]`
