import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { PlatformError } from '../../contracts/errors.ts'
import { type DuckDb, sqlString } from '../../database/duckdb.ts'
import type { AdapterInput } from '../adapters.ts'
import { batchIndex, fileList, longestLineBytes, readInBulk, splitIntoTable } from './bulk-read.ts'
import {
  fileStarts,
  jsonProblem,
  lineProblem,
  longestRawText,
  problemRecords,
  type ReadableFile,
  type ReadFiles,
  type RefusedRecord,
  rawColumns,
} from './raw-records.ts'

/** A record a line: text, or JSON. */
export async function readLines(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
): Promise<ReadFiles> {
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

/** JSON files as a whole, whose records are elements of a list in them. */
export async function readDocuments(
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
): Promise<ReadFiles> {
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
