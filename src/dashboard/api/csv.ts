import type { MetricId, Sums } from '../../contracts/metrics.ts'
import { metricValue } from '../../contracts/metrics.ts'

export type CsvRow = Readonly<Record<string, unknown>>

/** Text of a spreadsheet cell; a text that a spreadsheet would run as a formula is disarmed with an apostrophe. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(Math.round(value * 1e6) / 1e6)
  const text = Array.isArray(value) ? value.join(' ') : String(value)
  const safe = typeof value !== 'boolean' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** RFC 4180 with a byte order mark, without which Excel misreads accents; columns as in the first row. */
export function csvText(rows: readonly CsvRow[]): string {
  const columns = Object.keys(rows[0] ?? {})
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
  return `\uFEFF${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`
}

/** A row with metrics calculated from its sums beside them. */
export function withMetrics<R extends Sums>(row: R, ids: readonly MetricId[]): CsvRow {
  return { ...row, ...Object.fromEntries(ids.map((id) => [id, metricValue(id, row)])) }
}
