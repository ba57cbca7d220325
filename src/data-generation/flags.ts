import { parseArgs } from 'node:util'
import { PlatformError } from '../contracts/errors.ts'
import type { WorldOptions } from './shop.ts'

export interface Flag {
  readonly type: 'string' | 'boolean'
  readonly default?: string
  readonly help: string
}

export type Flags = Readonly<Record<string, string | undefined>>

/** Flags every generator understands. */
export const worldFlags: Readonly<Record<string, Flag>> = {
  'start-date': { type: 'string', default: '2025-01-01', help: 'first business date' },
  'end-date': { type: 'string', default: '2025-03-28', help: 'last business date, included' },
  'events-per-day': { type: 'string', help: 'web events a day; sets the size of the shop' },
  'initial-customers': { type: 'string', help: 'customers who bought before the first date' },
  seed: { type: 'string', default: '1', help: 'same seed and flags, same bytes' },
}

/** @throws {PlatformError} `config.invalid` for a flag that does not exist or lacks its value. */
export function readFlags(argv: readonly string[], known: Readonly<Record<string, Flag>>): Flags {
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      options: Object.fromEntries(Object.entries(known).map(([name, { type }]) => [name, { type }])),
    })
    return Object.fromEntries(
      Object.entries(known).map(([name, flag]) => [name, values[name]?.toString() ?? flag.default]),
    )
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new PlatformError('config.invalid', `simulation: ${message}; see --help`, { cause: error })
  }
}

export function numberFlag(flags: Flags, name: string): number | undefined {
  const text = flags[name]
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw new PlatformError('config.invalid', `simulation: --${name} must be a number from 0 up, got "${text}"`)
}

export function choiceFlag<const T extends string>(flags: Flags, name: string, choices: readonly T[]): T {
  const value = flags[name]
  if (choices.includes(value as T)) return value as T
  throw new PlatformError(
    'config.invalid',
    `simulation: --${name} must be ${choices.join(' or ')}, got "${value}"`,
  )
}

export function worldOptionsOf(flags: Flags): WorldOptions {
  const initialCustomers = numberFlag(flags, 'initial-customers')
  const eventsPerDay = numberFlag(flags, 'events-per-day')
  return {
    seed: numberFlag(flags, 'seed'),
    startDate: flags['start-date'],
    endDate: flags['end-date'],
    eventsPerDay: eventsPerDay ?? Math.max(570, initialCustomers ?? 0),
    initialCustomers,
  }
}

export function helpOf(usage: string, known: Readonly<Record<string, Flag>>): string {
  const lines = Object.entries(known).map(
    ([name, flag]) =>
      `  --${name.padEnd(20)}${flag.help}${flag.default === undefined ? '' : ` (${flag.default})`}`,
  )
  return `${usage}\n\n${lines.join('\n')}\n`
}
