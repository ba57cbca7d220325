import type { Scope } from '../../../contracts/dashboard.ts'
import type { Health, LogHealth } from '../../../contracts/data-health.ts'
import { reconciliationRows } from './fixture-tables.ts'
import { firstDay, lastDay, shopDay, shopDays, sumDays } from './fixture-world.ts'

const quarantine: Health['quarantine'] = [
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
]

const refusedOf = (tables: readonly string[]) =>
  quarantine
    .filter(({ table_name }) => tables.includes(table_name))
    .reduce((sum, { open, resolved }) => sum + open + resolved, 0)

/** Web events of days: pages that count, pages without consent and robots. */
const webEvents = (day: ReturnType<typeof sumDays>) =>
  day.page_views + day.unconsented_page_views + day.bot_events

/** Deliveries, quarantine, audit and accounts of the invented shop. */
export function healthFixture(scope: Scope): Health {
  const { page_views, unconsented_page_views, bot_events } = sumDays(shopDays(scope.range))
  const newest = shopDay(lastDay)
  const source = (name: string, tables: readonly string[], records: number, isLate = false) => ({
    source: name,
    tables,
    lastArrivedAt: isLate ? '2026-11-18T05:02:11Z' : '2026-11-22T05:02:11Z',
    eventsThrough: isLate ? '2026-11-17' : lastDay,
    deliveries: isLate ? 102 : 728,
    records,
    quarantined: refusedOf(tables),
    state: isLate ? ('late' as const) : ('fresh' as const),
  })
  const run = (day: string, status: string, seconds: number, message: string | null = null) => ({
    run_id: `run-${day}`,
    started_at: `${day}T05:01:40Z`,
    finished_at: `${day}T05:02:10Z`,
    status,
    error_message: message,
    pointer_sequence: status === 'published' ? 12 : null,
    seconds,
    records_read: status === 'unchanged' ? 0 : webEvents(newest) + newest.orders_placed + 812,
    records_quarantined: status === 'unchanged' ? 0 : 6,
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
    ...scope,
    sources: [
      source('web', ['web_events'], webEvents(sumDays(shopDays({ from: firstDay, to: lastDay })))),
      source('crm', ['orders', 'order_lines', 'customers', 'refunds'], 412_903),
      source('advertising', ['ad_stats', 'ad_actions', 'ad_pulls'], 188_240),
      source('influencers', ['influencers', 'influencer_posts'], 1_204, true),
    ],
    deliveries: [
      delivery('web-2026-11-21.ndjson.gz', 'web_events', 'web', webEvents(newest)),
      delivery('orders-2026-11-21.csv', 'orders', 'crm', newest.orders_placed),
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
    quarantine,
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
    reconciliation: reconciliationRows(scope.range),
    hygiene: [
      {
        kind: 'spend_without_sessions',
        item: 'Video · spring teaser',
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
        item: 'CAMILLE10 INF-01',
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
  dataDir: '/srv/my-shop',
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
  kept: {
    waiting: 1_240,
    refused: 1,
    reason:
      'log: Kafka at kafka.example:9092 takes no record this large; raise max.message.bytes of marketing.web-events.v1',
  },
  deadLetters: [
    letterFixture(213, '09:41:07', 'missing_value'),
    letterFixture(212, '09:40:52', 'malformed_record'),
    letterFixture(211, '08:15:30', 'time_out_of_range', 1),
    letterFixture(210, '07:02:11', 'newer_contract', 3),
  ],
}
