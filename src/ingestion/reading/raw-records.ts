import type { QuarantineReason } from '../../contracts/record-outcomes.ts'
import { type DuckDb, sqlIdentifier } from '../../database/duckdb.ts'
import type { AdapterInput } from '../adapters.ts'

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

/** Longest raw text kept of a refused record. */
export const longestRawText = 1_000_000

/** What a reader found; the records themselves are in the temporary table `raw_records`. */
export interface ReadFiles {
  refused: RefusedRecord[]
  /** Row id at which each file's records begin, for rows without a number of their own. */
  starts: number[]
}

/** Reads files of one input into `raw_records`, which it makes anew. */
export type Reader = (
  db: DuckDb,
  input: AdapterInput,
  files: readonly ReadableFile[],
  scratchDir: string,
) => Promise<ReadFiles>

export const isTextual = (input: AdapterInput): boolean =>
  input.reader !== 'csv' && input.reader !== 'parquet'

/** Columns of `raw_records`: a line, or the input's columns; then where the record comes from. */
export function rawColumns(input: AdapterInput): string {
  const content = isTextual(input)
    ? ['line VARCHAR']
    : input.columns.map(({ name }) => `${sqlIdentifier(name)} VARCHAR`)
  return [...content, 'file_index INTEGER', 'number BIGINT', 'problem VARCHAR'].join(', ')
}

/** Why a line is no record of the input, as SQL. */
export const lineProblem = (input: AdapterInput, line: string): string =>
  input.reader === 'ndjson' ? jsonProblem(line) : 'CAST(NULL AS VARCHAR)'

/** Why a line is no JSON object, as SQL. */
export const jsonProblem = (line: string): string => `CASE
  WHEN contains(${line}, '\\u0000') THEN 'nul_character'
  WHEN NOT json_valid(${line}) OR NOT starts_with(ltrim(${line}), '{') THEN 'malformed_record' END`

/** Row id at which each file's records begin. */
export async function fileStarts(db: DuckDb): Promise<number[]> {
  const rows = await db.rows<{ file_index: number; start: string }>(
    'SELECT file_index, min(rowid) AS start FROM raw_records WHERE number IS NULL GROUP BY ALL',
  )
  const starts: number[] = []
  for (const { file_index, start } of rows) starts[Number(file_index)] = Number(start)
  return starts
}

/** Records of `raw_records` that were found unreadable. */
export async function problemRecords(db: DuckDb): Promise<RefusedRecord[]> {
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
