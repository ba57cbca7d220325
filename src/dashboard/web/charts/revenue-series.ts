import type { DateRange, Overview, ShopTrendMeasure } from '../../../contracts/dashboard.ts'
import { addDays, daysBetween, longestDailyRange, weeksBack } from '../state/dates.ts'

export interface SeriesPoint {
  /** Day, or last day of seven. */
  readonly date: string
  readonly value: number
  readonly contribution: number
  /** The same position in the compared dates. */
  readonly before: number | null
  readonly isImmature: boolean
}

type Source = Pick<Overview, 'range' | 'compareWith' | 'days' | 'daysBefore' | 'immatureFrom'>

/** The main line of the overview: by day, or by seven days beyond ten weeks, aligned with the compared dates. */
export function revenueSeries(overview: Source, measure: ShopTrendMeasure = 'net_revenue'): SeriesPoint[] {
  const { range, compareWith, immatureFrom } = overview
  const days = fill(overview.days, range)
  const isDaily = days.length <= longestDailyRange
  const total = (items: readonly Partial<Record<ShopTrendMeasure, number>>[], of: ShopTrendMeasure) =>
    items.reduce((sum, item) => sum + (item[of] ?? 0), 0)
  const buckets = isDaily ? days.map((day) => ({ date: day.date, items: [day] })) : weeksBack(days, range)
  const before = compareWith ? fill(overview.daysBefore, compareWith) : []
  const beforeBuckets =
    compareWith && !isDaily
      ? weeksBack(before, compareWith)
      : before.map((day) => ({ date: day.date, items: [day] }))
  const shift = beforeBuckets.length - buckets.length
  return buckets.map(({ date, items }, index) => {
    const earlier = measure === 'net_revenue' ? beforeBuckets[index + (isDaily ? 0 : shift)] : undefined
    return {
      date,
      value: total(items, measure),
      contribution: total(items, 'contribution'),
      before: earlier ? total(earlier.items, 'net_revenue') : null,
      isImmature: immatureFrom !== null && date >= immatureFrom,
    }
  })
}

type Day = { readonly date: string } & Partial<Record<ShopTrendMeasure, number>>

function fill(days: readonly Day[], range: DateRange): Day[] {
  const known = new Map(days.map((day) => [day.date, day]))
  return Array.from({ length: daysBetween(range.from, range.to) + 1 }, (_, index) => {
    const date = addDays(range.from, index)
    return known.get(date) ?? { date }
  })
}
