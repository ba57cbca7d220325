import { type Static, Type } from 'typebox'
import {
  type AttributionModel,
  attributionModels,
  type Comparison,
  comparisons,
  type DateRange,
  defaultAttributionModel,
  type Shop,
} from '../../contracts/dashboard.ts'
import { PlatformError } from '../../contracts/errors.ts'

const datePattern = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'

/** Parameters every question takes; dates are business dates, inclusive. */
export const questionSchema = Type.Object(
  {
    from: Type.Optional(Type.String({ pattern: datePattern })),
    to: Type.Optional(Type.String({ pattern: datePattern })),
    compare: Type.Optional(Type.Enum([...comparisons])),
    model: Type.Optional(Type.Enum([...attributionModels])),
  },
  { additionalProperties: false },
)
export type Question = Static<typeof questionSchema>

export interface AskedScope {
  readonly range: DateRange
  readonly compareWith: DateRange | null
  readonly model: AttributionModel
}

const dayMs = 86_400_000
const defaultDays = 90

const time = (date: string): number => {
  const value = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(value) || !new Date(value).toISOString().startsWith(date)) {
    throw new PlatformError('query.invalid', `dashboard: ${date} is not a calendar date; expected YYYY-MM-DD`)
  }
  return value
}
const dateOf = (value: number): string => new Date(value).toISOString().slice(0, 10)

/**
 * Completes a question: by default the last 90 days with data. Dates to compare with that begin before the
 * shop's first day are left out, since half a period would pass for a change.
 *
 * @throws {PlatformError} `query.invalid`
 */
export function scopeOf(question: Question, shop: Pick<Shop, 'dataFrom' | 'dataThrough'>): AskedScope {
  const last = shop.dataThrough ?? dateOf(Date.now())
  const to = question.to ?? last
  const from = question.from ?? dateOf(time(to) - (defaultDays - 1) * dayMs)
  if (time(from) > time(to)) {
    throw new PlatformError('query.invalid', `dashboard: the range begins (${from}) after it ends (${to})`)
  }
  const range = { from, to }
  const compareWith = earlierRange(range, question.compare ?? 'previous_period')
  const isKnown = compareWith !== null && shop.dataFrom !== null && compareWith.from >= shop.dataFrom
  return {
    range,
    compareWith: isKnown ? compareWith : null,
    model: question.model ?? defaultAttributionModel,
  }
}

/** The dates a range is compared with: as many days just before it, or the same dates a year earlier. */
export function earlierRange(range: DateRange, comparison: Comparison): DateRange | null {
  if (comparison === 'none') return null
  if (comparison === 'previous_year') return { from: yearBefore(range.from), to: yearBefore(range.to) }
  const length = time(range.to) - time(range.from) + dayMs
  return { from: dateOf(time(range.from) - length), to: dateOf(time(range.from) - dayMs) }
}

/** 29 February has 28 February a year earlier. */
function yearBefore(date: string): string {
  const earlier = `${Number(date.slice(0, 4)) - 1}${date.slice(4)}`
  return earlier.endsWith('-02-29') ? earlier.replace('-29', '-28') : earlier
}
