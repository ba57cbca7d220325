import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { PlatformError } from '../contracts/errors.ts'
import type { QuarantineReason } from '../contracts/record-outcomes.ts'
import { type DuckDb, sqlIdentifier, sqlList, sqlString } from '../database/duckdb.ts'
import type { AdapterInput } from './adapters.ts'
import { isUtf8, readHeader, splitRecords } from './record-splitter.ts'

/** A file to read; `needsSplitting` as its facts say. */
export interface ReadableFile {
  readonly path: string
  readonly logicalName: string
  readonly needsSplitting: boolean
}

/** A record that is no record: refused before any adapter sees it. */
export interface RefusedRecord {
  readonly fileIndex: number
  /** From 1; 0 stands for the file as a whole. */
  readonly number: number
  readonly reason: QuarantineReason
  readonly raw: string | undefined
}

export interface LoadedFiles {
  /** Records that cannot be read, in no order. */
  readonly refused: readonly RefusedRecord[]
  /** Records each file offers to the adapter's SELECTs. */
  readonly readable: readonly number[]
}

/** `_record` = index of the file × this + number of the record in it, which may be an offset of a log. */
export const recordsPerFile = 2 ** 46

/** Longest line or field DuckDB's reader takes before a file goes to the record splitter. */
const longestLineBytes = 4 << 20

/** Longest raw text kept of a refused record. */
export const longestRawText = 1_000_000

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

interface Loaded {
  refused: RefusedRecord[]
  /** Row id at which each file's records begin, for rows without a number of their own. */
  starts: number[]
}

type Reader = (
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
) => Promise<Loaded>

const isTextual = (input: AdapterInput): boolean => input.reader !== 'csv' && input.reader !== 'parquet'

/** Columns of `raw_records`: a line, or the input's columns; then where the record comes from. */
function rawColumns(input: AdapterInput): string {
  const content = isTextual(input)
    ? ['line VARCHAR']
    : input.columns.map(({ name }) => `${sqlIdentifier(name)} VARCHAR`)
  return [...content, 'file_index INTEGER', 'number BIGINT', 'problem VARCHAR'].join(', ')
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

const readers: Record<AdapterInput['reader'], Reader> = {
  ndjson: readLines,
  lines: readLines,
  json: readDocuments,
  csv: readCsv,
  parquet: readParquet,
}

async function readLines(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
): Promise<Loaded> {
  const problem = lineProblem(input, 'line')
  const scan = (paths: readonly string[]) =>
    `read_csv(${fileList(paths)}, columns = {'line': 'VARCHAR'}, auto_detect = false, header = false, delim = '\u0001',
      quote = '', escape = '', comment = '', new_line = '\\n', strict_mode = false, max_line_size = ${longestLineBytes})`
  await db.run(`CREATE OR REPLACE TEMP TABLE raw_records (${rawColumns(input)})`)
  const insert = (paths: readonly string[], indexes: readonly number[]) => `
    INSERT INTO raw_records
    SELECT line, ${batchIndex(indexes)}, NULL, ${problem} FROM ${scan(paths)} WHERE line IS NOT NULL`
  const split = await readInBulk(db, input, files, (paths, indexes) => db.run(insert(paths, indexes)))
  const refused: RefusedRecord[] = []
  for (const index of split) {
    refused.push(...(await splitIntoTable(db, input, files, index, scratchDir)))
  }
  return { refused: [...refused, ...(await problemRecords(db))], starts: await fileStarts(db) }
}

const lineProblem = (input: AdapterInput, line: string): string =>
  input.reader === 'ndjson' ? jsonProblem(line) : 'CAST(NULL AS VARCHAR)'

/** Why a line is no JSON object, as SQL. */
const jsonProblem = (line: string): string => `CASE
  WHEN contains(${line}, '\\u0000') THEN 'nul_character'
  WHEN NOT json_valid(${line}) OR NOT starts_with(ltrim(${line}), '{') THEN 'malformed_record' END`

/** Files by their very names: DuckDB would take `*`, `?` and `[` for patterns. */
const fileList = (paths: readonly string[]): string =>
  sqlList(paths.map((path) => path.replace(/[*?[]/g, '[$&]')))

/** DuckDB's `file_index` within one scan → index within the batch. */
const batchIndex = (indexes: readonly number[]): string =>
  indexes.every((index, position) => index === position)
    ? 'file_index'
    : `list_extract([${indexes.join(', ')}], file_index + 1)`

/**
 * Reads all plain files in one scan; when that fails, file by file.
 *
 * @returns Indexes of the files that must be split record by record.
 */
async function readInBulk(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  read: (paths: readonly string[], indexes: readonly number[]) => Promise<void>,
): Promise<number[]> {
  const split: number[] = []
  const plain: number[] = []
  for (const [index, file] of files.entries()) {
    ;(file.needsSplitting || !isUtf8(input.options.encoding) ? split : plain).push(index)
  }
  const attempt = async (indexes: readonly number[]): Promise<void> => {
    if (indexes.length === 0) return
    await db.run('BEGIN')
    try {
      await read(
        indexes.map((index) => files[index]?.path ?? ''),
        indexes,
      )
      await db.run('COMMIT')
    } catch (error) {
      await db.run('ROLLBACK')
      if (!(error instanceof PlatformError) || error.code !== 'database.failed') throw error
      if (indexes.length === 1) split.push(...indexes)
      else {
        const half = Math.ceil(indexes.length / 2)
        await attempt(indexes.slice(0, half))
        await attempt(indexes.slice(half))
      }
    }
  }
  await attempt(plain)
  return split
}

async function fileStarts(db: DuckDb): Promise<number[]> {
  const rows = await db.rows<{ file_index: number; start: string }>(
    'SELECT file_index, min(rowid) AS start FROM raw_records WHERE number IS NULL GROUP BY ALL',
  )
  const starts: number[] = []
  for (const { file_index, start } of rows) starts[Number(file_index)] = Number(start)
  return starts
}

/** Records of `raw_records` that were found unreadable. */
async function problemRecords(db: DuckDb): Promise<RefusedRecord[]> {
  const rows = await db.rows<{ file_index: number; number: string; problem: QuarantineReason; raw: string }>(`
    SELECT r.file_index, coalesce(r.number, r.rowid - s.start + 1) AS number, r.problem, left(r.line, ${longestRawText}) AS raw
    FROM raw_records AS r
    LEFT JOIN (SELECT file_index, min(rowid) AS start FROM raw_records WHERE number IS NULL GROUP BY ALL) AS s USING (file_index)
    WHERE r.problem IS NOT NULL`)
  return rows.map(({ file_index, number, problem, raw }) => ({
    fileIndex: Number(file_index),
    number: Number(number),
    reason: problem,
    raw,
  }))
}

/** Reads one file with the record splitter; good records go into `raw_records` through a scratch file. */
async function splitIntoTable(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  index: number,
  scratchDir: string,
): Promise<RefusedRecord[]> {
  const refused: RefusedRecord[] = []
  const scratch = join(scratchDir, `split-${index}.ndjson`)
  const out = createWriteStream(scratch)
  const file = files[index]
  if (file === undefined) return refused
  const isCsv = input.reader === 'csv'
  let positions: number[] = input.columns.map((_, position) => position)
  for await (const { header, record } of splitRecords(file.path, isCsv ? 'csv' : 'lines', input.options)) {
    if (header !== undefined) positions = input.columns.map(({ from }) => header.indexOf(from))
    if (record === undefined) continue
    if (record.reason !== undefined) {
      refused.push({
        fileIndex: index,
        number: record.number,
        reason: record.reason,
        raw: record.raw.slice(0, longestRawText),
      })
      continue
    }
    const fields = record.fields ?? []
    const values = isCsv ? positions.map((position) => fields[position] ?? null) : fields
    if (!out.write(`${JSON.stringify({ number: record.number, fields: values })}\n`)) {
      await new Promise((resolve) => out.once('drain', resolve))
    }
  }
  out.end()
  await finished(out)
  const names = isCsv ? input.columns.map((_, position) => `fields[${position + 1}]`) : ['fields[1]']
  const judged = lineProblem(input, 'fields[1]')
  await db.run(`INSERT INTO raw_records SELECT ${names.join(', ')}, ${index}, number, ${judged}
    FROM read_json(${fileList([scratch])}, format = 'newline_delimited', columns = {number: 'BIGINT', fields: 'VARCHAR[]'},
      maximum_object_size = ${64 << 20})`)
  await rm(scratch)
  return refused
}

async function readCsv(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
): Promise<Loaded> {
  const { delimiter = ',', quote = '"', header = true, nullText = [] } = input.options
  await db.run(`CREATE OR REPLACE TEMP TABLE raw_records (${rawColumns(input)})`)
  const groups = new Map<string, number[]>()
  const refused: RefusedRecord[] = []
  for (const [index, file] of files.entries()) {
    const names = header ? await readHeader(file.path, input.options) : input.columns.map(({ from }) => from)
    if (names.length === 0) continue
    if (!input.columns.some(({ from }) => names.includes(from))) {
      const raw = `columns found: ${names.join(delimiter).slice(0, 1000)}`
      refused.push({ fileIndex: index, number: 0, reason: 'unreadable_file', raw })
      continue
    }
    const key = JSON.stringify(names)
    groups.set(key, [...(groups.get(key) ?? []), index])
  }
  for (const [key, indexes] of groups) {
    const names = (JSON.parse(key) as string[]).map((_, position) => `c${position}`)
    const positions = JSON.parse(key) as string[]
    const columns = names.map((name) => `${name}: 'VARCHAR'`).join(', ')
    const values = input.columns.map(({ from }) => {
      const position = positions.indexOf(from)
      return position < 0 ? 'NULL' : `nullif(c${position}, '')`
    })
    const scan = (
      paths: readonly string[],
    ) => `read_csv(${fileList(paths)}, columns = {${columns}}, auto_detect = false,
      header = ${header}, delim = ${sqlString(delimiter)}, quote = ${sqlString(quote)}, escape = ${sqlString(quote)},
      nullstr = ${sqlList(['', ...nullText])}, comment = '', strict_mode = true, null_padding = false, max_line_size = ${longestLineBytes})`
    const group = indexes.flatMap((index) => files[index] ?? [])
    const split = await readInBulk(db, input, group, (paths, within) =>
      db.run(`INSERT INTO raw_records SELECT ${values.join(', ')},
        ${batchIndex(within.map((position) => indexes[position] ?? 0))}, NULL, NULL FROM ${scan(paths)}`),
    )
    for (const position of split) {
      refused.push(...(await splitIntoTable(db, input, files, indexes[position] ?? 0, scratchDir)))
    }
  }
  return { refused, starts: await fileStarts(db) }
}

async function readParquet(db: DuckDb, input: AdapterInput, files: readonly ReadableFile[]): Promise<Loaded> {
  await db.run(`CREATE OR REPLACE TEMP TABLE raw_records (${rawColumns(input)})`)
  const refused: RefusedRecord[] = []
  for (const [index, { path }] of files.entries()) {
    const scan = `read_parquet(${fileList([path])}, file_row_number = true)`
    try {
      const described = await db.rows<{ column_name: string; column_type: string }>(
        `DESCRIBE SELECT * FROM ${scan}`,
      )
      const types = new Map(described.map(({ column_name, column_type }) => [column_name, column_type]))
      const values = input.columns.map(({ from }) => parquetText(from, types.get(from)))
      if (values.every((value) => value === 'NULL')) {
        const raw = `columns found: ${[...types.keys()].join(', ').slice(0, 1000)}`
        refused.push({ fileIndex: index, number: 0, reason: 'unreadable_file', raw })
        continue
      }
      await db.run(
        `INSERT INTO raw_records SELECT ${values.join(', ')}, ${index}, file_row_number + 1, NULL FROM ${scan}`,
      )
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'database.failed') throw error
      refused.push({ fileIndex: index, number: 0, reason: 'unreadable_file', raw: undefined })
    }
  }
  return { refused, starts: [] }
}

function parquetText(column: string, type: string | undefined): string {
  if (type === undefined) return 'NULL'
  const name = sqlIdentifier(column)
  if (/\[\]$|^(STRUCT|MAP)/.test(type)) return `CAST(to_json(${name}) AS VARCHAR)`
  return type === 'BLOB' ? `try(decode(${name}))` : `nullif(CAST(${name} AS VARCHAR), '')`
}

async function readDocuments(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
): Promise<Loaded> {
  await db.run(`CREATE OR REPLACE TEMP TABLE raw_records (${rawColumns(input)})`)
  const refused: RefusedRecord[] = []
  for (const [index, { path }] of files.entries()) {
    const plain = path.endsWith('.gz') ? await unpack(path, join(scratchDir, `document-${index}.json`)) : path
    try {
      await db.run(`INSERT INTO raw_records
        WITH document AS (SELECT ltrim(content, chr(65279)) AS content FROM read_text(${fileList([plain])})),
        records AS (SELECT unnest(${recordList(input)}) AS line FROM document WHERE json_valid(content))
        SELECT CAST(line AS VARCHAR), ${index}, row_number() OVER (), ${jsonProblem('CAST(line AS VARCHAR)')} FROM records
        UNION ALL
        SELECT left(content, ${longestRawText}), ${index}, 1, 'malformed_record' FROM document
        WHERE NOT json_valid(content) AND trim(content, E' \\t\\r\\n') <> ''`)
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'database.failed') throw error
      refused.push({ fileIndex: index, number: 0, reason: 'wrong_encoding', raw: undefined })
    }
  }
  return { refused: [...refused, ...(await problemRecords(db))], starts: [] }
}

function recordList(input: AdapterInput): string {
  const { records } = input.options
  if (records === undefined) {
    return `CASE WHEN json_type(content) = 'ARRAY' THEN json_extract(content, '$[*]') ELSE [CAST(content AS JSON)] END`
  }
  return records.includes('*')
    ? `json_extract(content, ${sqlString(records)})`
    : `json_extract(content, ${sqlString(`${records}[*]`)})`
}

async function unpack(from: string, to: string): Promise<string> {
  const out = createReadStream(from).pipe(createGunzip()).pipe(createWriteStream(to))
  await finished(out)
  return to
}
