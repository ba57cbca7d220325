import {
  type AttributionModel,
  attributionModels,
  type Campaigns,
  type Channels,
  type Cohorts,
  type DateRange,
  type Health,
  type LogHealth,
  type MarketingRow,
  type Overview,
  type Products,
  type Scope,
  type Shop,
  type Status,
} from '../../../contracts/dashboard.ts'
import { marketingMeasures, shopMeasures } from '../../../contracts/metrics/measures.ts'
import type { Fetcher } from '../state/api-client.ts'
import { addDays, daysBetween, longestDailyRange, weeksBack } from '../state/dates.ts'
import {
  campaignRows,
  cohorts,
  firstDay,
  lastDay,
  marketingRows,
  marketingSums,
  places,
  productRows,
  shopDays,
  sumDays,
} from './fixture-world.ts'

export const demoShop: Shop = {
  id: 'maison-sillage',
  name: 'Maison Sillage',
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  origin: 'demo',
  sequence: 12,
  publishedAt: '2026-11-22T05:12:31Z',
  dataFrom: firstDay,
  dataThrough: lastDay,
  has: { orders: true, web: true, cost: true },
  refundWindowDays: 30,
}

/** A shop that only brought its orders. */
export const retailerShop: Shop = {
  ...demoShop,
  id: 'retailer',
  name: 'Online Retailer',
  origin: 'real',
  has: { orders: true, web: false, cost: false },
}

/** A shop that only brought its web log. */
export const logShop: Shop = {
  ...demoShop,
  id: 'log',
  name: 'Access log',
  origin: 'real',
  has: { orders: false, web: true, cost: false },
}

export const buildingStatus: Status = {
  state: 'building',
  sequence: null,
  publishedAt: null,
  dataThrough: null,
  problem: null,
  stages: [
    { stage: 'install', state: 'finished', durationMs: 18_400 },
    { stage: 'simulate', state: 'finished', durationMs: 11_250, done: 2_014_221, unit: 'events' },
    { stage: 'land', state: 'progress', done: 1_342_000, total: 2_014_221, unit: 'records' },
    { stage: 'silver', state: 'waiting' },
    { stage: 'measure', state: 'waiting' },
    { stage: 'gold', state: 'waiting' },
    { stage: 'audit', state: 'waiting' },
    { stage: 'publish', state: 'waiting' },
  ],
}

export const failedStatus: Status = {
  ...buildingStatus,
  state: 'failed',
  stages: buildingStatus.stages.map((stage) =>
    stage.stage === 'land'
      ? {
          ...stage,
          state: 'failed',
          message: 'disk: 1.2 GB free, 3 GB needed; free some space and run the same command again',
        }
      : stage,
  ),
}

export const waitingStatus: Status = { ...buildingStatus, state: 'waiting', stages: [] }

function scopeOf(query: URLSearchParams): Scope {
  const range = { from: query.get('from') ?? firstDay, to: query.get('to') ?? lastDay }
  const length = daysBetween(range.from, range.to) + 1
  const compare = query.get('compare')
  const shift = compare === 'previous_year' ? 364 : length
  const compareWith =
    compare === 'none' ? null : { from: addDays(range.from, -shift), to: addDays(range.to, -shift) }
  const openFrom = addDays(lastDay, -29)
  return {
    range,
    compareWith,
    model: (query.get('model') ?? 'last_non_direct') as AttributionModel,
    immatureFrom: range.to >= openFrom ? (range.from > openFrom ? range.from : openFrom) : null,
  }
}

export function overviewFixture(query: URLSearchParams): Overview {
  const scope = scopeOf(query)
  const days = shopDays(scope.range)
  const daysBefore = scope.compareWith ? shopDays(scope.compareWith) : []
  const marketing = marketingRows(scope.range, scope.model)
  const paid = marketing.filter(({ cost }) => cost > 0)
  const cost = paid.reduce((sum, row) => sum + row.cost, 0)
  const losing = paid.filter((row) => row.credited_contribution < row.cost * 0.9)
  return {
    ...scope,
    totals: sumDays(days),
    before: scope.compareWith ? sumDays(daysBefore) : null,
    days,
    daysBefore: daysBefore.map(({ date, net_revenue }) => ({ date, net_revenue })),
    marketing,
    headline: {
      returnPerUnit: paid.reduce((sum, row) => sum + row.credited_contribution, 0) / cost,
      underBreakEven: losing
        .map(({ channel, platform, cost: of, credited_contribution }) => ({
          channel,
          platform,
          lost: of - credited_contribution,
        }))
        .sort((a, b) => b.lost - a.lost)
        .slice(0, 1),
      best: { channel: 'Paid Search', platform: 'google', returnPerUnit: 1.86 },
    },
  }
}

export function channelsFixture(query: URLSearchParams): Channels {
  const scope = scopeOf(query)
  const days = daysBetween(scope.range.from, scope.range.to) + 1
  const dates = Array.from({ length: days }, (_, index) => ({ date: addDays(scope.range.from, index) }))
  const isDaily = days <= longestDailyRange
  const buckets: (DateRange & { date: string })[] = isDaily
    ? dates.map(({ date }) => ({ date, from: date, to: date }))
    : weeksBack(dates, scope.range).map(({ date }) => ({ date, from: addDays(date, -6), to: date }))
  return {
    ...scope,
    rows: marketingRows(scope.range, scope.model),
    before: scope.compareWith ? marketingRows(scope.compareWith, scope.model) : [],
    trend: buckets.flatMap(({ date, ...range }) =>
      places.map((of) => ({ date, channel: of.channel, ...marketingSums(of, range, scope.model) })),
    ),
    trendGrain: isDaily ? 'day' : 'week',
    models: places
      .filter(({ cost }) => cost > 0)
      .flatMap((of) =>
        attributionModels.map((model) => {
          const { credited_contribution, cost } = marketingSums(of, scope.range, model)
          return { channel: of.channel, platform: of.platform, model, credited_contribution, cost }
        }),
      ),
  }
}

export function productsFixture(query: URLSearchParams): Products {
  const scope = scopeOf(query)
  const products = productRows(scope.range)
  const total = (of: 'units' | 'orders' | 'net_revenue' | 'contribution' | 'refunds_ex_vat') =>
    products.reduce((sum, row) => sum + row[of], 0)
  return {
    ...scope,
    products,
    productCount: products.length,
    totals: {
      units: total('units'),
      orders: total('orders'),
      net_revenue: total('net_revenue'),
      contribution: total('contribution'),
      refunds_ex_vat: total('refunds_ex_vat'),
    },
  }
}

export function healthFixture(query: URLSearchParams): Health {
  const { orders_kept, net_revenue, page_views, unconsented_page_views, bot_events } = sumDays(
    shopDays(scopeOf(query).range),
  )
  const source = (name: string, tables: readonly string[], records: number, isLate = false) => ({
    source: name,
    tables,
    lastArrivedAt: isLate ? '2026-11-18T05:02:11Z' : '2026-11-22T05:02:11Z',
    eventsThrough: isLate ? '2026-11-17' : lastDay,
    deliveries: isLate ? 102 : 728,
    records,
    quarantined: Math.round(records * 0.0004),
    state: isLate ? ('late' as const) : ('fresh' as const),
  })
  const shares: readonly (readonly [string, number])[] = [
    ['attributed', 0.712],
    ['direct', 0.094],
    ['offline', 0.031],
    ['no_consent', 0.118],
    ['bot', 0.002],
    ['shared_device', 0.006],
    ['no_session', 0.024],
    ['outside_window', 0.013],
  ]
  const run = (day: string, status: string, seconds: number, message: string | null = null) => ({
    run_id: `run-${day}`,
    started_at: `${day}T05:01:40Z`,
    finished_at: `${day}T05:02:10Z`,
    status,
    error_message: message,
    pointer_sequence: status === 'published' ? 12 : null,
    seconds,
    records_read: 9_842,
    records_quarantined: 4,
  })
  const delivery = (logical_name: string, table_name: string, from: string, read: number) => ({
    source: from,
    logical_name,
    revision: 1,
    table_name,
    records_read: read,
    accepted: read - 6,
    duplicate: 3,
    dropped: 1,
    quarantined: 2,
    arrived_at: '2026-11-22T05:02:11Z',
  })
  return {
    ...scopeOf(query),
    sources: [
      source('web', ['web_events'], 2_014_221),
      source('crm', ['orders', 'order_lines', 'customers', 'refunds'], 412_903),
      source('advertising', ['ad_stats', 'ad_actions', 'ad_pulls'], 188_240),
      source('influencers', ['influencers', 'influencer_posts'], 1_204, true),
    ],
    deliveries: [
      delivery('web-2026-11-21.ndjson.gz', 'web_events', 'web', 4_180),
      delivery('orders-2026-11-21.csv', 'orders', 'crm', 96),
      delivery('google-2026-11-21.json', 'ad_stats', 'advertising', 812),
    ],
    runs: [
      run('2026-11-22', 'published', 12.4),
      run('2026-11-21', 'published', 11.9),
      run(
        '2026-11-20',
        'audit_failed',
        10.2,
        'gold.fct_attribution_credits: credits do not sum to the orders’ total',
      ),
      run('2026-11-19', 'unchanged', 2.1),
    ],
    quarantine: [
      { table_name: 'web_events', reason: 'malformed_record', column_name: null, open: 412, resolved: 0 },
      {
        table_name: 'web_events',
        reason: 'time_out_of_range',
        column_name: 'occurred_at',
        open: 138,
        resolved: 20,
      },
      { table_name: 'orders', reason: 'unknown_currency', column_name: 'currency', open: 4, resolved: 12 },
      {
        table_name: 'order_lines',
        reason: 'number_out_of_range',
        column_name: 'quantity',
        open: 2,
        resolved: 0,
      },
    ],
    tests: {
      passed: 214,
      warned: 1,
      failed: 0,
      checkedAt: '2026-11-22T05:12:02Z',
      notPassed: [
        {
          test_name: 'accepted_range_mart_shop_daily_refund_rate',
          model_name: 'mart_shop_daily',
          status: 'warn',
          failures: 2,
          message: 'refund rate above 20 % on 2 days',
        },
      ],
    },
    reconciliation: shares.map(([reason, share]) => ({
      reason,
      orders: Math.round(orders_kept * share),
      net_revenue: Math.round(net_revenue * share),
    })),
    hygiene: [
      {
        kind: 'spend_without_sessions',
        item: 'Video · founder story',
        spend: 1_840,
        currency: 'EUR',
        sessions: 0,
        detail: 'google',
      },
      {
        kind: 'spelling_variants',
        item: 'autumn_ritual',
        spend: 920,
        currency: 'EUR',
        sessions: 611,
        detail: 'Autumn-Ritual, autumn ritual',
      },
      {
        kind: 'sessions_without_spend',
        item: 'spring_relaunch',
        spend: 0,
        currency: 'EUR',
        sessions: 388,
        detail: 'instagram / paid',
      },
      {
        kind: 'code_possibly_leaked',
        item: 'INES10 INF-02',
        spend: 184,
        currency: 'EUR',
        sessions: 0,
        detail: '2026-10-08 – 2026-11-20',
      },
      { kind: 'click_id_lost', item: '/fr/serums', spend: null, currency: null, sessions: 204, detail: null },
    ],
    traffic: { page_views, unconsented_page_views, bot_events },
    held: [{ reason: 'fx_rate_missing', currency: 'ISK', orders: 3, gross: 41_200 }],
  }
}

/** Answers every call of the pages from the invented shop. */
const partitionFixture = (partition: number, nextOffset: number, landedOffset: number | null) => ({
  partition,
  firstOffset: Math.floor(nextOffset * 0.8),
  nextOffset,
  landedOffset,
  lag: nextOffset - (landedOffset ?? 0),
})

const letterFixture = (offset: number, at: string, reason: string, otherFields = 0) => ({
  topic: 'marketing.web-events.v1.dead-letter',
  partition: 0,
  offset,
  at: `2026-11-22T${at}Z`,
  reason,
  table: 'web_events',
  bytes: 412 + (offset % 97),
  fields: reason === 'malformed_record' ? [] : ['event_id', 'event_name', 'occurred_at', 'page_url'],
  otherFields,
})

export const logFixture: LogHealth = {
  kind: 'kafka',
  topics: [
    {
      name: 'marketing.crm-changes.v1',
      partitions: [partitionFixture(0, 8_204, 8_204), partitionFixture(1, 7_911, 7_911)],
      lag: 0,
    },
    {
      name: 'marketing.web-events.v1',
      partitions: [
        partitionFixture(0, 503_118, 503_102),
        partitionFixture(1, 498_730, 498_730),
        partitionFixture(2, 501_944, 501_921),
        partitionFixture(3, 500_377, 500_377),
      ],
      lag: 39,
    },
    { name: 'marketing.web-events.v1.dead-letter', partitions: [partitionFixture(0, 214, 212)], lag: 2 },
  ],
  deadLetters: [
    letterFixture(213, '09:41:07', 'missing_value'),
    letterFixture(212, '09:40:52', 'malformed_record'),
    letterFixture(211, '08:15:30', 'time_out_of_range', 1),
    letterFixture(210, '07:02:11', 'newer_contract', 3),
  ],
}

export const fixtureFetcher: Fetcher = async (path) => {
  const url = new URL(path, 'http://fixture')
  const query = url.searchParams
  if (url.pathname === '/api/overview') return overviewFixture(query)
  if (url.pathname === '/api/channels') return channelsFixture(query)
  if (url.pathname === '/api/campaigns') {
    const scope = scopeOf(query)
    return { ...scope, rows: campaignRows(scope.range, scope.model) } satisfies Campaigns
  }
  if (url.pathname === '/api/products') return productsFixture(query)
  if (url.pathname === '/api/cohorts') return { cohorts: cohorts() } satisfies Cohorts
  if (url.pathname === '/api/health') return healthFixture(query)
  if (url.pathname === '/api/log') return logFixture
  throw new Error(`no fixture for ${path}`)
}

function zeros<K extends string>(measures: readonly K[]): Record<K, number> {
  return Object.fromEntries(measures.map((measure) => [measure, 0])) as Record<K, number>
}

/** Sums of no row at all. */
export const noMarketing = zeros(marketingMeasures)

/** A shop with orders only: no visits, no cost, nothing credited. */
export const retailerFetcher: Fetcher = async (path) => {
  const answer = await fixtureFetcher(path)
  if (!path.startsWith('/api/overview')) return answer
  const overview = answer as Overview
  const bare = <T extends object>(sums: T): T => ({
    ...sums,
    ...zeros([
      'sessions',
      'page_views',
      'marketing_cost',
      'ad_spend',
      'influencer_cost',
      'message_cost',
    ] as const),
    other_marketing_cost: 0,
    cm3: (sums as { contribution?: number }).contribution ?? 0,
  })
  return {
    ...overview,
    totals: bare(overview.totals),
    before: overview.before && bare(overview.before),
    days: overview.days.map(bare),
    marketing: [],
    headline: null,
  } satisfies Overview
}

/** A shop with a web log only: visits by channel, no order and no cost. */
export const logFetcher: Fetcher = async (path) => {
  const answer = await fixtureFetcher(path)
  const bare = (row: MarketingRow): MarketingRow => ({ ...noMarketing, ...pick(row) })
  const pick = ({ channel, platform, sessions }: MarketingRow) => ({ channel, platform, sessions })
  if (path.startsWith('/api/overview')) return { ...(answer as Overview), marketing: [], headline: null }
  if (path.startsWith('/api/campaigns')) return { ...(answer as Campaigns), rows: [] }
  if (!path.startsWith('/api/channels')) return answer
  const channels = answer as Channels
  return {
    ...channels,
    rows: channels.rows.map(bare),
    before: channels.before.map(bare),
    trend: channels.trend.map(({ date, channel, sessions }) => ({ ...noMarketing, date, channel, sessions })),
    models: [],
  } satisfies Channels
}

/** Dates in which nothing happened. */
export const emptyFetcher: Fetcher = async (path) => {
  const url = new URL(path, 'http://fixture')
  const scope = { ...scopeOf(url.searchParams), immatureFrom: null }
  const answers: Record<string, unknown> = {
    '/api/overview': {
      ...scope,
      totals: zeros(shopMeasures),
      before: zeros(shopMeasures),
      days: [],
      daysBefore: [],
      marketing: [],
      headline: null,
    } satisfies Overview,
    '/api/channels': {
      ...scope,
      rows: [],
      before: [],
      trend: [],
      trendGrain: 'week',
      models: [],
    } satisfies Channels,
    '/api/campaigns': { ...scope, rows: [] } satisfies Campaigns,
    '/api/products': {
      ...scope,
      products: [],
      productCount: 0,
      totals: { units: 0, orders: 0, net_revenue: 0, contribution: 0, refunds_ex_vat: 0 },
    } satisfies Products,
    '/api/cohorts': { cohorts: [] } satisfies Cohorts,
    '/api/health': {
      ...scope,
      sources: [],
      deliveries: [],
      runs: [],
      quarantine: [],
      tests: { passed: 0, warned: 0, failed: 0, checkedAt: null, notPassed: [] },
      reconciliation: [],
      hygiene: [],
      traffic: { page_views: 0, unconsented_page_views: 0, bot_events: 0 },
      held: [],
    } satisfies Health,
    '/api/log': { kind: null, topics: [], deadLetters: [] } satisfies LogHealth,
  }
  return answers[url.pathname]
}

export const loadingFetcher: Fetcher = () => new Promise(() => {})
export const failingFetcher: Fetcher = () =>
  Promise.reject(new Error('The server did not answer; is `sillage serve` still running?'))
