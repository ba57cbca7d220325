import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { contractOf, type TableName } from '../contracts/all-contracts.ts'
import { columnsOf } from '../contracts/contract.ts'
import { PlatformError } from '../contracts/errors.ts'
import { quarantineReasons } from '../contracts/record-outcomes.ts'
import { deliveredName } from '../contracts/text-rules.ts'
import { type DuckDb, sqlIdentifier } from '../database/duckdb.ts'
import type { AdapterInput, ReaderName } from './adapters.ts'
import { inspectFile } from './inspect-file.ts'
import { definePersonalDataMacros } from './personal-data.ts'
import { loadFiles } from './readers.ts'
import { stageTables } from './stage-table.ts'

export interface FileCheck {
  readonly table: string
  readonly read: number
  readonly accepted: number
  readonly duplicate: number
  readonly quarantined: number
  /** Most frequent first. */
  readonly reasons: readonly ReasonCheck[]
}

export interface ReasonCheck {
  readonly reason: string
  /** Column at fault; absent when the record as a whole is. */
  readonly column: string | undefined
  readonly records: number
  readonly description: string
  /** Up to three records, as delivered. */
  readonly examples: readonly string[]
}

/**
 * Checks a CSV, NDJSON, JSON or Parquet file (also gzipped) whose columns bear a contract's names, landing nothing.
 *
 * @throws {PlatformError} `contract.unknown`, `file.missing`, `file.unreadable`.
 */
export async function checkFile(
  scratch: DuckDb,
  options: { file: string; table: string; now?: Date },
): Promise<FileCheck> {
  const contract = contractOf(options.table)
  const isThere = await stat(options.file).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isThere) throw new PlatformError('file.missing', `check: there is no file ${options.file}`)
  const input = ownColumnsInput(options.table as TableName, readerFor(options.file))
  const facts = await inspectFile(options.file)
  if (facts.refusal !== undefined) return refusedWhole(options.table, facts.refusal)
  const db = await scratch.connect()
  const scratchDir = await mkdtemp(join(tmpdir(), 'sillage-check-'))
  try {
    await definePersonalDataMacros(db, new Uint8Array(32))
    const file = {
      path: options.file,
      logicalName: basename(options.file),
      needsSplitting: facts.needsSplitting,
    }
    const loaded = await loadFiles(db, input, [file], scratchDir)
    const selection = { contract, input, file: options.file, sql: input.tables[0]?.sql ?? '' }
    const [staged] = await stageTables(db, [selection], 1, options.now ?? new Date())
    const reasons = new Map<
      string,
      { reason: string; column: string | undefined; records: number; examples: string[] }
    >()
    const note = (
      reason: string,
      column: string | undefined,
      records: number,
      examples: readonly string[],
    ) => {
      const key = JSON.stringify([reason, column])
      const known = reasons.get(key) ?? { reason, column, records: 0, examples: [] }
      known.records += records
      known.examples.push(...examples.slice(0, 3 - known.examples.length))
      reasons.set(key, known)
    }
    for (const { reason, raw } of loaded.refused)
      note(reason, undefined, 1, raw === undefined ? [] : [raw.slice(0, 500)])
    const rows = await db.rows<{ code: number; records: string; examples: string[] }>(
      `SELECT _outcome AS code, count(*) AS records, list(left(_raw, 500) ORDER BY _record)[1:3] AS examples
       FROM ${staged?.relation} LEFT JOIN (SELECT _record, _raw FROM input_all) USING (_record) GROUP BY ALL`,
    )
    const counts = { accepted: 0, duplicate: 0, dropped: 0, quarantined: loaded.refused.length }
    for (const { code, records, examples } of rows) {
      const outcome = staged?.outcomeOf(Number(code))
      if (outcome === undefined) continue
      counts[outcome.outcome] += Number(records)
      if (outcome.outcome === 'quarantined') note(outcome.reason, outcome.column, Number(records), examples)
    }
    return {
      table: options.table,
      read: counts.accepted + counts.duplicate + counts.quarantined,
      accepted: counts.accepted,
      duplicate: counts.duplicate,
      quarantined: counts.quarantined,
      reasons: [...reasons.values()]
        .sort((a, b) => b.records - a.records)
        .map((reason) => ({ ...reason, description: describe(reason.reason) })),
    }
  } finally {
    db.close()
    await rm(scratchDir, { recursive: true, force: true })
  }
}

const describe = (reason: string): string => (quarantineReasons as Record<string, string>)[reason] ?? ''

function refusedWhole(table: string, reason: string): FileCheck {
  const reasons = [{ reason, column: undefined, records: 1, description: describe(reason), examples: [] }]
  return { table, read: 1, accepted: 0, duplicate: 0, quarantined: 1, reasons }
}

function readerFor(file: string): ReaderName {
  const extension = /[.](csv|ndjson|jsonl|json|parquet)([.]gz)?$/.exec(file)?.[1]
  if (extension === undefined) {
    throw new PlatformError(
      'file.unreadable',
      `check: ${file} is of no known kind; expected .csv, .ndjson, .json or .parquet`,
    )
  }
  return extension === 'jsonl' ? 'ndjson' : (extension as ReaderName)
}

/** An input for files that already have a contract's column names. */
export function ownColumnsInput(table: TableName, reader: ReaderName): AdapterInput {
  const names = columnsOf(contractOf(table)).map(({ name, column }) => deliveredName(name, column))
  const isJson = reader === 'ndjson' || reader === 'json'
  const sql = `SELECT _record, ${names.map(sqlIdentifier).join(', ')} FROM input`
  return {
    name: table,
    files: [],
    reader,
    options: {},
    columns: names.map((name) => ({ name, from: isJson ? `$."${name}"` : name })),
    prepare: undefined,
    tables: [{ table, file: 'the contract', sql }],
  }
}
