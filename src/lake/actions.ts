import { relative, sep } from 'node:path'
import type { LakeColumn } from './schema.ts'

/** A data file of a table, as Delta's `add` action carries it; `path` is URL-encoded and relative to the table. */
export interface AddFile {
  readonly path: string
  readonly partitionValues: Readonly<Record<string, string | null>>
  readonly size: number
  readonly modificationTime: number
  readonly dataChange: boolean
  /** Delta's statistics as JSON text: `numRecords`, and bounds of dates, timestamps and short keys. */
  readonly stats?: string | null
  /** `columns`: how many of the table's leading columns it holds; `deliveries`: all it may hold rows of. */
  readonly tags?: Readonly<Record<string, string | null>> | null
}

export interface RemovedFile {
  readonly path: string
  readonly partitionValues: Readonly<Record<string, string | null>>
}

/** Number of rows of a file; undefined when its writer kept no statistics. */
export function numRecordsOf(file: AddFile): number | undefined {
  const match = /"numRecords"\s*:\s*(\d+)/.exec(file.stats ?? '')
  return match === null ? undefined : Number(match[1])
}

/** How a null partition value is spelt in a folder's name. */
export const nullFolder = '__HIVE_DEFAULT_PARTITION__'

/** One spelling per file: writers differ in what they URL-encode. */
export function fileKey(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

export const partitionKey = (
  values: Readonly<Record<string, string | null>>,
  partitionColumns: readonly string[],
): string => JSON.stringify(partitionColumns.map((name) => values[name] ?? null))

export const removeAction = (file: AddFile, deletionTimestamp: number) => ({
  remove: {
    path: file.path,
    deletionTimestamp,
    dataChange: true,
    extendedFileMetadata: true,
    partitionValues: file.partitionValues,
    size: file.size,
  },
})

type Entries = Record<string, unknown> | readonly { key: string; value: unknown }[]

/** DuckDB maps arrive as key–value lists from Node and as objects from Python. */
const entriesOf = (map: unknown): [string, unknown][] => {
  if (map === null || map === undefined) return []
  const entries = map as Entries
  if (Array.isArray(entries)) return entries.map(({ key, value }) => [key, value])
  return Object.entries(entries)
}

const unquote = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name

/**
 * Turns the rows of DuckDB's `COPY … (RETURN_STATS)` into files to add; files without rows are left out. Rows
 * that lack `partition_keys` get their partition from the file's folders, rows that lack
 * `column_statistics` no bounds.
 *
 * @param rows As read by Node's `db.rows` or as JSON of Python's rows by column name.
 * @param columns All columns of the table the files are for, partition columns included.
 */
export function addFilesFromCopy(
  tablePath: string,
  rows: readonly unknown[],
  columns: readonly LakeColumn[],
  tags: Readonly<Record<string, string>> = {},
): AddFile[] {
  const types = new Map(columns.map(({ name, type }) => [name, type]))
  const modificationTime = Date.now()
  return rows.flatMap((row) => {
    const copied = row as Record<string, unknown>
    const numRecords = Number(copied.count)
    if (numRecords === 0) return []
    const path = relative(tablePath, String(copied.filename))
    const statistics = entriesOf(copied.column_statistics).map(
      ([name, values]) => [unquote(name), new Map(entriesOf(values))] as const,
    )
    const keys = entriesOf(copied.partition_keys)
    const partitionValues = keys.length === 0 ? partitionOfPath(path) : partitionOfKeys(keys)
    const present = [...statistics.map(([name]) => name), ...Object.keys(partitionValues)]
    const leading = statistics.length === 0 ? {} : leadingColumns(columns, new Set(present))
    return [
      {
        path: path.split(sep).map(encodePathSegment).join('/'),
        partitionValues,
        size: Number(copied.file_size_bytes),
        modificationTime,
        dataChange: true,
        stats: JSON.stringify({ numRecords, ...bounds(statistics, types) }),
        tags: { ...leading, ...tags },
      },
    ]
  })
}

function partitionOfKeys(keys: ReturnType<typeof entriesOf>): Record<string, string | null> {
  const values = keys.map(([name, value]) => [name, value === null || value === '' ? null : String(value)])
  return Object.fromEntries(values)
}

function partitionOfPath(path: string): Record<string, string | null> {
  const folders = path.split(sep).slice(0, -1)
  const values = folders.map((folder) => {
    const at = folder.indexOf('=')
    const value = fileKey(folder.slice(at + 1))
    return [folder.slice(0, at), value === '' || value === nullFolder ? null : value]
  })
  return Object.fromEntries(values)
}

/** Tag for a file that holds exactly the first columns of its table, as all do that were written in full. */
function leadingColumns(
  columns: readonly LakeColumn[],
  present: ReadonlySet<string>,
): Record<string, string> {
  const isLeading = columns.slice(0, present.size).every(({ name }) => present.has(name))
  return isLeading ? { columns: String(present.size) } : {}
}

const encodePathSegment = (segment: string): string => encodeURIComponent(segment).replaceAll('%3D', '=')

const boundedTypes = new Set(['date', 'timestamp_ntz', 'long', 'integer', 'short', 'byte'])
/** Longer texts may be cut by other writers and would swell the log. */
const longestTextBound = 64

function bounds(
  statistics: readonly (readonly [string, ReadonlyMap<string, unknown>])[],
  types: ReadonlyMap<string, string>,
): { minValues: object; maxValues: object; nullCount: object } {
  const minValues: Record<string, unknown> = {}
  const maxValues: Record<string, unknown> = {}
  const nullCount: Record<string, number> = {}
  for (const [name, values] of statistics) {
    const type = types.get(name) ?? ''
    const isKey = type === 'string' && name.endsWith('_id')
    if (!boundedTypes.has(type) && !isKey) continue
    nullCount[name] = Number(values.get('null_count') ?? 0)
    const min = boundOf(values.get('min'), type)
    const max = boundOf(values.get('max'), type)
    if (min === undefined || max === undefined) continue
    minValues[name] = min
    maxValues[name] = max
  }
  return { minValues, maxValues, nullCount }
}

const timestampPattern = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$/

function boundOf(value: unknown, type: string): string | number | undefined {
  if (value === null || value === undefined) return undefined
  const text = String(value)
  if (type === 'string') return text.length <= longestTextBound ? text : undefined
  if (type === 'date') return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined
  if (type === 'timestamp_ntz') return timestampPattern.test(text) ? text.replace(' ', 'T') : undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}
