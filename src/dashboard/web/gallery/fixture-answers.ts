import {
  type AttributionModel,
  attributionModels,
  type Campaigns,
  type Channels,
  type Cohorts,
  type DateRange,
  type MarketingRow,
  type Overview,
  type Products,
  type Scope,
  type Shop,
  type Status,
} from '../../../contracts/dashboard.ts'
import type { Health, LogHealth } from '../../../contracts/data-health.ts'
import { marketingMeasures, shopMeasures } from '../../../contracts/metrics/measures.ts'
import { ApiFailure, type Fetcher } from '../state/api-client.ts'
import { addDays, daysBetween, longestDailyRange, weeksBack } from '../state/dates.ts'
import { sumRows } from '../sum-rows.ts'
import { healthFixture, logFixture } from './fixture-health.ts'
import { campaignRows, cohorts, marketingRows, productRows } from './fixture-tables.ts'
import { firstDay, lastDay, shopDays, sumDays } from './fixture-world.ts'

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
  const paid = marketing
    .filter(({ cost, credited_orders }) => cost > 0 && credited_orders > 0)
    .map((row) => ({ ...row, returnPerUnit: row.credited_contribution / row.cost }))
    .sort((a, b) => b.returnPerUnit - a.returnPerUnit)
  const withCost = sumRows(marketing.filter(({ cost }) => cost > 0))
  return {
    ...scope,
    totals: sumDays(days),
    before: scope.compareWith ? sumDays(daysBefore) : null,
    days,
    daysBefore: daysBefore.map(({ date, net_revenue }) => ({ date, net_revenue })),
    marketing,
    headline: {
      returnPerUnit: withCost.credited_contribution / withCost.cost,
      underBreakEven: paid
        .filter(({ returnPerUnit }) => returnPerUnit < 0.9)
        .map(({ channel, platform, cost: of, credited_contribution }) => ({
          channel,
          platform,
          lost: of - credited_contribution,
        }))
        .sort((a, b) => b.lost - a.lost),
      best: paid[0] ?? null,
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
      marketingRows(range, scope.model).map((row) => ({ date, ...row })),
    ),
    trendGrain: isDaily ? 'day' : 'week',
    models: attributionModels.flatMap((model) =>
      marketingRows(scope.range, model)
        .filter(({ cost }) => cost > 0)
        .map((row) => ({ ...row, model })),
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

/** Answers every call of the pages from the invented shop. */
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
  if (url.pathname === '/api/health') return healthFixture(scopeOf(query))
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
    rows: channels.rows.filter(({ sessions }) => sessions > 0).map(bare),
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
    '/api/log': {
      kind: null,
      dataDir: '/srv/my-shop',
      topics: [],
      kept: { waiting: 0, refused: 0, reason: null },
      deadLetters: [],
    } satisfies LogHealth,
  }
  return answers[url.pathname]
}

export const loadingFetcher: Fetcher = () => new Promise(() => {})
export const failingFetcher: Fetcher = () => Promise.reject(new ApiFailure('unreachable', 'Failed to fetch'))
