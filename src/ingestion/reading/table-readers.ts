import { PlatformError } from '../../contracts/errors.ts'
import { type DuckDb, sqlIdentifier, sqlList, sqlString } from '../../database/duckdb.ts'
import type { AdapterInput } from '../adapters.ts'
import { readHeader } from '../record-splitter.ts'
import { batchIndex, fileList, longestLineBytes, readInBulk, splitIntoTable } from './bulk-read.ts'
import {
  fileStarts,
  type ReadableFile,
  type ReadFiles,
  type RefusedRecord,
  rawColumns,
} from './raw-records.ts'

/** CSV: files with one header in one scan, columns found by its names. */
export async function readCsv(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
): Promise<ReadFiles> {
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

/** Parquet: columns found by their names, values as text. */
export async function readParquet(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
): Promise<ReadFiles> {
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
