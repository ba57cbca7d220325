/**
 * How far a changed date reaches, by name; models ask for theirs with the macro `touched`:
 * `events` the business dates of changed UTC event dates; `sessions` a day either side; `credits` the orders
 * whose touchpoints may have changed; `reconciliation` those whose reason may have; `ads` changed stat dates.
 */
export const reaches = ['events', 'sessions', 'credits', 'reconciliation', 'ads'] as const
export type Reach = (typeof reaches)[number]

/** Business dates (`YYYY-MM-DD`, ascending) to rebuild, by reach. */
export type TouchedDates = ReadonlyMap<Reach, readonly string[]>

export interface ChangedDates {
  /** UTC event dates whose web events changed. */
  readonly eventDates: readonly string[]
  /** Stat dates whose ad facts changed. */
  readonly statDates: readonly string[]
}

export interface ReachOptions {
  readonly timeZone: string
  readonly lookbackDays: number
  readonly reconciliationDays: number
}

const dayMs = 86_400_000
const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** Every business date a contract accepts, so that a full build and a partial one run the same SQL. */
export function allDates(today: Date): TouchedDates {
  const dates: string[] = []
  for (let ms = Date.UTC(1999, 11, 1); ms < today.getTime() + 120 * dayMs; ms += dayMs)
    dates.push(isoDate(ms))
  return new Map(reaches.map((reach) => [reach, dates]))
}

/** Spreads changed dates by reach. */
export function spreadByReach(changed: ChangedDates, options: ReachOptions): TouchedDates {
  const events = new Set<string>()
  for (const date of changed.eventDates) {
    const start = Date.parse(`${date}T00:00:00Z`)
    for (const ms of [start, start + dayMs - 1]) events.add(businessDate(ms, options.timeZone))
  }
  const sessions = widen(events, 1, 1)
  return new Map<Reach, readonly string[]>([
    ['events', [...events].sort()],
    ['sessions', sessions],
    ['credits', widen(sessions, options.lookbackDays, options.lookbackDays)],
    ['reconciliation', widen(sessions, options.lookbackDays, options.reconciliationDays)],
    ['ads', [...changed.statDates].sort()],
  ])
}

function widen(dates: Iterable<string>, before: number, after: number): string[] {
  const wide = new Set<string>()
  for (const date of dates) {
    const day = Date.parse(`${date}T00:00:00Z`)
    for (let offset = -before; offset <= after; offset++) wide.add(isoDate(day + offset * dayMs))
  }
  return [...wide].sort()
}

function businessDate(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(ms)
}
