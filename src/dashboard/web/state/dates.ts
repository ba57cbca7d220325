const dayMs = 86_400_000

/** Whether the text is a real calendar date `YYYY-MM-DD`. */
export function isDate(text: string | null | undefined): text is string {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** Whole days from one date to another; negative when `to` is earlier. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)

/** Adds months to the first of a month. */
export function addMonths(firstOfMonth: string, months: number): string {
  const [year = 0, month = 1] = firstOfMonth.split('-').map(Number)
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10)
}

export interface Bucket<T> {
  /** Last day of the bucket. */
  readonly date: string
  readonly items: readonly T[]
}

/** Seven-day buckets counted back from `to`; a first bucket with fewer days is left out, it would look like a fall. */
export function weeksBack<T extends { readonly date: string }>(
  items: readonly T[],
  range: { readonly from: string; readonly to: string },
): Bucket<T>[] {
  const weeks = new Map<string, T[]>()
  for (const item of items) {
    const date = addDays(range.to, -7 * Math.floor(daysBetween(item.date, range.to) / 7))
    if (addDays(date, -6) < range.from) continue
    const week = weeks.get(date)
    if (week) week.push(item)
    else weeks.set(date, [item])
  }
  return [...weeks.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, list]) => ({ date, items: list }))
}

/** Longest range drawn day by day; beyond, weeks. */
export const longestDailyRange = 70
