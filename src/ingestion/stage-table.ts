import { columnTypes } from '../contracts/columns.ts'
import { type Contract, columnsOf } from '../contracts/contract.ts'
import { PlatformError } from '../contracts/errors.ts'
import { dropReasons, type QuarantineReason, quarantineReasons } from '../contracts/record-outcomes.ts'
import { type Arrival, type Problem, sqlChecks } from '../contracts/sql-checks.ts'
import { deliveredName } from '../contracts/text-rules.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../database/duckdb.ts'
import { checkAdapterSql } from './adapter-sql.ts'
import type { AdapterInput } from './adapters.ts'
import { matchValues } from './customer-match.ts'
import { bronzeValues } from './personal-data.ts'
import { defineInput, recordsPerFile } from './readers.ts'

/** What a staged row's `_outcome` says; the number tells which problem or reason. */
export interface StagedTable {
  readonly contract: Contract
  /** Temporary table: `_record`, `_file_index`, `_record_number`, `_outcome`, the bronze columns and, of customers, those of `matchValues`. */
  readonly relation: string
  outcomeOf(code: number): StagedOutcome
}

export type StagedOutcome =
  | { readonly outcome: 'accepted' | 'duplicate' }
  | { readonly outcome: 'dropped'; readonly reason: string }
  | {
      readonly outcome: 'quarantined'
      readonly reason: QuarantineReason
      readonly column: string | undefined
    }

export const accepted = 0
export const duplicate = -1
const firstDropCode = 10_000
const firstRefusalCode = 20_000
const refusals = Object.keys(quarantineReasons) as QuarantineReason[]

export interface Selection {
  readonly contract: Contract
  readonly input: AdapterInput
  /** For messages: the adapter's file. */
  readonly file: string
  readonly sql: string
}

/** Columns a SELECT may return beside the contract's. */
const controlColumns = ['_record', '_drop', '_refuse']
/** Text of which the row's id is made, as a keyed hash: of tables whose key is one column. */
const idSource = '_id_from'

/**
 * Checks that a SELECT fits the relation `input` and its contract, and returns its columns' types.
 *
 * @throws {PlatformError} `adapter.broken` with the file and what is wrong.
 */
export async function describeSelection(db: DuckDb, selection: Selection): Promise<Map<string, string>> {
  const types = new Map<string, string>()
  await defineSelectionInput(db, selection)
  const { prepare } = selection.input
  await checkAdapterSql(db, selection, prepare === undefined ? ['input'] : ['input', 'prepared'])
  try {
    const rows = await db.rows<{ column_name: string; column_type: string }>(`DESCRIBE ${selection.sql}`)
    for (const { column_name, column_type } of rows) types.set(column_name, column_type)
  } catch (error) {
    throw broken(selection, error)
  }
  const [idColumn] = selection.contract.primaryKey
  const hasOneKey = selection.contract.primaryKey.length === 1
  if (hasOneKey && types.has(idSource) && idColumn !== undefined) {
    if (types.has(idColumn)) {
      throw new PlatformError(
        'adapter.broken',
        `adapters: ${selection.file} returns both ${idSource} and ${idColumn}; one of them makes the id`,
      )
    }
    types.set(idColumn, 'VARCHAR')
  }
  const known = new Set([
    ...controlColumns,
    ...(hasOneKey ? [idSource] : []),
    ...columnsOf(selection.contract).map(({ name, column }) => deliveredName(name, column)),
  ])
  const unknown = [...types.keys()].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new PlatformError(
      'adapter.broken',
      `adapters: ${selection.file} returns ${unknown.join(', ')}, which ${selection.contract.name} does not have; its columns are ${[...known].join(', ')}`,
    )
  }
  if (!types.has('_record')) {
    throw new PlatformError('adapter.broken', `adapters: ${selection.file} must select _record from input`)
  }
  return types
}

async function defineSelectionInput(db: DuckDb, { input, contract }: Selection): Promise<void> {
  if (input.prepare !== undefined) await checkAdapterSql(db, input.prepare, ['input'])
  try {
    await defineInput(db, input)
  } catch (error) {
    throw broken({ contract, input, file: input.prepare?.file ?? '', sql: '' }, error)
  }
}

interface PlannedOperator {
  readonly name: string
  readonly children: readonly PlannedOperator[]
  readonly extra_info: Readonly<Record<string, unknown>>
}

/** Whether each row of a SELECT depends on one record only, so that many files can be read as one. */
export async function isRowWise(db: DuckDb, sql: string): Promise<boolean> {
  const [plan] = await db.rows<{ explain_value: string }>(`EXPLAIN (FORMAT JSON) ${sql}`)
  const operators: readonly PlannedOperator[] = JSON.parse(plan?.explain_value ?? '[]')
  return operators.length > 0 && operators.every(rowByRow)
}

const rowByRow = (operator: PlannedOperator): boolean =>
  isInnerJoin(operator)
    ? operator.children.some(isConstant) &&
      operator.children.every((child) => isConstant(child) || rowByRow(child))
    : /^(PROJECTION|FILTER|UNNEST|SEQ_SCAN|TABLE_SCAN|DUMMY_SCAN|EMPTY_RESULT|UNION|)$/.test(
        operator.name.trim(),
      ) && operator.children.every(rowByRow)

/** With a list that the SELECT itself spells out it makes of each record some rows of that record alone. */
const isInnerJoin = ({ name, extra_info }: PlannedOperator): boolean =>
  name.trim() === 'CROSS_PRODUCT' || (/JOIN$/.test(name.trim()) && extra_info['Join Type'] === 'INNER')

const isConstant = ({ name, children }: PlannedOperator): boolean =>
  /^(PROJECTION|COLUMN_DATA_SCAN|DUMMY_SCAN)$/.test(name.trim()) && children.every(isConstant)

/**
 * Runs the SELECTs of an input over its loaded files, judges and types every record, applies the rules for
 * personal data and marks repeated keys: no record throws. SELECTs that are not row-wise run once per file.
 */
export async function stageTables(
  db: DuckDb,
  selections: readonly Selection[],
  fileCount: number,
  arrivedAt: Date,
): Promise<StagedTable[]> {
  const input = selections[0]?.input
  if (input === undefined) return []
  const plans: StagingPlan[] = []
  for (const selection of selections) {
    const types = await describeSelection(db, selection)
    const isBatched = fileCount === 1 || (await isRowWise(db, selection.sql))
    plans.push({ selection, types, selected: isBatched ? undefined : `selected_${selection.contract.name}` })
  }
  const fileByFile = plans.filter(({ selected }) => selected !== undefined)
  for (const plan of fileByFile) await createSelected(db, plan)
  for (let fileIndex = 0; fileByFile.length > 0 && fileIndex < fileCount; fileIndex += 1) {
    await defineInput(db, input, { fileIndex, isPreparedOnce: true })
    for (const { selection, selected = '' } of fileByFile)
      await insert(db, selection, selected, selection.sql)
  }
  if (fileByFile.length < plans.length) await defineInput(db, input, { isPreparedOnce: fileCount === 1 })
  const stagedTables: StagedTable[] = []
  for (const plan of plans) stagedTables.push(await stageTable(db, plan, arrivedAt))
  return stagedTables
}

interface StagingPlan {
  readonly selection: Selection
  /** DuckDB's type of each column. */
  readonly types: ReadonlyMap<string, string>
  /** Table that collects what the SELECT returns of one file after the other; absent where it reads all at once. */
  readonly selected: string | undefined
}

const createSelected = (db: DuckDb, { selection, selected }: StagingPlan): Promise<void> =>
  db.run(`CREATE OR REPLACE TEMP TABLE ${selected} AS SELECT * FROM (${selection.sql}\n) WHERE false`)

async function stageTable(db: DuckDb, plan: StagingPlan, arrivedAt: Date): Promise<StagedTable> {
  const { selection, types, selected } = plan
  const { contract } = selection
  const from = selected === undefined ? selection.sql : `SELECT * FROM ${selected}`
  const { statement, columns, outcomeOf } = stagingOf(contract, from, types, arrivedAt)
  const relation = `staged_${contract.name}`
  await db.run(`CREATE OR REPLACE TEMP TABLE ${relation} (${columns})`)
  await insert(db, selection, relation, statement)
  if (selected !== undefined) await db.run(`DROP TABLE ${selected}`)
  await refuseUnknownReasons(db, selection, relation)
  await markDuplicates(db, contract, relation, '_file_index')
  return { contract, relation, outcomeOf }
}

async function insert(db: DuckDb, selection: Selection, into: string, sql: string): Promise<void> {
  try {
    await db.run(`INSERT INTO ${into} ${sql}`)
  } catch (error) {
    throw broken(selection, error)
  }
}

/** How the rows of a SELECT are judged, typed and made fit for bronze. */
export interface Staging {
  /** SELECT of the rows as `StagedTable.relation` holds them; with their `_arrived_at` where each has its own. */
  readonly statement: string
  /** Columns of a table that takes these rows, as DDL: planning the statement for them costs too much to do twice. */
  readonly columns: string
  outcomeOf(code: number): StagedOutcome
}

/**
 * @param sql SELECT of `_record` and delivered columns, perhaps `_drop` and `_refuse`, and the column of arrival.
 * @param types DuckDB's type of each of its columns.
 */
export function stagingOf(
  contract: Contract,
  sql: string,
  types: ReadonlyMap<string, string>,
  arrival: Arrival,
): Staging {
  const { problem, problems, values, judged } = sqlChecks(contract, types, arrival)
  const passed = 'column' in arrival ? `, ${sqlIdentifier(arrival.column)}` : ''
  const drop = types.has('_drop')
    ? `WHEN _drop IS NOT NULL THEN ${codeOf('_drop', dropReasons, firstDropCode)}`
    : ''
  const refuse = types.has('_refuse')
    ? `WHEN _refuse IS NOT NULL THEN ${codeOf('_refuse', refusals, firstRefusalCode)}`
    : ''
  const outcome = drop === '' && refuse === '' ? problem : `CASE ${drop} ${refuse} ELSE ${problem} END`
  const typed = values.map((value) => `${value.sql} AS ${sqlIdentifier(`_typed_${value.name}`)}`)
  const stored = [...bronzeValues(contract), ...matchValues(contract)].map(
    ({ name, sql: value }) => `${value} AS ${sqlIdentifier(name)}`,
  )
  const renamed = values.map(({ name }) => `${sqlIdentifier(`_typed_${name}`)} AS ${sqlIdentifier(name)}`)
  const statement = `SELECT _record, CAST(_record // ${recordsPerFile} AS INTEGER) AS _file_index, _record % ${recordsPerFile} AS _record_number,
      _outcome, ${stored.join(', ')}${passed}
    FROM (SELECT _record, _outcome, ${renamed.join(', ')}${passed}
      FROM (SELECT _record, CAST(${outcome} AS INTEGER) AS _outcome, ${typed.join(', ')}${passed} FROM (${judged(withId(contract, sql, types))}) AS judged))`
  const columns = [
    '_record BIGINT, _file_index INTEGER, _record_number BIGINT, _outcome INTEGER',
    ...columnsOf(contract).map(
      ({ name, column }) => `${sqlIdentifier(name)} ${columnTypes[column.type].sql}`,
    ),
    ...matchValues(contract).map(({ name }) => `${sqlIdentifier(name)} VARCHAR`),
    ...('column' in arrival ? [`${sqlIdentifier(arrival.column)} TIMESTAMP`] : []),
  ]
  return { statement, columns: columns.join(', '), outcomeOf: (code) => outcomeOf(code, problems) }
}

function withId(contract: Contract, sql: string, types: ReadonlyMap<string, string>): string {
  if (!types.has(idSource)) return `${sql}\n`
  const id = sqlIdentifier(contract.primaryKey[0] ?? '')
  return `SELECT * EXCLUDE (${idSource}), keyed_hash(CAST(${idSource} AS VARCHAR)) AS ${id} FROM (${sql}\n)`
}

const codeOf = (column: string, list: readonly string[], first: number): string =>
  `${first} + coalesce(list_position([${list.map(sqlString).join(', ')}], ${column}), 0)`

function outcomeOf(code: number, problems: readonly Problem[]): StagedOutcome {
  if (code === accepted) return { outcome: 'accepted' }
  if (code === duplicate) return { outcome: 'duplicate' }
  if (code > firstRefusalCode) {
    return {
      outcome: 'quarantined',
      reason: refusals[code - firstRefusalCode - 1] ?? 'malformed_record',
      column: undefined,
    }
  }
  if (code > firstDropCode)
    return { outcome: 'dropped', reason: dropReasons[code - firstDropCode - 1] ?? 'unknown' }
  const problem = problems[code - 1]
  return { outcome: 'quarantined', reason: problem?.reason ?? 'malformed_record', column: problem?.column }
}

async function refuseUnknownReasons(db: DuckDb, selection: Selection, relation: string): Promise<void> {
  const [row] = await db.rows<{ unnumbered: string; unknown: string }>(
    `SELECT count(*) FILTER (_record IS NULL) AS unnumbered,
       count(*) FILTER (_outcome IN (${firstDropCode}, ${firstRefusalCode})) AS unknown FROM ${relation}`,
  )
  if (Number(row?.unnumbered) > 0) {
    throw new PlatformError(
      'adapter.broken',
      `adapters: ${selection.file} returns rows without a _record; select it from input`,
    )
  }
  if (Number(row?.unknown) > 0) {
    throw new PlatformError(
      'adapter.broken',
      `adapters: ${selection.file} returns an unknown reason; _drop knows ${dropReasons.join(', ')}, _refuse knows ${refusals.join(', ')}`,
    )
  }
}

/**
 * Of rows with one key: events keep the first, upserts the highest version, others the last.
 *
 * @param scope Expression over a staged row; rows are compared only where it is equal.
 */
export async function markDuplicates(
  db: DuckDb,
  contract: Contract,
  relation: string,
  scope: string,
): Promise<void> {
  const key = contract.primaryKey.map(sqlIdentifier).join(', ')
  await db.run(`CREATE OR REPLACE TEMP TABLE repeated_keys AS
    SELECT ${scope} AS scope, hash(${key}) AS key_hash FROM ${relation} WHERE _outcome = ${accepted}
    GROUP BY ALL HAVING count(*) > 1`)
  const [row] = await db.rows<{ keys: string }>('SELECT count(*) AS keys FROM repeated_keys')
  if (Number(row?.keys) > 0) {
    const version =
      contract.versionColumn === undefined ? '' : `${sqlIdentifier(contract.versionColumn)} DESC, `
    const order = contract.kind === 'event' ? '_record, rowid' : `${version}_record DESC, rowid DESC`
    await db.run(`UPDATE ${relation} SET _outcome = ${duplicate} WHERE rowid IN (
      SELECT row_id FROM (
        SELECT rowid AS row_id, row_number() OVER (PARTITION BY ${scope}, ${key} ORDER BY ${order}) AS place
        FROM ${relation}
        WHERE _outcome = ${accepted} AND (${scope}, hash(${key})) IN (SELECT (scope, key_hash) FROM repeated_keys))
      WHERE place > 1)`)
  }
  await db.run('DROP TABLE repeated_keys')
}

/** What DuckDB says of a SELECT, with its file; anything else (a full disk, a bug) is passed on as it is. */
function broken(selection: Selection, error: unknown): unknown {
  if (!(error instanceof PlatformError) || error.code !== 'database.failed') return error
  const line = isOfSql(error.message) ? /LINE (\d+):/.exec(error.message)?.[1] : undefined
  return new PlatformError(
    'adapter.broken',
    `adapters: ${selection.file}${line === undefined ? '' : ` line ${line}`} failed: ${firstLine(error.message)}`,
  )
}

const isOfSql = (message: string): boolean => /^(database: )?(Parser|Binder|Catalog) Error/.test(message)

const firstLine = (message: string): string =>
  (message.replace(/^database: /, '').split('\n')[0] ?? '').trim()
