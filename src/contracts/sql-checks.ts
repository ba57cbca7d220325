import type { Column } from './columns.ts'
import { columnTypes } from './columns.ts'
import { type Contract, columnsOf } from './contract.ts'
import type { QuarantineReason } from './record-outcomes.ts'
import {
  countDigits,
  dayMs,
  decimalDigits,
  deliveredName,
  earliestTime,
  plannedDays,
  textPatterns,
  wholePattern,
} from './text-rules.ts'
import { currencyCodes } from './vocabulary.ts'

export interface Problem {
  readonly reason: QuarantineReason
  readonly column: string
}

export interface SqlChecks {
  /** Expression over a row of `judged`: 0 when it keeps the contract, else n for `problems[n - 1]`. */
  readonly problem: string
  /** Everything that can be wrong with a row, in the order in which it is looked for. */
  readonly problems: readonly Problem[]
  /** Stored columns with the column of a row of `judged` that holds the typed value; NULL where it does not fit. */
  readonly values: readonly { readonly name: string; readonly sql: string }[]
  /**
   * SELECT of delivered rows with what the two above read beside their own columns. Every value is made once, in a
   * projection of its own: within CASE the engine makes it anew for each mention.
   */
  judged(delivered: string): string
}

interface Check {
  readonly reason: QuarantineReason
  /** True when the value is wrong; NULL counts as right. */
  readonly wrong: string
}

/** When records arrived: all at one moment, or each when a timestamp column of the delivered rows says. */
export type Arrival = Date | { readonly column: string }

/** The latest instant and day that a row may speak of, as SQL. */
interface Latest {
  readonly timestamp: string
  readonly date: string
}

const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`
const name = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`

/**
 * SQL that judges and types all records of a contract in one pass and never throws.
 *
 * @param types DuckDB's type of each column the source delivers, by delivered name; absent ones are NULL.
 * @param arrival When the records arrived: times may lie at most one day after it.
 */
export function sqlChecks(
  contract: Contract,
  types: ReadonlyMap<string, string>,
  arrival: Arrival,
): SqlChecks {
  const branches: string[] = []
  const problems: Problem[] = []
  const values: { name: string; sql: string }[] = []
  const given: string[] = []
  const typed: string[] = []
  const latest = latestOf(arrival)
  for (const { name: stored, column, required } of columnsOf(contract)) {
    const delivered = deliveredName(stored, column)
    const judgement = judge(stored, delivered, types.get(delivered), column, latest)
    if (judgement.given !== undefined) given.push(judgement.given)
    if (judgement.typed !== undefined) typed.push(judgement.typed)
    values.push({ name: stored, sql: judgement.value })
    const missing = { reason: 'missing_value', wrong: `${judgement.present} IS NULL` } as const
    for (const { reason, wrong } of [...(required ? [missing] : []), ...judgement.checks]) {
      problems.push({ reason, column: delivered })
      branches.push(`WHEN ${wrong} THEN ${problems.length}`)
    }
  }
  const beside = (columns: readonly string[]) => columns.map((column) => `, ${column}`).join('')
  return {
    problem: `CASE ${branches.join('\n')} ELSE 0 END`,
    problems,
    values,
    judged: (delivered) =>
      `SELECT *${beside(typed)} FROM (SELECT *${beside(given)} FROM (${delivered}\n) AS delivered) AS given`,
  }
}

interface Judgement {
  /** Columns to make, with their names; absent where a column at hand serves. */
  readonly given?: string
  readonly typed?: string
  /** The typed value. */
  readonly value: string
  /** NULL exactly when nothing was delivered. */
  readonly present: string
  readonly checks: readonly Check[]
}

function judge(
  stored: string,
  delivered: string,
  type: string | undefined,
  column: Column,
  latest: Latest,
): Judgement {
  const sqlType = columnTypes[column.type].sql
  if (type === undefined) return { value: `CAST(NULL AS ${sqlType})`, present: 'NULL', checks: [] }
  const reference = name(delivered)
  const isTyped = isNative(type, column)
  const present = isTyped ? reference : name(`_given_${stored}`)
  const value = column.type === 'text' ? present : name(`_value_${stored}`)
  const text = type === 'VARCHAR' ? reference : `CAST(${reference} AS VARCHAR)`
  return {
    ...(isTyped ? {} : { given: `nullif(${text}, '') AS ${present}` }),
    ...(column.type === 'text' ? {} : { typed: `try_cast(${present} AS ${sqlType}) AS ${value}` }),
    value,
    present,
    checks: isTyped
      ? typedChecks(present, value, column, latest)
      : textChecks(present, value, column, latest),
  }
}

/** Whether a value of this DuckDB type needs no detour over text. */
function isNative(type: string, column: Column): boolean {
  const isNumber = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL\(.*\)|DOUBLE|FLOAT)$/.test(type)
  switch (column.type) {
    case 'text':
      return false
    case 'timestamp':
      return /^(TIMESTAMP.*|DATE)$/.test(type)
    case 'date':
      return /^(TIMESTAMP|DATE)$/.test(type)
    case 'flag':
      return type === 'BOOLEAN'
    default:
      return isNumber
  }
}

const notCast: Record<Exclude<Column['type'], 'text'>, QuarantineReason> = {
  timestamp: 'not_a_timestamp',
  date: 'not_a_date',
  money: 'number_out_of_range',
  decimal: 'number_out_of_range',
  count: 'number_out_of_range',
  flag: 'not_a_flag',
}

function typedChecks(given: string, value: string, column: Column, latest: Latest): Check[] {
  if (column.type === 'text') return []
  return [
    { reason: notCast[column.type], wrong: `(${given} IS NOT NULL AND ${value} IS NULL)` },
    ...boundChecks(value, column, latest),
  ]
}

function textChecks(given: string, value: string, column: Column, latest: Latest): Check[] {
  const mismatch = (pattern: string) => `NOT regexp_full_match(${given}, ${quote(pattern)})`
  switch (column.type) {
    case 'text':
      return plainTextChecks(given, column)
    case 'timestamp':
    case 'date':
      return [
        { reason: notCast[column.type], wrong: mismatch(textPatterns[column.type]) },
        { reason: notCast[column.type], wrong: `(${given} IS NOT NULL AND ${value} IS NULL)` },
        ...boundChecks(value, column, latest),
      ]
    case 'flag':
      return [{ reason: 'not_a_flag', wrong: mismatch(textPatterns.flag) }]
    case 'count':
      return [
        { reason: 'not_a_number', wrong: mismatch(textPatterns.count) },
        { reason: 'number_out_of_range', wrong: `length(ltrim(${given}, '-')) > ${countDigits}` },
        ...boundChecks(value, column, latest),
      ]
    default: {
      const { scale, whole } = decimalDigits[column.type]
      return [
        { reason: 'not_a_number', wrong: mismatch(textPatterns.number) },
        {
          reason: 'number_out_of_range',
          wrong: `length(ltrim(split_part(${given}, '.', 1), '-')) > ${whole}`,
        },
        { reason: 'too_many_decimals', wrong: `length(split_part(${given}, '.', 2)) > ${scale}` },
        ...boundChecks(value, column, latest),
      ]
    }
  }
}

function plainTextChecks(given: string, column: Column): Check[] {
  if (column.values !== undefined) {
    const list = column.values.map(quote).join(', ')
    return [{ reason: 'unknown_value', wrong: `${given} NOT IN (${list})` }]
  }
  const checks: Check[] = []
  if (column.maxLength !== undefined) {
    checks.push({ reason: 'too_long', wrong: longerThan(given, column.maxLength) })
  }
  const pattern = wholePattern(column)
  if (column.isCurrency) {
    const known = quote(`|${currencyCodes.join('|')}|`)
    checks.push({ reason: 'unknown_currency', wrong: `NOT contains(${known}, '|' || ${given} || '|')` })
  } else if (pattern !== undefined) {
    checks.push({ reason: 'wrong_format', wrong: `NOT regexp_full_match(${given}, ${quote(pattern)})` })
  }
  return checks
}

/** Bytes are known without counting; only text that may be too long is counted in characters. */
const longerThan = (given: string, maxLength: number): string =>
  `(strlen(${given}) > ${maxLength} AND length(${given}) > ${maxLength})`

function boundChecks(value: string, column: Column, latest: Latest): Check[] {
  if (column.type === 'timestamp') {
    return [outside('time_out_of_range', value, `TIMESTAMP '${earliestTime}'`, latest.timestamp)]
  }
  if (column.type === 'date') {
    const [from, to] = column.isPast
      ? [earliestTime, latest.date]
      : [plannedDays.earliest, `DATE '${plannedDays.latest}'`]
    return [outside('time_out_of_range', value, `DATE '${from}'`, to)]
  }
  if (column.minimum === undefined && column.maximum === undefined) return []
  return [
    outside('number_out_of_range', value, String(column.minimum ?? -1e15), String(column.maximum ?? 1e15)),
  ]
}

function latestOf(arrival: Arrival): Latest {
  if ('column' in arrival) {
    const timestamp = `${name(arrival.column)} + INTERVAL 1 DAY`
    return { timestamp, date: `CAST(${timestamp} AS DATE)` }
  }
  const at = new Date(arrival.getTime() + dayMs).toISOString()
  return {
    timestamp: `TIMESTAMP '${at.replace('T', ' ').replace('Z', '')}'`,
    date: `DATE '${at.slice(0, 10)}'`,
  }
}

const outside = (reason: QuarantineReason, value: string, from: string, to: string): Check => ({
  reason,
  wrong: `${value} NOT BETWEEN ${from} AND ${to}`,
})
