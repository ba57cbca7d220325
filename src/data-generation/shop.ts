import { PlatformError } from '../contracts/errors.ts'
import { parseDate } from './calendar.ts'

/** The simulated shop, as its `shop.json` should describe it. */
export const demoShop = {
  name: 'Flore & Sève',
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  host: 'floreetseve.example',
} as const

export type DemoSize = 'small' | 'default'

/** Fixed dates, so that the bytes of a demo never depend on today. */
export const demoSizes = {
  small: { startDate: '2025-10-20', endDate: '2025-12-28', eventsPerDay: 570, initialCustomers: 700 },
  default: { startDate: '2024-01-01', endDate: '2025-12-31', eventsPerDay: 2740, initialCustomers: 2400 },
} as const

/** Web events a day at which budgets, fees and the audience have their natural size. */
export const referenceEventsPerDay = 2740

export interface WorldOptions {
  readonly size?: DemoSize
  /** Whole number from 0 to 2³²−1, default 1. */
  readonly seed?: number
  /** First and last business date, included. */
  readonly startDate?: string
  readonly endDate?: string
  /** Scales the population and, with it, the budgets. */
  readonly eventsPerDay?: number
  /** Customers who bought before the simulation begins. */
  readonly initialCustomers?: number
}

export interface WorldSetting {
  readonly seed: number
  /** Days since 1970-01-01: first recorded, last recorded, and the day that fixes the calendar of the plan. */
  readonly startDay: number
  readonly endDay: number
  readonly plannedEndDay: number
  readonly eventsPerDay: number
  readonly initialCustomers: number
  /** Size relative to the reference shop. */
  readonly scale: number
}

export const burnInDays = 26 * 7

/** @throws {PlatformError} `config.invalid` for dates out of order or numbers out of range. */
export function resolveSetting(options: WorldOptions): WorldSetting {
  const size = demoSizes[options.size ?? 'default']
  const startDay = parseDate(options.startDate ?? size.startDate)
  const endDay = parseDate(options.endDate ?? size.endDate)
  const eventsPerDay = options.eventsPerDay ?? size.eventsPerDay
  const seed = options.seed ?? 1
  if (endDay < startDay) throw invalid('endDate', 'on or after the start date', String(options.endDate))
  if (!(eventsPerDay >= 10 && eventsPerDay <= 5_000_000))
    throw invalid('eventsPerDay', '10 to 5,000,000', String(eventsPerDay))
  if (!Number.isInteger(seed) || seed < 0 || seed > 4294967295)
    throw invalid('seed', 'a whole number from 0 to 4294967295', String(seed))
  const scale = eventsPerDay / referenceEventsPerDay
  return {
    seed,
    startDay,
    endDay,
    plannedEndDay: options.startDate === undefined ? parseDate(size.endDate) : endDay,
    eventsPerDay,
    initialCustomers:
      options.initialCustomers ??
      (options.eventsPerDay === undefined
        ? size.initialCustomers
        : Math.round(demoSizes.default.initialCustomers * scale)),
    scale,
  }
}

function invalid(option: string, expected: string, got: string): PlatformError {
  return new PlatformError(
    'config.invalid',
    `simulation: ${option} must be ${expected}, got ${got}; correct it and start again`,
  )
}
