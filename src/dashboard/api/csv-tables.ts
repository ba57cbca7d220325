import { marketingMeasures, shopMeasures } from '../../contracts/metrics/measures.ts'
import type { MetricId } from '../../contracts/metrics.ts'
import type { DuckDb } from '../../database/duckdb.ts'
import { type CsvRow, withMetrics } from './csv.ts'
import { deliveries, health, hygiene, lastTests, reconciliation, runs } from './health-queries.ts'
import { campaigns, creditByModel, marketingRows, trend } from './marketing-queries.ts'
import type { Publication } from './published-gold.ts'
import type { AskedScope } from './scope.ts'
import { cohorts, productRows, shopDays, shopTotals } from './shop-queries.ts'

type Source = (db: DuckDb, publication: Publication, scope: AskedScope) => Promise<readonly CsvRow[]>
type RowsOf<T> = readonly (T & object)[]

const plain = <T>(rows: RowsOf<T>): readonly CsvRow[] => rows.map((row) => ({ ...row }) as CsvRow)

const channelMetrics: readonly MetricId[] = [
  'contribution_return',
  'roi',
  'roas',
  'croas',
  'cost_per_order',
  'paid_cac',
]
const campaignMetrics: readonly MetricId[] = [...channelMetrics, 'click_rate']

/** Every downloadable table by its name: `/api/<name>.csv`. */
export const csvTables: Readonly<Record<string, Source>> = {
  days: async (db, at, scope) => plain(await shopDays(db, at, scope.range, shopMeasures)),
  ledger: async (db, at, scope) =>
    Object.entries(await shopTotals(db, at, scope.range)).map(([measure, amount]) => ({ measure, amount })),
  products: async (db, at, scope) => plain(await productRows(db, at, scope.range)),
  cohorts: async (db, at) =>
    (await cohorts(db, at)).cohorts.flatMap(({ cohort_month, customers, months }) =>
      months.map((cell) => ({ cohort_month, customers, ...cell })),
    ),
  channels: async (db, at, scope) =>
    (await marketingRows(db, at, scope.range, scope.model)).map((row) => withMetrics(row, channelMetrics)),
  trend: async (db, at, scope) => plain(await trend(db, at, scope, marketingMeasures)),
  models: async (db, at, scope) =>
    (await creditByModel(db, at, scope.range)).map((row) => withMetrics(row, ['contribution_return'])),
  campaigns: async (db, at, scope) =>
    (await campaigns(db, at, scope)).rows.map((row) => withMetrics(row, campaignMetrics)),
  sources: async (db, at, scope) => plain((await health(db, at, scope)).sources),
  quarantine: async (db, at, scope) => plain((await health(db, at, scope)).quarantine),
  hygiene: async (db, at) => plain(await hygiene(db, at)),
  held: async (db, at, scope) => plain((await health(db, at, scope)).held),
  traffic: async (db, at, scope) => [{ ...(await health(db, at, scope)).traffic }],
  reconciliation: async (db, at, scope) => plain(await reconciliation(db, at, scope)),
  tests: async (db) => plain(await lastTests(db)),
  deliveries: async (db) => plain(await deliveries(db)),
  runs: async (db) => plain(await runs(db)),
}
