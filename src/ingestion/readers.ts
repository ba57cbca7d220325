import { mkdir, rm } from 'node:fs/promises'
import { type DuckDb, sqlIdentifier, sqlList, sqlString } from '../database/duckdb.ts'
import type { AdapterInput } from './adapters.ts'
import {
  isTextual,
  type ReadableFile,
  type Reader,
  type RefusedRecord,
  rawColumns,
} from './reading/raw-records.ts'
import { readCsv, readParquet } from './reading/table-readers.ts'
import { readDocuments, readLines } from './reading/text-readers.ts'

export interface LoadedFiles {
  /** Records that cannot be read, in no order. */
  readonly refused: readonly RefusedRecord[]
  /** Records each file offers to the adapter's SELECTs. */
  readonly readable: readonly number[]
}

/** `_record` = index of the file × this + number of the record in it, which may be an offset of a log. */
export const recordsPerFile = 2 ** 46

const readers: Record<AdapterInput['reader'], Reader> = {
  ndjson: readLines,
  lines: readLines,
  json: readDocuments,
  csv: readCsv,
  parquet: readParquet,
}

/**
 * Reads files of one input into the temporary table `raw_records` and defines the view `input_all`: the
 * input's columns as text, `_record`, `_raw`, `_file`, `_file_index`. Bad content never throws: it is returned
 * as refused records, the rest of its file is kept.
 */
export async function loadFiles(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
): Promise<LoadedFiles> {
  await mkdir(scratchDir, { recursive: true })
  try {
    const loaded = await readers[input.reader](db, input, files, scratchDir)
    await defineInputAll(db, input, files, loaded.starts)
    const counts = await db.rows<{ file_index: number; records: string }>(
      'SELECT file_index, count(*) AS records FROM raw_records WHERE problem IS NULL GROUP BY ALL',
    )
    const readable = files.map(() => 0)
    for (const { file_index, records } of counts) readable[Number(file_index)] = Number(records)
    return { refused: loaded.refused, readable }
  } finally {
    await rm(scratchDir, { recursive: true, force: true })
  }
}

/** Empties what `loadFiles` made. */
export async function unloadFiles(db: DuckDb): Promise<void> {
  await db.run('DROP VIEW IF EXISTS input_all; DROP TABLE IF EXISTS raw_records')
}

/** Defines an empty `input_all`, for checking that an adapter's SELECTs fit before any file is read. */
export async function defineEmptyInput(db: DuckDb, input: AdapterInput): Promise<void> {
  await db.run(`CREATE OR REPLACE TEMP TABLE raw_records (${rawColumns(input)})`)
  await defineInputAll(db, input, [], [])
}

/** Defines what an adapter's SELECTs read: `input` and `prepared`, over all loaded files or one of them. */
export async function defineInput(
  db: DuckDb,
  input: AdapterInput,
  options: { fileIndex?: number; isPreparedOnce?: boolean } = {},
): Promise<void> {
  const filter = options.fileIndex === undefined ? '' : ` WHERE _file_index = ${options.fileIndex}`
  await db.run(`CREATE OR REPLACE TEMP VIEW input AS SELECT * EXCLUDE (_file_index) FROM input_all${filter}`)
  if (input.prepare === undefined) return
  const kind = options.isPreparedOnce ? 'TABLE' : 'VIEW'
  await db.run('DROP VIEW IF EXISTS temp.preparation; DROP TABLE IF EXISTS temp.prepared_once')
  await db.run(
    `CREATE TEMP ${kind} ${kind === 'TABLE' ? 'prepared_once' : 'preparation'} AS ${input.prepare.sql}`,
  )
  await db.run(
    `CREATE OR REPLACE TEMP VIEW prepared AS FROM ${kind === 'TABLE' ? 'prepared_once' : 'preparation'}`,
  )
}

async function defineInputAll(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  starts: readonly number[],
): Promise<void> {
  const names = sqlList(files.map(({ logicalName }) => logicalName))
  const startList = `[${files.map((_, index) => starts[index] ?? 0).join(', ')}]`
  const ordinal = `coalesce(number, rowid - list_extract(${startList}, file_index + 1) + 1)`
  const origin = `CAST(file_index AS BIGINT) * ${recordsPerFile} + ${ordinal} AS _record, list_extract(${names}, file_index + 1) AS _file, file_index AS _file_index`
  const records = (content: string) => `SELECT ${content}, ${origin} FROM raw_records WHERE problem IS NULL`
  let sql: string
  if (input.reader === 'lines') {
    sql = records('line, line AS _raw')
  } else if (isTextual(input)) {
    const values = input.columns.map(
      ({ name }, index) => `nullif(${jsonValue(input, index)}, '') AS ${sqlIdentifier(name)}`,
    )
    sql = `SELECT ${values.join(', ')}, _raw, _record, _file, _file_index
      FROM (${records(`${jsonValues(input)} AS content, line AS _raw`)})`
  } else {
    const columns = input.columns.map(({ name }) => sqlIdentifier(name))
    const pairs = input.columns.map(({ name }) => `${sqlString(name)}, ${sqlIdentifier(name)}`).join(', ')
    sql = records(`${columns.join(', ')}, CAST(json_object(${pairs}) AS VARCHAR) AS _raw`)
  }
  await db.run(`CREATE OR REPLACE TEMP VIEW input_all AS ${sql}`)
}

const topLevelKey = /^\$\."([^"]*)"$/

/** All values of a line in one parse: a struct where only top-level keys are read, which is quickest, else a list. */
function jsonValues({ columns }: AdapterInput): string {
  const keys = columns.map(({ from }) => topLevelKey.exec(from)?.[1])
  if (new Set(keys).size < keys.length || keys.includes(undefined)) {
    return `json_extract_string(line, ${sqlList(columns.map(({ from }) => from))})`
  }
  const shape = JSON.stringify(Object.fromEntries(keys.map((key) => [key, 'VARCHAR'])))
  return `json_transform(line, ${sqlString(shape)})`
}

function jsonValue(input: AdapterInput, index: number): string {
  return jsonValues(input).startsWith('json_transform')
    ? `struct_extract(content, ${sqlString(topLevelKey.exec(input.columns[index]?.from ?? '')?.[1] ?? '')})`
    : `content[${index + 1}]`
}
