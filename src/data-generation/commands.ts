import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { dateText } from './calendar.ts'
import { advertisingExports } from './exports/advertising.ts'
import { orderExports } from './exports/crm.ts'
import { customerExports } from './exports/customer-exports.ts'
import { exportWindows, type RawFile } from './exports/export-windows.ts'
import { influencerExports, marketingExports } from './exports/marketing-exports.ts'
import { shopExports } from './exports/shop-exports.ts'
import {
  choiceFlag,
  type Flag,
  type Flags,
  helpOf,
  numberFlag,
  readFlags,
  worldFlags,
  worldOptionsOf,
} from './flags.ts'
import { resolveSetting } from './shop.ts'
import { linesOf } from './web/delivered-day.ts'
import { webLog } from './web/web-log.ts'
import { simulateWorld, type World } from './world/world.ts'
import { type Written, writeRawFile, writeWebDay } from './write-files.ts'

const outFlag = (folder: string): Flag => ({
  type: 'string',
  default: 'data/raw',
  help: `landing zone; files go to its folder ${folder}`,
})
const helpFlag: Flag = { type: 'boolean', help: 'this text' }

export const webFlags: Readonly<Record<string, Flag>> = {
  mode: { type: 'string', default: 'batch', help: 'batch: files; stream: one event after the other' },
  ...worldFlags,
  format: { type: 'string', default: 'ndjson', help: 'ndjson or csv' },
  gzip: { type: 'boolean', help: 'compress each file' },
  'events-per-minute': { type: 'string', default: '30', help: 'pace of a stream' },
  pace: {
    type: 'string',
    default: 'even',
    help: 'stream: even, or day: as visits come over the day, by the clock',
  },
  duration: { type: 'string', default: '3600', help: 'seconds a stream lasts' },
  to: {
    type: 'string',
    default: '-',
    help: 'stream: - for standard output, a file, or the address of a collector, like http://localhost:4010/v1/events',
  },
  'write-key': {
    type: 'string',
    help: 'stream to a collector: write key, as `sillage sources list` shows it',
  },
  since: { type: 'string', help: 'pace day: send at once what was due from this instant on (ISO 8601)' },
  fast: { type: 'boolean', help: 'stream: do not wait between events; of pace day one date' },
  out: outFlag('web'),
  help: helpFlag,
}

const exportFlags = (folder: string, frequency = 'daily'): Readonly<Record<string, Flag>> => ({
  ...worldFlags,
  frequency: { type: 'string', default: frequency, help: 'daily or weekly' },
  out: outFlag(folder),
  help: helpFlag,
})

/** What a generator has to say when it is done; its entry file prints it. */
export interface CommandResult {
  readonly message: string
}

async function writeAll(rawDir: string, files: Iterable<RawFile>): Promise<Written> {
  const written: Written = { files: 0, bytes: 0 }
  for (const file of files) await writeRawFile(rawDir, file, written)
  return written
}

function report(written: Written, folder: string): CommandResult {
  return { message: `${written.files} files, ${(written.bytes / 1e6).toFixed(1)} MB in ${folder}` }
}

/** `generate:web --mode batch`: the web log, a file a day. */
export async function generateWebFiles(flags: Flags): Promise<CommandResult> {
  const format = choiceFlag(flags, 'format', ['ndjson', 'csv'])
  const compress = flags.gzip === 'true'
  const world = simulateWorld(resolveSetting(worldOptionsOf(flags)))
  const folder = join(flags.out!, 'web')
  await mkdir(folder, { recursive: true })
  const written: Written = { files: 0, bytes: 0 }
  let events = 0
  for (const day of webLog(world, format)) {
    const path = join(folder, `web-${dateText(day.day)}.${format}${compress ? '.gz' : ''}`)
    written.bytes += await writeWebDay(path, day, format, compress)
    written.files++
    events += day.records
  }
  return { message: `${events} events, ${report(written, folder).message}` }
}

/** Events of a day the streamed shop has; only how many days are simulated depends on the stream's length. */
const streamedEventsPerDay = 2740

export interface StreamedEvent {
  /** Milliseconds after the stream's start. */
  readonly afterMs: number
  /** One NDJSON line, its time set to when it is sent. */
  readonly line: string
}

/** `generate:web --mode stream`: events in order at a steady pace, dated from `startMs` on. */
export function* streamEvents(flags: Flags, startMs: number): Generator<StreamedEvent> {
  const perMinute = Math.max(1, numberFlag(flags, 'events-per-minute')!)
  const total = Math.floor((numberFlag(flags, 'duration')! / 60) * perMinute)
  const setting = resolveSetting({
    seed: numberFlag(flags, 'seed'),
    startDate: flags['start-date'],
    endDate: flags['start-date'],
    eventsPerDay: streamedEventsPerDay,
  })
  const days = Math.ceil((total / streamedEventsPerDay) * 1.6) + 1
  const world = simulateWorld({
    ...setting,
    endDay: setting.startDay + days,
    plannedEndDay: setting.startDay + days,
  })
  let sent = 0
  for (const day of webLog(world))
    for (const line of linesOf(day)) {
      if (sent >= total) return
      const afterMs = Math.round((sent * 60_000) / perMinute)
      const at = new Date(startMs + afterMs).toISOString()
      yield { afterMs, line: line.replace(/"at":"[^"]*"/, `"at":"${at}"`) }
      sent++
    }
}

function* crmFiles(world: World, frequency: 'daily' | 'weekly'): Generator<RawFile> {
  const { startDay, endDay } = world.plan.setting
  const windows = exportWindows(startDay, endDay, frequency)
  yield* orderExports(world, windows)
  yield* customerExports(world, windows)
  yield* shopExports(world, windows)
  yield* marketingExports(world, windows)
}

export const exportCommands = {
  crm: {
    flags: exportFlags('crm'),
    usage:
      'npm run generate:crm -- --start-date 2025-01-01 --end-date 2025-03-28 --frequency daily --initial-customers 500',
    files: crmFiles,
  },
  advertising: {
    flags: exportFlags('advertising'),
    usage: 'npm run generate:ads -- --start-date 2025-01-01 --end-date 2025-03-28 --frequency daily',
    files: (world: World) => advertisingExports(world, 'daily'),
  },
  influencers: {
    flags: exportFlags('influencers', 'weekly'),
    usage: 'npm run generate:influencers -- --start-date 2025-01-01 --end-date 2025-03-28',
    files: (world: World, frequency: 'daily' | 'weekly') =>
      influencerExports(
        world,
        exportWindows(world.plan.setting.startDay, world.plan.setting.endDay, frequency),
      ),
  },
} as const

export type ExportCommand = keyof typeof exportCommands

/** `generate:crm`, `generate:ads`, `generate:influencers`: the exports of a period. */
export async function generateExports(name: ExportCommand, argv: readonly string[]): Promise<CommandResult> {
  const command = exportCommands[name]
  const flags = readFlags(argv, command.flags)
  if (flags.help === 'true') return { message: helpOf(command.usage, command.flags) }
  const frequency = choiceFlag(flags, 'frequency', ['daily', 'weekly'])
  const world = simulateWorld(resolveSetting(worldOptionsOf(flags)))
  const written = await writeAll(flags.out!, command.files(world, frequency))
  return report(written, join(flags.out!, name))
}
