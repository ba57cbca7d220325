import { useMemo } from 'react'
import type { Cohorts, Overview, Products, Shop, ShopTrendMeasure } from '../../../contracts/dashboard.ts'
import { type Metric, type MetricId, metrics as metricList } from '../../../contracts/metrics.ts'
import { placeName } from '../channels.ts'
import { ReturnBars, rowsWithReturn } from '../charts/return-bars.tsx'
import { RevenueChart } from '../charts/revenue-chart.tsx'
import { revenueSeries } from '../charts/revenue-series.ts'
import { CohortTable } from '../components/cohort-table.tsx'
import { DataTable } from '../components/data-table.tsx'
import { HeadlineSentence } from '../components/headline.tsx'
import { Kpi } from '../components/kpi.tsx'
import { Ledger, ledgerLines } from '../components/ledger.tsx'
import { Panel } from '../components/panel.tsx'
import { Answered, EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useApi } from '../state/api-client.ts'
import { longestDailyRange } from '../state/dates.ts'
import { queryOf, useView } from '../state/view-context.ts'
import { sumRows } from '../sum-rows.ts'

type Trended = MetricId & ShopTrendMeasure
const metrics: Readonly<Record<MetricId, Metric>> = metricList
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

/** A figure whose source the shop never delivered is left out rather than shown as nothing. */
const isKnown = (metric: MetricId, has: Shop['has']) =>
  (has.cost || !metrics[metric].numerator.includes('marketing_cost')) &&
  (has.cost || !metrics[metric].denominator.includes('marketing_cost')) &&
  (has.web || !metrics[metric].denominator.includes('sessions'))

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
      {shop.has.orders && (
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
  const trend = (measure: ShopTrendMeasure) => revenueSeries(overview, measure).map(({ value }) => value)
  return (
    <>
      <HeadlineSentence overview={overview} has={shop.has} />
      <section className="kpis" aria-label={text.pages.overview}>
        {(shop.has.orders ? (shop.has.cost ? money : moneyWithoutCost) : traffic).map((metric) => (
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
        <section className="kpis kpis-small" aria-label={text.overview.ledgerTitle}>
          {details
            .filter((metric) => isKnown(metric, shop.has))
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
        {shop.has.orders && (
          <Panel
            title={text.overview.ledgerTitle}
            unit={text.overview.ledgerUnit(shop.currency)}
            csv={`/api/ledger.csv?${query}`}
            table={<LedgerTable overview={overview} />}
          >
            {totals.gross === 0 ? <EmptyState /> : <Ledger sums={totals} />}
          </Panel>
        )}
      </div>
      <div className="columns columns-wide">
        <ReturnPanel overview={overview} query={query} />
        <LeftPanel overview={overview} query={query} />
      </div>
    </>
  )
}

function TrendPanel({ overview, query }: { overview: Overview; query: string }) {
  const { text, format, language } = useSpeech()
  const { shop, view, theme } = useView()
  const measure = shop.has.orders ? 'net_revenue' : 'sessions'
  const points = useMemo(
    () => revenueSeries(shop.has.orders ? overview : { ...overview, immatureFrom: null }, measure),
    [overview, measure, shop.has.orders],
  )
  const isDaily = points.length > 1 && overview.days.length <= longestDailyRange
  const title = shop.has.orders ? text.overview.revenueTitle : text.overview.sessionsTitle
  const name = metrics[measure].name[language]
  const beforeName = text.comparisons[view.compare]
  const unit = shop.has.orders ? shop.currency : name
  const isEmpty = points.every(({ value }) => value === 0)
  const show = (value: number | null) =>
    value === null ? '–' : shop.has.orders ? format.money(value, 0) : format.count(value)
  return (
    <Panel
      title={title}
      unit={
        <>
          {unit} {isDaily ? text.overview.days : text.overview.weeks}
          {overview.compareWith && shop.has.orders && (
            <span className="key-before">
              {beforeName} ({format.range(overview.compareWith.from, overview.compareWith.to)})
            </span>
          )}
        </>
      }
      csv={`/api/days.csv?${query}`}
      table={
        <DataTable
          label={title}
          rows={points}
          rowKey={({ date }) => date}
          sorting={{ column: 'date', isDescending: true }}
          columns={[
            {
              id: 'date',
              heading: text.controls.dates,
              sortValue: ({ date }) => date,
              cell: ({ date, isImmature }) => (
                <>
                  {format.date(date)} {isImmature && <small className="is-bad">◔ {text.immature.area}</small>}
                </>
              ),
            },
            {
              id: 'value',
              heading: name,
              isNumber: true,
              sortValue: ({ value }) => value,
              cell: ({ value }) => show(value),
            },
            {
              id: 'before',
              heading: beforeName,
              isNumber: true,
              sortValue: (point) => point.before,
              cell: (point) => show(point.before),
            },
          ]}
        />
      }
    >
      {isEmpty ? (
        <EmptyState />
      ) : (
        <RevenueChart
          points={points}
          title={title}
          name={name}
          beforeName={beforeName}
          isMoney={shop.has.orders}
          theme={theme}
        />
      )}
    </Panel>
  )
}

function LedgerTable({ overview }: { overview: Overview }) {
  const { text, format } = useSpeech()
  const { shop } = useView()
  const lines = ledgerLines(overview.totals).map((line, position) => ({ ...line, position }))
  return (
    <DataTable
      label={text.overview.ledgerTitle}
      rows={lines}
      rowKey={({ id }) => id}
      limit={20}
      sorting={{ column: 'position', isDescending: false }}
      columns={[
        {
          id: 'position',
          heading: text.overview.ledgerTitle,
          sortValue: ({ position }) => position,
          cell: ({ id, isSubtotal }) =>
            isSubtotal ? <strong>{text.overview.ledger[id]}</strong> : text.overview.ledger[id],
        },
        {
          id: 'amount',
          heading: shop.currency,
          isNumber: true,
          sortValue: ({ amount }) => amount,
          cell: ({ amount }) => format.money(amount, 2),
        },
        {
          id: 'share',
          heading: `% ${text.overview.ofGross}`,
          isNumber: true,
          sortValue: ({ amount }) => amount,
          cell: ({ amount }) =>
            overview.totals.gross > 0 ? format.share(amount / overview.totals.gross) : '–',
        },
      ]}
    />
  )
}

function ReturnPanel({ overview, query }: { overview: Overview; query: string }) {
  const { text, language, unit } = useSpeech()
  const { shop, view, theme } = useView()
  const drawn = rowsWithReturn(overview.marketing)
  const title = text.overview.returnTitle(unit)
  const hint = !shop.has.orders
    ? { title: text.states.noOrders, hint: text.states.noOrdersHint }
    : !shop.has.cost
      ? { title: text.states.noCost, hint: text.states.noCostHint }
      : !shop.has.web
        ? { title: text.states.noWeb, hint: text.states.noWebHint }
        : {}
  return (
    <Panel
      title={title}
      unit={text.overview.returnUnit(unit)}
      note={text.creditNote(text.models[view.model])}
      csv={`/api/channels.csv?${query}`}
      table={
        <DataTable
          label={title}
          rows={drawn.map(({ row }) => row)}
          rowKey={({ channel, platform }) => `${channel} ${platform}`}
          sums={(row) => row}
          sorting={{ column: 'contribution_return', isDescending: true }}
          columns={[
            {
              id: 'place',
              heading: text.channels.channel,
              sortValue: (row) => placeName(row, language),
              cell: (row) => placeName(row, language),
            },
            { metric: 'cost' },
            { metric: 'credited_contribution' },
            {
              metric: 'contribution_return',
              emphasis: (value) => (value !== null && value < 1 ? 'bad' : undefined),
            },
          ]}
        />
      }
    >
      {drawn.length === 0 ? (
        <EmptyState {...hint} />
      ) : (
        <ReturnBars rows={overview.marketing} title={title} theme={theme} />
      )}
    </Panel>
  )
}

function LeftPanel({ overview, query }: { overview: Overview; query: string }) {
  const { text, language } = useSpeech()
  const { shop } = useView()
  const rows = overview.marketing.filter(({ cost }) => cost >= 1)
  if (rows.length === 0) return null
  return (
    <Panel
      title={text.overview.leftTitle}
      unit={text.overview.leftUnit(shop.currency)}
      csv={`/api/channels.csv?${query}`}
    >
      <DataTable
        label={text.overview.leftTitle}
        rows={rows}
        rowKey={({ channel, platform }) => `${channel} ${platform}`}
        sums={(row) => row}
        totals={[{ label: text.table.total, sums: sumRows(rows) }]}
        sorting={{ column: 'credited_profit', isDescending: true }}
        limit={14}
        columns={[
          {
            id: 'place',
            heading: text.channels.channel,
            sortValue: (row) => placeName(row, language),
            cell: (row) => placeName(row, language),
          },
          { metric: 'cost' },
          {
            metric: 'credited_profit',
            emphasis: (value) => (value !== null && value < 0 ? 'bad' : undefined),
          },
        ]}
      />
    </Panel>
  )
}

function ProductsPanel({ query }: { query: string }) {
  const { text, format } = useSpeech()
  const answer = useApi<Products>(`/api/products?${query}`)
  const title = text.overview.productsTitle
  const count = answer.data?.productCount
  return (
    <Panel
      title={title}
      unit={count === undefined ? undefined : text.overview.productsUnit(format.count(count))}
      csv={`/api/products.csv?${query}`}
    >
      <Answered answer={answer} lines={8}>
        {({ products, totals }) =>
          products.length === 0 ? (
            <EmptyState />
          ) : (
            <DataTable
              label={title}
              rows={products}
              rowKey={({ sku }) => sku}
              sums={(row) => ({ ...row, orders_kept: row.orders })}
              totals={[{ label: text.table.total, sums: { ...totals, orders_kept: totals.orders } }]}
              sorting={{ column: 'net_revenue', isDescending: true }}
              limit={10}
              columns={[
                {
                  id: 'product',
                  heading: text.overview.product,
                  sortValue: ({ product_name, sku }) => product_name ?? sku,
                  cell: ({ product_name, sku, category }) => (
                    <span className="two-lines">
                      {product_name ?? sku}
                      <small>{[category, sku].filter(Boolean).join(' · ')}</small>
                    </span>
                  ),
                },
                { metric: 'net_revenue' },
                { metric: 'units' },
                { metric: 'contribution_margin' },
              ]}
            />
          )
        }
      </Answered>
    </Panel>
  )
}

function CohortsPanel() {
  const { text } = useSpeech()
  const answer = useApi<Cohorts>('/api/cohorts')
  const title = text.overview.cohortsTitle
  return (
    <Panel
      title={title}
      unit={text.overview.cohortsUnit}
      csv="/api/cohorts.csv"
      note={text.overview.cohortsNote}
    >
      <Answered answer={answer} lines={8}>
        {({ cohorts }) =>
          cohorts.length === 0 ? <EmptyState /> : <CohortTable cohorts={cohorts} label={title} />
        }
      </Answered>
    </Panel>
  )
}
