import type { Overview, ShopTrendMeasure } from '../../../contracts/dashboard.ts'
import type { MetricId } from '../../../contracts/metrics.ts'
import { revenueSeries } from '../charts/revenue-series.ts'
import { HeadlineSentence } from '../components/headline.tsx'
import { Kpi } from '../components/kpi.tsx'
import { Answered } from '../components/states.tsx'
import { isKnown } from '../known-metrics.ts'
import { useSpeech } from '../language/language-context.tsx'
import { useApi } from '../state/api-client.ts'
import { queryOf, useView } from '../state/view-context.ts'
import { LeftPanel, ReturnPanel } from './overview-marketing.tsx'
import { CohortsPanel, LedgerPanel, ProductsPanel, TrendPanel } from './overview-shop.tsx'

type Trended = MetricId & ShopTrendMeasure
const money: readonly Trended[] = ['net_revenue', 'contribution', 'marketing_cost', 'cm3']
const moneyWithoutCost: readonly Trended[] = ['net_revenue', 'contribution', 'new_customers']
const traffic: readonly Trended[] = ['sessions', 'page_views', 'product_views']
const details: readonly MetricId[] = [
  'orders',
  'order_value',
  'new_customers',
  'blended_cac',
  'mer',
  'refund_rate',
  'conversion_rate',
]

/** Did marketing make money, and how is the shop doing? */
export function OverviewPage() {
  const state = useView()
  const { shop } = state
  const query = queryOf(state)
  const overview = useApi<Overview>(`/api/overview?${query}`)
  return (
    <>
      <Answered answer={overview} lines={9}>
        {(data) => <OverviewBody overview={data} query={query} />}
      </Answered>
      {shop.has.orders && overview.error === null && (
        <div className="columns columns-products">
          <ProductsPanel query={query} />
          <CohortsPanel />
        </div>
      )}
    </>
  )
}

function OverviewBody({ overview, query }: { overview: Overview; query: string }) {
  const { text, format } = useSpeech()
  const { shop } = useView()
  const { totals, before } = overview
  const large = shop.has.orders ? (shop.has.cost ? money : moneyWithoutCost) : traffic
  const trend = (measure: ShopTrendMeasure) => revenueSeries(overview, measure).map(({ value }) => value)
  return (
    <>
      <HeadlineSentence overview={overview} has={shop.has} />
      <section className="kpis" aria-label={text.pages.overview}>
        {large.map((metric) => (
          <Kpi
            key={metric}
            metric={metric}
            totals={totals}
            before={before}
            trend={trend(metric)}
            size="large"
          />
        ))}
      </section>
      {shop.has.orders && (
        <section className="kpis kpis-small" aria-label={text.overview.detailsTitle}>
          {details
            .filter((metric) => isKnown(metric, shop.has) && !large.some((shown) => shown === metric))
            .map((metric) => (
              <Kpi key={metric} metric={metric} totals={totals} before={before} size="small" />
            ))}
        </section>
      )}
      {shop.has.orders && totals.cogs === 0 && totals.net_revenue > 0 && (
        <p className="maturity">
          <span aria-hidden="true">◔</span> {text.overview.noProductCosts}
        </p>
      )}
      {shop.has.orders && overview.immatureFrom !== null && totals.immature_orders > 0 && (
        <p className="maturity">
          <span aria-hidden="true">◔</span>{' '}
          {text.immature.note(format.count(totals.immature_orders), format.date(overview.immatureFrom))}{' '}
          {totals.expected_refunds > 0 && text.immature.expected(format.money(totals.expected_refunds, 0))}
        </p>
      )}
      {shop.has.orders && totals.new_unknown_customers > 0 && (
        <p className="maturity">
          <span aria-hidden="true">◔</span>{' '}
          {text.overview.unknownCustomers(format.count(totals.new_unknown_customers))}
        </p>
      )}
      <div className="columns columns-wide">
        <TrendPanel overview={overview} query={query} />
        {shop.has.orders && <LedgerPanel overview={overview} query={query} />}
      </div>
      {shop.has.orders && (
        <div className="columns columns-wide">
          <ReturnPanel overview={overview} query={query} />
          <LeftPanel overview={overview} query={query} />
        </div>
      )}
    </>
  )
}
