import { dateText, epochSecondsOf, isoTime } from './calendar.ts'
import {
  discountRows,
  lineRows,
  orderColumns,
  orderDiscountColumns,
  orderLine,
  orderLineColumns,
  refundColumns,
  refundRows,
} from './exports/crm.ts'
import { csvRows } from './exports/csv.ts'
import { customerExports } from './exports/customer-exports.ts'
import type { RawFile } from './exports/export-windows.ts'
import { marketingExports } from './exports/marketing-exports.ts'
import { lifeOf } from './exports/order-times.ts'
import { shopExports } from './exports/shop-exports.ts'
import { endMinuteOf, type World } from './world/world.ts'

/** Rows of one table of the shop's database that are written together. */
export interface CrmWrite {
  readonly table: string
  readonly operation: 'upsert' | 'delete'
  readonly columns: readonly string[]
  /** Empty text: no value. */
  readonly rows: readonly (readonly string[])[]
}

/** What happens in the shop's database at one moment: one transaction. */
export interface CrmChange {
  /** Milliseconds after the stream's start; 0 for what is there when it begins. */
  readonly afterMs: number
  readonly writes: readonly CrmWrite[]
}

export interface CrmClock {
  /** Instant the recorded days of the world begin at. */
  readonly startMs: number
  /** Seconds of the world in one of the clock. */
  readonly speed: number
}

/**
 * The life of the shop's database: first what is there, then orders as they are placed, paid, shipped and refunded,
 * and customers as they come and ask to be forgotten. The world's times become the clock's, its past keeps its length.
 */
export function* crmChanges(world: World, clock: CrmClock): Generator<CrmChange> {
  const { startDay, endDay } = world.plan.setting
  const day = { fromDay: startDay, toDay: startDay }
  const files = [
    ...shopExports(world, [day]),
    ...marketingExports(world, [day]),
    ...customerExports(world, [{ fromDay: startDay, toDay: startDay }]),
  ]
  yield {
    afterMs: 0,
    writes: files
      .flatMap(writesOf)
      .filter(({ operation }) => operation === 'upsert')
      .map(timed(world, clock)),
  }
  const moments = [...orderMoments(world)]
  for (let next = startDay + 1; next <= endDay; next++) {
    const of = [{ fromDay: next, toDay: next }]
    for (const file of shopExports(world, of))
      for (const write of writesOf(file))
        moments.push({ at: epochSecondsOf(next + 1, 0), writes: () => [write] })
    for (const file of customerExports(world, of))
      moments.push(...rowMoments(writesOf(file), epochSecondsOf(next, 0)))
  }
  moments.sort((a, b) => a.at - b.at)
  for (const { at, writes } of moments) {
    const due = writes()
    if (due.length > 0)
      yield { afterMs: clockMs(world, clock, at) - clock.startMs, writes: due.map(timed(world, clock)) }
  }
}

interface Moment {
  /** UTC seconds of the world. */
  readonly at: number
  readonly writes: () => CrmWrite[]
}

function* orderMoments(world: World): Generator<Moment> {
  const recordedFrom = (world.plan.setting.startDay - world.plan.firstDay) * 1440
  for (const [index, order] of world.orders.entries()) {
    if (order.minute < recordedFrom || order.minute >= endMinuteOf(world.plan)) continue
    const id = world.orderIds[index]!
    const steps = lifeOf(world, order)
    const placed = steps[0]!.at
    for (const [number, step] of steps.entries()) {
      const status = () =>
        upsert('orders', orderColumns, [orderLine(world, order, id, steps.slice(0, number + 1))])
      const all = () => [
        status(),
        upsert('order_lines', orderLineColumns, lineRows(world, order, id, isoTime(placed))),
        upsert('order_discounts', orderDiscountColumns, discountRows(world, order, id, isoTime(placed))),
      ]
      yield { at: step.at, writes: number === 0 ? all : () => [status()] }
    }
    for (const line of refundRows(order, id, placed, placed, Number.POSITIVE_INFINITY)) {
      const at = Date.parse(csvRows(line)[0]![refundColumns.indexOf('refunded_at')]!) / 1000
      yield { at, writes: () => [upsert('refunds', refundColumns, [line])] }
    }
  }
}

const upsert = (table: string, columns: readonly string[], lines: readonly string[]): CrmWrite => ({
  table,
  operation: 'upsert',
  columns,
  rows: csvRows(lines.join('')),
})

const tableOfFile: readonly (readonly [string, string])[] = [
  ['product-costs', 'product_costs'],
  ['products', 'products'],
  ['vat-rates', 'vat_rates'],
  ['fx-rates', 'fx_rates'],
  ['promotions', 'promotions'],
  ['inventory-days', 'inventory_days'],
  ['customers', 'customers'],
  ['consents', 'consents'],
  ['messages', 'messages'],
  ['marketing-costs', 'marketing_costs'],
  ['budgets', 'budgets'],
  ['experiments', 'experiments'],
]

/** An export's rows as writes; customers who are gone are deleted. */
function writesOf({ name, text }: RawFile): CrmWrite[] {
  const table = tableOfFile.find(([start]) => name.startsWith(start))?.[1]
  const [columns = [], ...rows] = csvRows(text)
  if (table === undefined) return []
  const gone = columns.indexOf('is_deleted')
  const isGone = (row: readonly string[]) => gone >= 0 && row[gone] === 'true'
  const writes: CrmWrite[] = [
    { table, operation: 'upsert', columns, rows: rows.filter((row) => !isGone(row)) },
    { table, operation: 'delete', columns, rows: rows.filter(isGone) },
  ]
  return writes.filter((write) => write.rows.length > 0)
}

/** Each row by itself, when it says it changed, but on the day it became known. */
function rowMoments(writes: readonly CrmWrite[], dayStart: number): Moment[] {
  return writes.flatMap((write) => {
    const column = write.columns.indexOf(write.table === 'consents' ? 'changed_at' : 'updated_at')
    return write.rows.map((row) => ({
      at: Math.max(dayStart, Date.parse(row[column]!) / 1000),
      writes: () => [{ ...write, rows: [row] }],
    }))
  })
}

function clockMs(world: World, clock: CrmClock, worldSeconds: number): number {
  const passed = worldSeconds - epochSecondsOf(world.plan.setting.startDay, 0)
  return clock.startMs + Math.round((passed * 1000) / (passed > 0 ? clock.speed : 1))
}

/** Puts a write's times and dates on the clock; the table's own time of change is the database's affair. */
const timed =
  (world: World, clock: CrmClock) =>
  ({ table, operation, columns, rows }: CrmWrite): CrmWrite => {
    const kept = columns.flatMap((column, index) =>
      column === 'updated_at' || column === 'is_deleted' ? [] : [index],
    )
    const days = Math.floor(clock.startMs / 86_400_000) - world.plan.setting.startDay
    const time = (text: string) => new Date(clockMs(world, clock, Date.parse(text) / 1000)).toISOString()
    const cell = (text: string, column: string) => {
      if (column === 'phone') return text.replace(/^0/, '+33').replaceAll(' ', '')
      if (text.includes('T') && text.includes('Z')) return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, time)
      // Laws are not moved.
      if (table === 'vat_rates' || !/^\d{4}-\d\d-\d\d$/.test(text)) return text
      return dateText(Date.parse(text) / 86_400_000 + days)
    }
    const added = fixedColumns[table] ?? {}
    return {
      table,
      operation,
      columns: [...kept.map((index) => columns[index]!), ...Object.keys(added)],
      rows: rows.map((row) => [
        ...kept.map((index) => cell(row[index]!, columns[index]!)),
        ...Object.values(added),
      ]),
    }
  }

/** Columns that the shop's exports leave to their reader, who knows the shop. */
const fixedColumns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: { prices_include_tax: 'true' },
  ...Object.fromEntries(
    ['products', 'product_costs', 'promotions', 'messages', 'marketing_costs', 'budgets'].map((table) => [
      table,
      { currency: 'EUR' },
    ]),
  ),
}
