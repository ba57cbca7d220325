import { campaignChannel } from '../contracts/channels/campaign-channels.ts'
import { type CampaignIndex, indexCampaigns } from '../contracts/channels/classify-channel.ts'
import { sessionGapMinutes } from '../contracts/channels/visit-rules.ts'
import type { LiveDimension, NetRevenueRule } from '../contracts/live.ts'
import { type DuckDb, openDuckDb } from '../database/duckdb.ts'
import { type Pointer, readPointer } from '../lake/pointer.ts'
import { createBatchQueries } from './batch-queries.ts'
import type { DateOf } from './business-dates.ts'
import { eventKey, orderKey } from './live-event.ts'
import { emptyTally, rowKey, type Tallies } from './tally.ts'
import type { Visit } from './visits.ts'

/** What the speed layer goes by of a shop. */
export interface LiveShop {
  readonly timeZone: string
  readonly currency: string
  /** ISO code; undefined when the shop has not said. */
  readonly country?: string
  readonly hosts: readonly string[]
}

/** What is published of one business date, counted as the speed layer counts. */
export interface BatchDate {
  readonly rows: Tallies
  readonly visitors: number
  readonly ledgerOrders: number
  readonly ledgerNetRevenue: number
}

/** The batch layer's side of the split: everything before the published log offsets. */
export interface BatchSide {
  /** Undefined before the first publication. */
  readonly pointer: Pointer | undefined
  readonly campaigns: CampaignIndex
  /** Shop's currency for one unit of another, at the newest published rates. */
  readonly rates: ReadonlyMap<string, number>
  readonly netRevenueRule: NetRevenueRule
  readonly productNames: ReadonlyMap<string, string>
  /** Today, yesterday and the newest two dates with events. */
  readonly dates: ReadonlyMap<string, BatchDate>
  /** Of those dates: last visit of each visitor, keys of events and of orders that were reported. */
  readonly visits: ReadonlyMap<number, Visit>
  readonly eventKeys: ReadonlySet<number>
  readonly orderKeys: ReadonlySet<number>
  /** Orders of the published ledger, of the last weeks. */
  readonly ledgerKeys: ReadonlySet<number>
}

/** Next offset of each partition of a topic, as far as a publication stands for it. */
export function splitOf(pointer: Pointer | undefined, topic: string): Map<number, number> {
  const split = new Map<number, number>()
  for (const [name, offset] of Object.entries(pointer?.logOffsets ?? {})) {
    const at = name.lastIndexOf('/')
    if (name.slice(0, at) === topic) split.set(Number(name.slice(at + 1)), offset)
  }
  return split
}

/**
 * Reads the batch side of the newest publication, or of a given one.
 *
 * @param nowMs What "today" is taken from.
 */
export async function readBatchSide(
  dataDir: string,
  shop: LiveShop,
  dateOf: DateOf,
  nowMs: number,
  published?: Pointer,
): Promise<BatchSide> {
  const pointer = published ?? (await readPointer(dataDir))
  const db = await openDuckDb({ memoryLimit: '512MiB', threads: 1 })
  try {
    return await readSide(db, dataDir, shop, dateOf, nowMs, pointer)
  } finally {
    db.close()
  }
}

async function readSide(
  db: DuckDb,
  dataDir: string,
  shop: LiveShop,
  dateOf: DateOf,
  nowMs: number,
  pointer: Pointer | undefined,
): Promise<BatchSide> {
  const queries = createBatchQueries(db, dataDir, pointer)
  const today = dateOf(nowMs)
  const yesterday = dateOf(nowMs - 86_400_000)
  const rates = ratesOf(await queries.rates(), shop.currency)
  const rateCases = [...rates].map(([currency, rate]) => ({ currency, rate }))
  await queries.loadRecent([today, yesterday], rateCases)
  const campaigns = await queries.campaigns()
  const [eventIds, orders, visits, dates, visitors, ledger, products, ledgerIds] = [
    await queries.eventIds(),
    await queries.reportedOrders(),
    await queries.lastVisits(),
    await queries.dates(),
    await queries.visitors(),
    await queries.ledgerDates(),
    await queries.products(),
    await queries.ledgerIds(),
  ]
  return {
    pointer,
    campaigns: indexCampaigns(
      campaigns.map((row) => ({
        platform: row.platform,
        campaignId: row.campaign_id,
        campaignName: row.campaign_name,
        channel: campaignChannel(row.platform, row.campaign_type),
      })),
    ),
    rates,
    netRevenueRule: await netRule(queries, shop, rates),
    productNames: new Map(products.map(({ sku, product_name }) => [sku, product_name])),
    dates: datesOf(dates, visitors, ledger),
    visits: new Map(visits.map((row) => visitOf(row, dateOf))),
    eventKeys: new Set(eventIds.map(({ utc_date, event_id }) => eventKey(utc_date, event_id))),
    orderKeys: new Set(
      orders.map(({ transaction_id, event_id }) => orderKey(transaction_id ?? undefined, event_id)),
    ),
    ledgerKeys: new Set(ledgerIds.map((id) => orderKey(id, ''))),
  }
}

type Queries = ReturnType<typeof createBatchQueries>
type Rows<K extends keyof Queries> = Queries[K] extends (...given: never[]) => Promise<infer R> ? R : never

function datesOf(
  rows: Rows<'dates'>,
  visitors: Rows<'visitors'>,
  ledger: Rows<'ledgerDates'>,
): Map<string, BatchDate> {
  const dates = new Map<string, { -readonly [K in keyof BatchDate]: BatchDate[K] }>()
  const of = (date: string) => {
    const known = dates.get(date)
    if (known !== undefined) return known
    const fresh = { rows: new Map(), visitors: 0, ledgerOrders: 0, ledgerNetRevenue: 0 }
    dates.set(date, fresh)
    return fresh
  }
  for (const row of rows) {
    of(row.business_date).rows.set(rowKey(row.dimension as LiveDimension, row.value), {
      ...emptyTally(),
      events: Number(row.events),
      pageViews: Number(row.page_views),
      landings: Number(row.landings),
      sessions: Number(row.sessions),
      productViews: Number(row.product_views),
      carts: Number(row.carts),
      orders: Number(row.orders),
      paidCents: Number(row.paid_cents),
      provisionalOrders: Number(row.provisional_orders),
      provisionalCents: Number(row.provisional_cents),
    })
  }
  for (const row of visitors) of(row.business_date).visitors = Number(row.visitors)
  for (const row of ledger) {
    const date = of(row.business_date)
    date.ledgerOrders = Number(row.orders)
    date.ledgerNetRevenue = Number(row.net_revenue)
  }
  return dates
}

function visitOf(row: Rows<'lastVisits'>[number], dateOf: DateOf): [number, Visit] {
  const lastMicros = Number(row.last_micros)
  const startMicros = Number(row.start_micros)
  const dateStart = Math.floor((Number(row.first_micros) - gapMicros - 1) / 1000)
  return [
    row.visitor,
    {
      startMicros,
      lastMicros,
      countedMicros: startMicros,
      source: { channel: row.channel, campaign: row.campaign_name },
      sourceMicros: row.source_micros === null ? Number.POSITIVE_INFINITY : Number(row.source_micros),
      fillsDate: row.has_no_gap && dateOf(dateStart) !== row.event_date,
      minute: Math.floor(lastMicros / 60_000_000),
      minutesBefore: 0,
      arrivedMs: Math.floor(lastMicros / 1000),
    },
  ]
}

/** Directly quoted, else quoted the other way round. */
function ratesOf(rows: Rows<'rates'>, shopCurrency: string): Map<string, number> {
  const rates = new Map<string, number>()
  for (const { base_currency, quote_currency, rate } of rows) {
    if (Number(rate) <= 0) continue
    if (base_currency === shopCurrency && !rates.has(quote_currency))
      rates.set(quote_currency, 1 / Number(rate))
    if (quote_currency === shopCurrency) rates.set(base_currency, Number(rate))
  }
  rates.set(shopCurrency, 1)
  rates.set('', 1)
  return rates
}

const gapMicros = sessionGapMinutes * 60_000_000
/** Orders that a ratio of the ledger must at least be taken from. */
const enoughOrders = 30

async function netRule(
  queries: Queries,
  shop: LiveShop,
  rates: ReadonlyMap<string, number>,
): Promise<NetRevenueRule> {
  const { paid, net, orders } = await queries.paidAndNet(enoughOrders, rates)
  if (orders >= enoughOrders && paid > 0) return { ratio: Math.max(0, net / paid), basis: 'ledger', orders }
  const rate = shop.country === undefined ? undefined : await queries.standardVat(shop.country)
  if (rate === undefined) return { ratio: 1, basis: 'none', orders: 0 }
  return { ratio: 1 / (1 + rate), basis: 'vat', orders: 0 }
}
