/**
 * How far a changed date reaches, by name; models ask for theirs with the macro `touched`:
 * `events` the business dates of changed UTC event dates; `purchases` from a day before to two after, whose visits may
 * have begun the day before; `sessions` a day either side, and visits whose source is
 * classified otherwise; `touches` dates whose touchpoints or their persons changed; `credits` orders whose
 * touchpoints or amounts may have changed; `reconciliation` orders whose reason may have; `performance` dates with
 * visits, credit or costs that may have changed; `funnel` dates on which somebody's seven days began or begin.
 * A run starts from the first three; what reaches further is found by models from what was built (`models/
 * intermediate/reach`).
 */
export const reaches = [
  'events',
  'purchases',
  'sessions',
  'touches',
  'credits',
  'reconciliation',
  'performance',
  'funnel',
] as const
export type Reach = (typeof reaches)[number]

/** Business dates (`YYYY-MM-DD`, ascending) to rebuild, by reach. */
export type TouchedDates = ReadonlyMap<Reach, readonly string[]>

const dayMs = 86_400_000
const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** Every business date a contract accepts, so that a full build and a partial one run the same SQL. */
export function allDates(today: Date): TouchedDates {
  const dates = datesBetween('1999-12-01', isoDate(today.getTime() + 119 * dayMs))
  return new Map(reaches.map((reach) => [reach, dates]))
}

/** Dates from `from` to `to`, both included. */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = []
  for (let ms = Date.parse(`${from}T00:00:00Z`); ms <= Date.parse(`${to}T00:00:00Z`); ms += dayMs)
    dates.push(isoDate(ms))
  return dates
}

export interface ChangedDates {
  /** UTC event dates whose web events changed. */
  readonly eventDates: readonly string[]
  /** Business dates to rebuild whatever changed. */
  readonly requestedDates: readonly string[]
}

/** What a partial run starts from. */
export function touchedByEvents(changed: ChangedDates, timeZone: string): TouchedDates {
  const events = new Set(changed.requestedDates)
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })
  for (const date of changed.eventDates) {
    const start = Date.parse(`${date}T00:00:00Z`)
    for (const ms of [start, start + dayMs - 1]) events.add(format.format(ms))
  }
  const around = (offsets: readonly number[]) => {
    const dates = [...events].flatMap((date) =>
      offsets.map((offset) => isoDate(Date.parse(`${date}T00:00:00Z`) + offset * dayMs)),
    )
    return [...new Set(dates)].sort()
  }
  return new Map<Reach, readonly string[]>([
    ['events', around([0])],
    ['purchases', around([-1, 0, 1, 2])],
    ['sessions', around([-1, 0, 1])],
  ])
}
