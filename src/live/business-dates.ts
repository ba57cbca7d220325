const quarterMs = 900_000
const mostRemembered = 5_000

/** Business date (`YYYY-MM-DD`) of an instant in milliseconds since 1970. */
export type DateOf = (atMs: number) => string

/** Dates in a time zone; offsets everywhere change on a quarter of an hour, so each quarter is asked for once. */
export function businessDates(timeZone: string): DateOf {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  const known = new Map<number, string>()
  return (atMs) => {
    const quarter = Math.floor(atMs / quarterMs)
    const remembered = known.get(quarter)
    if (remembered !== undefined) return remembered
    const date = format.format(new Date(quarter * quarterMs))
    if (known.size >= mostRemembered) known.clear()
    known.set(quarter, date)
    return date
  }
}
