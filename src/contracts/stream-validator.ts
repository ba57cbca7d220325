import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Column } from './columns.ts'
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

export type StreamVerdict =
  | { readonly outcome: 'accepted'; readonly values: Readonly<Record<string, string | null>> }
  | {
      readonly outcome: 'quarantined'
      readonly reason: QuarantineReason
      readonly column: string | undefined
    }

export interface StreamValidator {
  /**
   * Judges one record of a stream as the SQL checks judge one of a file: the first column that breaks the
   * contract decides. Values are returned as text under their delivered names; unknown keys are left out.
   */
  validate(record: unknown, arrivedAt: Date): StreamVerdict
}

type ColumnCheck = (text: string, latest: Date) => QuarantineReason | undefined

export function createStreamValidator(contract: Contract): StreamValidator {
  const columns = columnsOf(contract).map(({ name, column, required }) => ({
    key: deliveredName(name, column),
    required,
    check: columnCheck(column),
  }))
  return {
    validate(record, arrivedAt) {
      if (typeof record !== 'object' || record === null || Array.isArray(record)) {
        return { outcome: 'quarantined', reason: 'malformed_record', column: undefined }
      }
      const latest = new Date(arrivedAt.getTime() + dayMs)
      const values: Record<string, string | null> = {}
      for (const { key, required, check } of columns) {
        const text = textOf((record as Record<string, unknown>)[key])
        const reason = text === null ? (required ? 'missing_value' : undefined) : check(text, latest)
        if (reason !== undefined) return { outcome: 'quarantined', reason, column: key }
        values[key] = text
      }
      return { outcome: 'accepted', values }
    },
  }
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function columnCheck(column: Column): ColumnCheck {
  switch (column.type) {
    case 'text':
      return plainTextCheck(column)
    case 'timestamp':
      return timestampCheck()
    case 'date':
      return dateCheck(column)
    case 'flag': {
      const isFlag = matcher(textPatterns.flag)
      return (text) => (isFlag(text) ? undefined : 'not_a_flag')
    }
    case 'count': {
      const isCount = matcher(textPatterns.count)
      return (text) => {
        if (!isCount(text)) return 'not_a_number'
        if (text.replace(/^-+/, '').length > countDigits) return 'number_out_of_range'
        return boundsReason(Number(text), column)
      }
    }
    default: {
      const { scale, whole } = decimalDigits[column.type]
      const isNumber = matcher(textPatterns.number)
      return (text) => {
        if (!isNumber(text)) return 'not_a_number'
        const [before = '', after = ''] = text.split('.')
        if (before.replace(/^-+/, '').length > whole) return 'number_out_of_range'
        if (after.length > scale) return 'too_many_decimals'
        return boundsReason(Number(text), column)
      }
    }
  }
}

function plainTextCheck(column: Column): ColumnCheck {
  if (column.values !== undefined) {
    const known = Compile(Type.Union(column.values.map((value) => Type.Literal(value))))
    return (text) => (known.Check(text) ? undefined : 'unknown_value')
  }
  const pattern = wholePattern(column)
  const matches = pattern === undefined ? () => true : matcher(pattern)
  const currencies = new Set(currencyCodes)
  const maxLength = column.maxLength ?? Number.POSITIVE_INFINITY
  return (text) => {
    if (text.length > maxLength && [...text].length > maxLength) return 'too_long'
    if (column.isCurrency) return currencies.has(text) ? undefined : 'unknown_currency'
    return matches(text) ? undefined : 'wrong_format'
  }
}

function timestampCheck(): ColumnCheck {
  const isTimestamp = matcher(textPatterns.timestamp)
  const earliest = Date.parse(`${earliestTime}T00:00:00Z`)
  return (text, latest) => {
    if (!isTimestamp(text) || !isCalendarDay(text.slice(0, 10))) return 'not_a_timestamp'
    const milliseconds = Date.parse(`${text.slice(0, 19)}Z`)
    const micros = Number((text.slice(20, -1) || '0').padEnd(6, '0'))
    const isTooLate =
      milliseconds + Math.floor(micros / 1000) > latest.getTime() ||
      (milliseconds + Math.floor(micros / 1000) === latest.getTime() && micros % 1000 > 0)
    return milliseconds < earliest || isTooLate ? 'time_out_of_range' : undefined
  }
}

function dateCheck(column: Column): ColumnCheck {
  const isDate = matcher(textPatterns.date)
  return (text, latest) => {
    if (!isDate(text) || !isCalendarDay(text)) return 'not_a_date'
    const [from, to] = column.isPast
      ? [earliestTime, latest.toISOString().slice(0, 10)]
      : [plannedDays.earliest, plannedDays.latest]
    return text < from || text > to ? 'time_out_of_range' : undefined
  }
}

/** Days that every month has, which most are; only the others need a calendar. */
const plainDay = /-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$/

function isCalendarDay(day: string): boolean {
  if (plainDay.test(day)) return true
  const at = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === day
}

function boundsReason(value: number, column: Column): QuarantineReason | undefined {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = column
  return value < minimum || value > maximum ? 'number_out_of_range' : undefined
}

function matcher(pattern: string): (text: string) => boolean {
  const compiled = Compile(Type.String({ pattern: `^(${pattern})$` }))
  return (text) => compiled.Check(text)
}
