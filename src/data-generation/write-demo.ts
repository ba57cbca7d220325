import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Observer, silentObserver } from '../contracts/observer.ts'
import { dateText, parseDate } from './calendar.ts'
import { advertisingExports } from './exports/advertising.ts'
import { orderExports } from './exports/crm.ts'
import { customerExports } from './exports/customer-exports.ts'
import { exportWindows, type RawFile } from './exports/export-windows.ts'
import { influencerExports, marketingExports } from './exports/marketing-exports.ts'
import { shopExports } from './exports/shop-exports.ts'
import { resolveSetting, type WorldOptions } from './shop.ts'
import { webLog } from './web/web-log.ts'
import { endMinuteOf, simulateWorld, type World } from './world/world.ts'
import { type Written, writeRawFile, writeWebDay } from './write-files.ts'

export { type DemoSize, demoShop, demoSizes } from './shop.ts'

export interface DemoOptions extends WorldOptions {
  /** Landing zone; its folders web, crm, advertising and influencers are made. */
  readonly rawDir: string
  /** Gzip the web log. */
  readonly compress?: boolean
  readonly observer?: Observer
}

export interface DemoSummary extends Written {
  webEvents: number
  orders: number
}

/**
 * Simulates the demo shop and writes the files its sources would have delivered. The same options give the same
 * bytes on every machine (gzip: the same text). About 10 s and 700 MB for the default size.
 */
export async function writeDemo(options: DemoOptions): Promise<DemoSummary> {
  const { observer = silentObserver } = options
  const setting = resolveSetting(options)
  observer.stage({ stage: 'simulate', state: 'progress', message: 'people and orders' })
  const world = simulateWorld(setting)
  const summary: DemoSummary = { files: 0, bytes: 0, webEvents: 0, orders: countOrders(world) }
  for (const file of businessFiles(world, setting.startDay, setting.endDay))
    await writeRawFile(options.rawDir, file, summary)
  await writeWebLog(world, options, setting.startDay, summary)
  return summary
}

/**
 * Writes what arrives on one more day after a demo's end, next to the files already there, which stay as they are.
 *
 * @param options.date Business date after the demo's last; call day by day, without gaps.
 */
export async function writeDemoDay(options: DemoOptions & { readonly date: string }): Promise<DemoSummary> {
  const day = parseDate(options.date)
  const world = simulateWorld(resolveSetting({ ...options, endDate: options.date }))
  const summary: DemoSummary = { files: 0, bytes: 0, webEvents: 0, orders: countOrders(world) }
  for (const file of businessFiles(world, day, day)) await writeRawFile(options.rawDir, file, summary)
  await writeWebLog(world, options, day, summary)
  return summary
}

function* businessFiles(world: World, fromDay: number, toDay: number): Generator<RawFile> {
  const isWhole = fromDay === world.plan.setting.startDay
  const windows = exportWindows(fromDay, toDay, isWhole ? 'history' : 'daily')
  yield* orderExports(world, windows)
  yield* customerExports(world, windows)
  yield* shopExports(world, windows)
  yield* marketingExports(world, windows)
  yield* influencerExports(world, windows)
  yield* advertisingExports(world, isWhole ? 'backfill' : 'day')
}

/** Writes the web log of a world, a file a day from `fromDay` on. */
async function writeWebLog(
  world: World,
  options: DemoOptions,
  fromDay: number,
  summary: DemoSummary,
): Promise<void> {
  const { observer = silentObserver, compress = false } = options
  const { startDay, endDay } = world.plan.setting
  const folder = join(options.rawDir, 'web')
  await mkdir(folder, { recursive: true })
  let pending: Promise<number> = Promise.resolve(0)
  for (const day of webLog(world)) {
    if (day.day < fromDay) continue
    summary.bytes += await pending
    const name = `web-${dateText(day.day)}.ndjson${compress ? '.gz' : ''}`
    pending = writeWebDay(join(folder, name), day, 'ndjson', compress)
    summary.files++
    summary.webEvents += day.records
    if (day.day % 30 === 0)
      observer.stage({
        stage: 'simulate',
        state: 'progress',
        done: day.day - startDay + 1,
        total: endDay - startDay + 1,
        unit: 'days',
      })
  }
  summary.bytes += await pending
}

function countOrders(world: World): number {
  const from = (world.plan.setting.startDay - world.plan.firstDay) * 1440
  const to = endMinuteOf(world.plan)
  return world.orders.filter((order) => order.minute >= from && order.minute < to).length
}
