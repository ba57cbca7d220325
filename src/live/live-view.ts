import {
  type LiveBreakdown,
  type LiveDay,
  type LiveDimension,
  type LiveMinute,
  type LiveOrder,
  type LiveRow,
  type LiveView,
  type LiveWindow,
  liveDimensions,
  liveMinutesShown,
  type NetRevenueRule,
} from '../contracts/live.ts'
import type { BatchSide } from './batch-side.ts'
import type { DateOf } from './business-dates.ts'
import { type FoldState, newestMsOf, type ReportedOrder } from './live-fold.ts'
import type { Pulse } from './pulse.ts'
import { addTally, countsOf, emptyTally, rowKey, rowOfKey, type Tallies, type Tally } from './tally.ts'

/** What the speed layer itself knows of the Live page. */
export interface LayerView extends Omit<LiveView, 'state' | 'collector' | 'lander' | 'log'> {
  readonly phase: 'catching_up' | 'live' | 'stopped'
  /** Records in the log that are not counted. */
  readonly behind: number
}

interface LayerState {
  readonly minutes: FoldState
  readonly dates: FoldState | undefined
  readonly side: BatchSide | undefined
  readonly dateOf: DateOf
  readonly nowMs: number
  readonly pulse: Pulse
  readonly phase: LayerView['phase']
  readonly problem: string | null
  readonly behind: number
}

const minuteMs = 60_000
const nowWindowMicros = 5 * 60_000_000
/** Values of a dimension that a page can show. */
const mostRows = 50
const asPaid: NetRevenueRule = { ratio: 1, basis: 'none', orders: 0 }

export function layerView(layer: LayerState): LayerView {
  const { minutes, side, nowMs, pulse, phase, problem, behind } = layer
  const rule = side?.netRevenueRule ?? asPaid
  const last = Math.floor(nowMs / minuteMs)
  const shown = Array.from({ length: liveMinutesShown }, (_, n) => last - liveMinutesShown + 1 + n)
  const recent: Tallies = new Map()
  for (const minute of shown) addRows(recent, minutes.minutes.get(minute))
  const labels = side?.productNames ?? new Map()
  return {
    phase,
    problem,
    behind,
    now: new Date(nowMs).toISOString(),
    eventsPerSecond: pulse.perSecond(),
    visitorsNow: visitorsNow(minutes, nowMs),
    lag: pulse.lag(),
    lastEventAt: lastEventAt(minutes, nowMs),
    minutes: shown.map((minute) => minuteView(minute, minutes, rule.ratio)),
    recent: {
      counts: countsOf(totalOf(recent), rule.ratio),
      breakdown: breakdownOf(recent, rule.ratio, labels),
    },
    today: dayView(layer, rule.ratio),
    orders: minutes.orders.map((order) => orderView(order, rule.ratio)),
    netRevenueRule: rule,
    setAside: { ...minutes.setAside },
    published:
      side?.pointer === undefined
        ? null
        : { sequence: side.pointer.sequence, publishedAt: side.pointer.publishedAt },
  }
}

/** The output of the speed layer, by minute, dimension and value. */
export function windowsOf({ minutes }: FoldState, netRatio: number): LiveWindow[] {
  return [...minutes.keys()]
    .sort((left, right) => left - right)
    .flatMap((minute) =>
      [...(minutes.get(minute) ?? [])]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, tally]) => ({
          minute: minuteText(minute),
          ...rowOfKey(key),
          ...countsOf(tally, netRatio),
          revision: tally.revision,
        })),
    )
}

const minuteText = (minute: number): string => `${new Date(minute * minuteMs).toISOString().slice(0, 19)}Z`

const minuteView = (minute: number, { minutes }: FoldState, netRatio: number): LiveMinute => ({
  minute: minuteText(minute),
  ...countsOf(totalOf(minutes.get(minute)), netRatio),
})

const totalOf = (rows: Tallies | undefined): Tally => rows?.get(rowKey('total', '')) ?? emptyTally()

function addRows(sum: Tallies, rows: Tallies | undefined): void {
  for (const [key, tally] of rows ?? []) {
    const known = sum.get(key)
    if (known === undefined) sum.set(key, { ...tally })
    else addTally(known, tally)
  }
}

function breakdownOf(rows: Tallies, netRatio: number, labels: ReadonlyMap<string, string>): LiveBreakdown {
  const byDimension = Object.fromEntries(
    liveDimensions.map((dimension) => [dimension, [] as LiveRow[]]),
  ) as Record<LiveDimension, LiveRow[]>
  for (const [key, tally] of rows) {
    const { dimension, value } = rowOfKey(key)
    const label = dimension === 'product' ? labels.get(value) : undefined
    byDimension[dimension].push({
      value,
      ...(label === undefined ? {} : { label }),
      ...countsOf(tally, netRatio),
    })
  }
  const { total: _, ...breakdown } = byDimension
  for (const list of Object.values(breakdown)) {
    list.sort(
      (left, right) =>
        right.netRevenue - left.netRevenue ||
        right.orders - left.orders ||
        right.sessions - left.sessions ||
        right.events - left.events ||
        (left.value < right.value ? -1 : 1),
    )
    list.length = Math.min(list.length, mostRows)
  }
  return breakdown
}

function dayView({ dates, side, dateOf, nowMs }: LayerState, netRatio: number): LiveDay {
  const date = dateOf(nowMs)
  const published = side?.dates.get(date)
  const rows: Tallies = new Map()
  addRows(rows, published?.rows)
  addRows(rows, dates?.dates.get(date))
  const total = totalOf(rows)
  const visitors = dates?.visitorsByDate.get(date)?.size ?? 0
  return {
    date,
    counts: { ...countsOf(total, netRatio), visitors },
    publishedVisitors: published?.visitors ?? 0,
    ledgerOrders: published?.ledgerOrders ?? 0,
    ledgerNetRevenue: published?.ledgerNetRevenue ?? 0,
    provisionalOrders: total.provisionalOrders,
    provisionalNetRevenue: Math.round(total.provisionalCents * netRatio) / 100,
    breakdown: breakdownOf(rows, netRatio, side?.productNames ?? new Map()),
  }
}

function orderView(order: ReportedOrder, netRatio: number): LiveOrder {
  const { source, paidCents } = order
  return {
    at: new Date(order.atMicros / 1000).toISOString(),
    channel: source?.channel ?? '',
    campaign: source?.campaign ?? '',
    device: order.device,
    country: order.country,
    netRevenue: Math.round((paidCents ?? 0) * netRatio) / 100,
    value: paidCents === undefined ? null : paidCents / 100,
  }
}

function visitorsNow({ visits }: FoldState, nowMs: number): number {
  const since = nowMs * 1000 - nowWindowMicros
  const until = nowMs * 1000 + nowWindowMicros
  let visitors = 0
  for (const partition of visits.values())
    for (const { lastMicros } of partition.values())
      if (lastMicros > since && lastMicros < until) visitors += 1
  return visitors
}

function lastEventAt(minutes: FoldState, nowMs: number): string | null {
  const newest = Math.min(newestMsOf(minutes), nowMs)
  return Number.isFinite(newest) ? new Date(newest).toISOString() : null
}
