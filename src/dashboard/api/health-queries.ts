import type { Health, ReconciliationRow, TestRow } from '../../contracts/data-health.ts'
import type { DuckDb } from '../../database/duckdb.ts'
import { maturedScope } from './matured-scope.ts'
import { operationsSchema } from './operations.ts'
import type { Publication } from './published-gold.ts'
import type { AskedScope } from './scope.ts'

const listedDeliveries = 50
const listedRuns = 30
const listedHygiene = 200
/** A source is late when its newest event lags the shop's by more than this, or by three of its usual gaps. */
const lateAfterDays = 2

const newestRevisions = `
  SELECT * FROM ${operationsSchema}.deliveries
  QUALIFY revision = max(revision) OVER (PARTITION BY source, logical_name, table_name)`

/** Newest arrival and event per source, over the newest revision of each delivery; plans lie ahead and don't count. */
const sourcesSql = `
  WITH delivered AS (${newestRevisions}),
  ends AS (SELECT DISTINCT source, event_to::DATE AS day FROM delivered WHERE event_to IS NOT NULL),
  gaps AS (SELECT source, day - lag(day) OVER (PARTITION BY source ORDER BY day) AS gap FROM ends),
  usual AS (SELECT source, coalesce(median(gap), 0) AS days FROM gaps GROUP BY source)
  SELECT delivered.source, list_sort(list(DISTINCT table_name)) AS tables,
    max(arrived_at)::VARCHAR AS "lastArrivedAt", max(event_to) FILTER (event_to::DATE <= $1::DATE)::DATE::VARCHAR AS "eventsThrough",
    count(DISTINCT logical_name)::DOUBLE AS deliveries, sum(accepted)::DOUBLE AS records,
    sum(quarantined)::DOUBLE AS quarantined,
    CASE WHEN $1::DATE - (max(event_to) FILTER (event_to::DATE <= $1::DATE))::DATE > greatest(${lateAfterDays}, 3 * any_value(usual.days))
      THEN 'late' ELSE 'fresh' END AS state
  FROM delivered LEFT JOIN usual ON usual.source = delivered.source
  GROUP BY delivered.source ORDER BY delivered.source`

const number = (...names: string[]) => names.map((name) => `${name}::DOUBLE AS ${name}`).join(', ')

const deliveriesSql = (limit: number | null) => `
  SELECT source, logical_name, table_name, arrived_at::VARCHAR AS arrived_at,
    ${number('revision', 'records_read', 'accepted', 'duplicate', 'dropped', 'quarantined')}
  FROM ${operationsSchema}.deliveries ORDER BY deliveries.arrived_at DESC, source, logical_name, table_name
  ${limit === null ? '' : `LIMIT ${limit}`}`

const runsSql = (limit: number | null) => `
  SELECT run_id, started_at::VARCHAR AS started_at, finished_at::VARCHAR AS finished_at, status, error_message,
    ${number('pointer_sequence', 'records_read', 'records_quarantined')},
    date_diff('millisecond', runs.started_at, runs.finished_at) / 1000.0::DOUBLE AS seconds
  FROM ${operationsSchema}.runs ORDER BY runs.started_at DESC ${limit === null ? '' : `LIMIT ${limit}`}`

const quarantineSql = `
  SELECT table_name, reason, column_name,
    coalesce(sum(records) FILTER (NOT coalesce(is_resolved, false)), 0)::DOUBLE AS open,
    coalesce(sum(records) FILTER (is_resolved), 0)::DOUBLE AS resolved
  FROM ${operationsSchema}.quarantine GROUP BY ALL ORDER BY open DESC, table_name, reason, column_name`

const lastAuditSql = `
  SELECT * FROM ${operationsSchema}.test_results
  WHERE checked_at = (SELECT max(checked_at) FROM ${operationsSchema}.test_results)`

/** Results of the newest audit, worst first. */
export const lastTests = (db: DuckDb): Promise<TestRow[]> =>
  db.rows<TestRow>(`
    SELECT test_name, model_name, status, coalesce(failures, 0)::DOUBLE AS failures, message
    FROM (${lastAuditSql})
    ORDER BY list_position(['error', 'fail', 'warn', 'pass'], status), failures DESC, test_name`)

export const deliveries = (db: DuckDb, limit: number | null = null) =>
  db.rows<Health['deliveries'][number]>(deliveriesSql(limit))

export const runs = (db: DuckDb, limit: number | null = null) =>
  db.rows<Health['runs'][number]>(runsSql(limit))

/** Untidy tagging and missing facts, the most money first. */
export const hygiene = (db: DuckDb, { schema }: Publication, limit: number | null = null) =>
  db.rows<Health['hygiene'][number]>(
    `SELECT kind, item, spend::DOUBLE AS spend, currency, sessions::DOUBLE AS sessions, detail
     FROM ${schema}.hygiene ORDER BY hygiene.spend DESC NULLS LAST, hygiene.sessions DESC NULLS LAST, kind, item
     ${limit === null ? '' : `LIMIT ${limit}`}`,
  )

export const reconciliation = (db: DuckDb, { schema }: Publication, { range }: AskedScope) =>
  db.rows<ReconciliationRow>(
    `SELECT reason, sum(orders)::DOUBLE AS orders, coalesce(sum(net_revenue), 0)::DOUBLE AS net_revenue
     FROM ${schema}.reconciliation WHERE business_date BETWEEN $1::DATE AND $2::DATE
     GROUP BY reason ORDER BY min(sort_order) NULLS LAST, orders DESC, reason`,
    [range.from, range.to],
  )

export async function health(db: DuckDb, publication: Publication, asked: AskedScope): Promise<Health> {
  const { schema, shop } = publication
  const { range } = asked
  const tests = await lastTests(db)
  const [audit] = await db.rows<{ checked_at: string | null }>(
    `SELECT max(checked_at)::VARCHAR AS checked_at FROM ${operationsSchema}.test_results`,
  )
  const [traffic] = await db.rows<Health['traffic']>(
    `SELECT coalesce(sum(page_views), 0)::DOUBLE AS page_views,
       coalesce(sum(unconsented_page_views), 0)::DOUBLE AS unconsented_page_views,
       coalesce(sum(bot_events), 0)::DOUBLE AS bot_events
     FROM ${schema}.shop_daily WHERE business_date BETWEEN $1::DATE AND $2::DATE`,
    [range.from, range.to],
  )
  const countOf = (...states: string[]) => tests.filter(({ status }) => states.includes(status)).length
  return {
    ...(await maturedScope(db, publication, asked)),
    sources: await db.rows<Health['sources'][number]>(sourcesSql, [shop.dataThrough ?? range.to]),
    deliveries: await deliveries(db, listedDeliveries),
    runs: await runs(db, listedRuns),
    quarantine: await db.rows<Health['quarantine'][number]>(quarantineSql),
    tests: {
      passed: countOf('pass'),
      warned: countOf('warn'),
      failed: countOf('fail', 'error'),
      checkedAt: audit?.checked_at ?? null,
      notPassed: tests.filter(({ status }) => status !== 'pass'),
    },
    reconciliation: await reconciliation(db, publication, asked),
    hygiene: await hygiene(db, publication, listedHygiene),
    traffic: traffic!,
    held: await db.rows<Health['held'][number]>(
      `SELECT reason, coalesce(currency, '') AS currency, count(*)::DOUBLE AS orders,
         coalesce(sum(gross), 0)::DOUBLE AS gross
       FROM ${schema}.orders_held GROUP BY ALL ORDER BY orders DESC, reason, currency`,
    ),
  }
}
