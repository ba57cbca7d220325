import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { PlatformError } from '../../contracts/errors.ts'
import { type DuckDb, sqlList } from '../../database/duckdb.ts'
import type { AdapterInput } from '../adapters.ts'
import { isUtf8, splitRecords } from '../record-splitter.ts'
import { lineProblem, longestRawText, type ReadableFile, type RefusedRecord } from './raw-records.ts'

/** Longest line or field DuckDB's reader takes before a file goes to the record splitter. */
export const longestLineBytes = 4 << 20

/** Files by their very names: DuckDB would take `*`, `?` and `[` for patterns. */
export const fileList = (paths: readonly string[]): string =>
  sqlList(paths.map((path) => path.replace(/[*?[]/g, '[$&]')))

/** DuckDB's `file_index` within one scan → index within the batch. */
export const batchIndex = (indexes: readonly number[]): string =>
  indexes.every((index, position) => index === position)
    ? 'file_index'
    : `list_extract([${indexes.join(', ')}], file_index + 1)`

/**
 * Reads all plain files in one scan; when that fails, file by file.
 *
 * @returns Indexes of the files that must be split record by record.
 */
export async function readInBulk(
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

/** Reads one file with the record splitter; good records go into `raw_records` through a scratch file. */
export async function splitIntoTable(
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
