import { contracts } from '../contracts/all-contracts.ts'
import { sessionGapMinutes } from '../contracts/channels/visit-rules.ts'
import type { Contract } from '../contracts/contract.ts'
import { type DuckDb, sqlString } from '../database/duckdb.ts'
import { bronzeScanSql } from '../lake/bronze-scan.ts'
import { tablePath } from '../lake/layout.ts'
import type { Pointer } from '../lake/pointer.ts'
import { emptyScanSql, scanSql } from '../lake/scan.ts'
import { openTable } from '../lake/table.ts'
import { keyOf } from './keys.ts'

/** Columns read of the published silver and gold tables, for a shop that has none of them. */
const columnsRead = {
  'silver.int_events_cleaned': {
    event_id: 'string',
    occurred_at: 'timestamp_ntz',
    event_name: 'string',
    visitor_key: 'string',
    has_consent: 'boolean',
    is_bot: 'boolean',
    device_type: 'string',
    country: 'string',
    sku: 'string',
    transaction_id: 'string',
    source_key: 'string',
    event_date: 'date',
    event_month: 'date',
  },
  'silver.int_sessions_built': {
    visitor_key: 'string',
    started_at: 'timestamp_ntz',
    ended_at: 'timestamp_ntz',
    channel: 'string',
    campaign_name: 'string',
    device_type: 'string',
    country: 'string',
    session_date: 'date',
    session_month: 'date',
  },
  'silver.int_sources_classified': {
    source_key: 'string',
    channel: 'string',
    campaign_name: 'string',
    is_direct: 'boolean',
  },
  'gold.fct_orders': {
    order_id: 'string',
    order_date: 'date',
    is_kept: 'boolean',
    net_revenue: 'decimal(18,2)',
  },
} as const

/** Days of the ledger whose orders are told from provisional ones. */
const ledgerDays = 45
/** Days of orders that the ratio of net revenue is taken from; the refund window is over for those older than this. */
const ratioDays = 60
const refundDays = 30
/** Events whose ids are remembered from before the split; the newest. */
const mostEventIds = 1_000_000
const gapMicros = sessionGapMinutes * 60_000_000

/** What the speed layer asks of a publication; every answer stands for the pinned versions alone. */
export function createBatchQueries(db: DuckDb, dataDir: string, pointer: Pointer | undefined) {
  const built = async (name: keyof typeof columnsRead): Promise<string> => {
    const version = pointer?.tables[name]
    if (version !== undefined)
      return `(${scanSql(await openTable(tablePath(dataDir, name)).readExisting(version))})`
    const columns = Object.entries(columnsRead[name]).map(([column, type]) => ({ name: column, type }))
    return `(${emptyScanSql(columns)})`
  }
  const bronze = async (name: keyof typeof contracts): Promise<string> => {
    const version = pointer?.bronze[name]
    const state =
      version === undefined
        ? undefined
        : await openTable(tablePath(dataDir, `bronze.${name}`)).readExisting(version)
    return `(${bronzeScanSql(contracts[name] as Contract, state)})`
  }
  const newest = (rows: string, keys: string, version: string) =>
    `(SELECT * FROM ${rows} QUALIFY row_number() OVER (PARTITION BY ${keys} ORDER BY ${version} DESC) = 1)`

  return {
    /** Events of the given dates and of the newest two, each with its visit and what was paid; all else asks these. */
    async loadRecent(
      dates: readonly string[],
      rates: readonly { currency: string; rate: number }[],
    ): Promise<void> {
      const events = await built('silver.int_events_cleaned')
      const listed = dates.map((date) => `DATE ${sqlString(date)}`).join(', ')
      const rate = rates.map(({ currency, rate }) => `WHEN ${sqlString(currency)} THEN ${rate}`).join(' ')
      await db.run(`
        CREATE TEMP TABLE recent_dates AS
          SELECT unnest([${listed}]) AS business_date
          UNION SELECT newest - days FROM (SELECT max(event_date) AS newest FROM ${events} WHERE NOT is_bot)
            CROSS JOIN (VALUES (0), (1)) AS shifts(days) WHERE newest IS NOT NULL;
        CREATE TEMP TABLE recent_events AS
          SELECT event_id, occurred_at, event_name, visitor_key, has_consent, device_type, country,
            coalesce(sku, '') AS sku, transaction_id, source_key, event_date
          FROM ${events}
          WHERE NOT is_bot AND event_date IN (SELECT business_date FROM recent_dates)
            AND event_month IN (SELECT date_trunc('month', business_date) FROM recent_dates);
        CREATE TEMP TABLE recent_visits AS
          SELECT visitor_key, started_at, ended_at, channel, campaign_name, device_type, country, session_date
          FROM ${await built('silver.int_sessions_built')}
          WHERE session_date IN (SELECT business_date + days FROM recent_dates CROSS JOIN (VALUES (-1), (0)) AS shifts(days));
        CREATE TEMP TABLE sources AS
          SELECT source_key, channel, campaign_name FROM ${await built('silver.int_sources_classified')} WHERE NOT is_direct;
        CREATE TEMP TABLE purchases AS
          SELECT bought.*, ledger.order_id IS NOT NULL AS is_in_ledger,
            coalesce(round(raw.paid * CASE coalesce(raw.currency, '') ${rate} END * 100), 0) AS paid_cents
          FROM (
            SELECT event_id, transaction_id, event_date FROM recent_events WHERE event_name = 'purchase'
            QUALIFY row_number() OVER (PARTITION BY coalesce(transaction_id, 'event ' || event_id) ORDER BY occurred_at, event_id) = 1
          ) AS bought
          LEFT JOIN (
            SELECT event_id, any_value(CAST(value AS DOUBLE)) AS paid, any_value(currency) AS currency
            FROM ${await bronze('web_events')}
            WHERE event_name = 'purchase'
              AND event_date BETWEEN (SELECT min(business_date) - 1 FROM recent_dates) AND (SELECT max(business_date) + 1 FROM recent_dates)
            GROUP BY event_id
          ) AS raw USING (event_id)
          LEFT JOIN ${await built('gold.fct_orders')} AS ledger ON bought.transaction_id = ledger.order_id`)
    },

    eventIds: () =>
      db.rows<{ event_id: string; utc_date: string }>(
        `SELECT event_id, CAST(occurred_at AS DATE)::VARCHAR AS utc_date FROM recent_events ORDER BY occurred_at DESC LIMIT ${mostEventIds}`,
      ),

    reportedOrders: () =>
      db.rows<{ transaction_id: string | null; event_id: string }>(
        'SELECT transaction_id, event_id FROM purchases',
      ),

    /** Each visitor's last visit, with whether its last business date has had no gap since it began. */
    async lastVisits() {
      const rows = await db.rows<{
        visitor_key: string
        start_micros: string
        last_micros: string
        source_micros: string | null
        channel: string
        campaign_name: string
        event_date: string
        first_micros: string
        has_no_gap: boolean
      }>(`
        WITH ordered AS (
          SELECT visitor_key, event_date, occurred_at, epoch_us(occurred_at) AS at_micros,
            lag(epoch_us(occurred_at)) OVER (PARTITION BY visitor_key, event_date ORDER BY occurred_at) AS before_micros
          FROM recent_events WHERE visitor_key IS NOT NULL
        ),
        by_date AS (
          SELECT visitor_key, event_date, count(*) AS events, min(occurred_at) AS first_at,
            coalesce(max(at_micros - before_micros), 0) AS longest
          FROM ordered GROUP BY visitor_key, event_date
        ),
        last_date AS (
          SELECT * FROM by_date QUALIFY row_number() OVER (PARTITION BY visitor_key ORDER BY event_date DESC) = 1
        ),
        last_visit AS (
          SELECT * FROM recent_visits QUALIFY row_number() OVER (PARTITION BY visitor_key ORDER BY started_at DESC) = 1
        )
        SELECT last_visit.visitor_key, epoch_us(started_at) AS start_micros, epoch_us(ended_at) AS last_micros,
          CASE WHEN channel <> 'Direct' THEN epoch_us(started_at) END AS source_micros,
          channel, campaign_name, event_date::VARCHAR AS event_date, epoch_us(first_at) AS first_micros,
          longest <= ${gapMicros} AS has_no_gap
        FROM last_visit INNER JOIN last_date USING (visitor_key)`)
      return rows.map(({ visitor_key, ...row }) => ({ ...row, visitor: keyOf(visitor_key) }))
    },

    /** Counts of the recent dates by dimension and value, as the speed layer counts. */
    dates: () =>
      db.rows<CountRow>(`
        WITH events AS (
          SELECT events.*,
            CASE WHEN events.visitor_key IS NULL THEN coalesce(sources.channel, '') ELSE coalesce(visits.channel, 'Direct') END AS channel,
            CASE WHEN events.visitor_key IS NULL THEN coalesce(sources.campaign_name, '') ELSE coalesce(visits.campaign_name, '') END AS campaign,
            purchases.event_id IS NOT NULL AS is_order, coalesce(purchases.paid_cents, 0) AS paid_cents,
            purchases.event_id IS NOT NULL AND NOT purchases.is_in_ledger AS is_provisional,
            NOT events.has_consent AND events.event_name = 'page_view' AND sources.source_key IS NOT NULL AS is_landing
          FROM recent_events AS events
          LEFT JOIN recent_visits AS visits
            ON events.visitor_key = visits.visitor_key AND events.occurred_at BETWEEN visits.started_at AND visits.ended_at
          LEFT JOIN sources ON events.source_key = sources.source_key
          LEFT JOIN purchases ON events.event_id = purchases.event_id AND events.event_date = purchases.event_date
        ),
        counted AS (
          ${everyDimension(
            {
              channel: 'channel',
              campaign: 'campaign',
              device: 'device_type',
              country: 'country',
              product: 'sku',
            },
            `SELECT event_date AS business_date, $DIMENSION AS dimension, $VALUE AS value, count(*) AS events,
              count(*) FILTER (event_name = 'page_view') AS page_views, count(*) FILTER (is_landing) AS landings, 0 AS sessions,
              count(*) FILTER (event_name = 'product_view') AS product_views,
              count(*) FILTER (event_name = 'add_to_cart') AS carts, count(*) FILTER (is_order) AS orders,
              sum(paid_cents) AS paid_cents, count(*) FILTER (is_provisional) AS provisional_orders,
              coalesce(sum(paid_cents) FILTER (is_provisional), 0) AS provisional_cents FROM events GROUP BY ALL`,
          )}
          UNION ALL
          ${everyDimension(
            { channel: 'channel', campaign: 'campaign_name', device: 'device_type', country: 'country' },
            `SELECT session_date, $DIMENSION, $VALUE, 0, 0, 0, count(*), 0, 0, 0, 0, 0, 0 FROM recent_visits
             WHERE session_date IN (SELECT business_date FROM recent_dates) GROUP BY ALL`,
          )}
        )
        SELECT business_date::VARCHAR AS business_date, dimension, value, ${summedColumns}
        FROM counted WHERE value <> '' OR dimension NOT IN ('campaign', 'product') GROUP BY ALL`),

    visitors: () =>
      db.rows<{ business_date: string; visitors: string }>(
        'SELECT event_date::VARCHAR AS business_date, count(DISTINCT visitor_key) AS visitors FROM recent_events GROUP BY ALL',
      ),

    async ledgerDates() {
      return db.rows<{ business_date: string; orders: string; net_revenue: string }>(`
        SELECT order_date::VARCHAR AS business_date, count(*) AS orders, sum(net_revenue) AS net_revenue
        FROM ${await built('gold.fct_orders')}
        WHERE is_kept AND order_date IN (SELECT business_date FROM recent_dates) GROUP BY ALL`)
    },

    async ledgerIds(): Promise<string[]> {
      const orders = await built('gold.fct_orders')
      const rows = await db.rows<{ order_id: string }>(`
        SELECT order_id FROM ${orders}
        WHERE order_date >= (SELECT max(order_date) FROM ${orders}) - ${ledgerDays}`)
      return rows.map(({ order_id }) => order_id)
    },

    async campaigns() {
      return db.rows<{
        platform: string
        campaign_id: string
        campaign_name: string
        campaign_type: string
      }>(`
        SELECT platform, campaign_id, campaign_name, campaign_type
        FROM ${newest(await bronze('ad_campaigns'), 'platform, campaign_id', 'updated_at')}`)
    },

    async products() {
      return db.rows<{ sku: string; product_name: string }>(`
        SELECT sku, product_name FROM ${newest(await bronze('products'), 'sku', 'updated_at')} WHERE product_name IS NOT NULL`)
    },

    /** Newest rate of each pair. */
    async rates() {
      return db.rows<{ base_currency: string; quote_currency: string; rate: string }>(`
        SELECT base_currency, quote_currency, rate
        FROM ${newest(await bronze('fx_rates'), 'base_currency, quote_currency', 'rate_date')}`)
    },

    async standardVat(country: string): Promise<number | undefined> {
      const [row] = await db.rows<{ rate: string }>(`
        SELECT rate FROM ${await bronze('vat_rates')}
        WHERE territory = ${sqlString(country)} AND tax_class = 'standard' AND valid_from <= current_date
        ORDER BY valid_from DESC LIMIT 1`)
      return row === undefined ? undefined : Number(row.rate)
    },

    /**
     * What the site reported of orders and what the ledger made of them, over two months: of those past the refund
     * window where there are enough, so that refunds are in it; else of all.
     */
    async paidAndNet(enough: number, currencies: ReadonlyMap<string, number>) {
      const orders = await built('gold.fct_orders')
      const cases = [...currencies]
        .map(([currency, rate]) => `WHEN ${sqlString(currency)} THEN ${rate}`)
        .join(' ')
      const rows = await db.rows<{
        is_mature: boolean
        orders: string
        paid: string | null
        net: string | null
      }>(`
        WITH newest AS (SELECT max(order_date) AS newest_date FROM ${orders}),
        kept AS (
          SELECT order_id, order_date, net_revenue FROM ${orders}, newest WHERE is_kept AND order_date > newest_date - ${ratioDays}
        ),
        reported AS (
          SELECT transaction_id, any_value(CAST(value AS DOUBLE) * CASE coalesce(currency, '') ${cases} END) AS paid
          FROM ${await bronze('web_events')}, newest
          WHERE event_name = 'purchase' AND transaction_id IS NOT NULL AND event_date > newest_date - ${ratioDays} - 2
          GROUP BY transaction_id
        )
        SELECT order_date <= newest_date - ${refundDays} AS is_mature, count(*) AS orders, sum(paid) AS paid,
          sum(net_revenue) AS net
        FROM kept INNER JOIN reported ON kept.order_id = reported.transaction_id CROSS JOIN newest
        WHERE paid IS NOT NULL GROUP BY ALL`)
      const sum = (of: typeof rows) => ({
        orders: of.reduce((total, row) => total + Number(row.orders), 0),
        paid: of.reduce((total, row) => total + Number(row.paid), 0),
        net: of.reduce((total, row) => total + Number(row.net), 0),
      })
      const mature = sum(rows.filter(({ is_mature }) => is_mature))
      return mature.orders >= enough ? mature : sum(rows)
    },
  }
}

interface CountRow {
  business_date: string
  dimension: string
  value: string
  events: string
  page_views: string
  landings: string
  sessions: string
  product_views: string
  carts: string
  orders: string
  paid_cents: string
  provisional_orders: string
  provisional_cents: string
}

const summedColumns = [
  'events',
  'page_views',
  'landings',
  'sessions',
  'product_views',
  'carts',
  'orders',
  'paid_cents',
  'provisional_orders',
  'provisional_cents',
]
  .map((name) => `sum(${name}) AS ${name}`)
  .join(', ')

/** A query for the total and one for each dimension, which is told the column its values are in. */
function everyDimension(columns: Readonly<Record<string, string>>, sql: string): string {
  return [["''", 'total'], ...Object.entries(columns).map(([dimension, column]) => [column, dimension])]
    .map(([value = '', dimension = '']) =>
      sql.replace('$DIMENSION', sqlString(dimension)).replace('$VALUE', `coalesce(${value}, '')`),
    )
    .join(' UNION ALL ')
}
