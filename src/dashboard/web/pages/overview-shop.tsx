import { useMemo } from 'react'
import type { Cohorts, Overview, Products } from '../../../contracts/dashboard.ts'
import { metrics } from '../../../contracts/metrics.ts'
import { RevenueChart } from '../charts/revenue-chart.tsx'
import { revenueSeries, type SeriesPoint } from '../charts/revenue-series.ts'
import { CohortTable } from '../components/cohort-table.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Ledger, LedgerName, ledgerLines } from '../components/ledger.tsx'
import { Panel } from '../components/panel.tsx'
import { Answered, EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useApi } from '../state/api-client.ts'
import { longestDailyRange } from '../state/dates.ts'
import { useView } from '../state/view-context.ts'

export function TrendPanel({ overview, query }: { overview: Overview; query: string }) {
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
  const hasBefore = points.some(({ before }) => before !== null)
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
        !isEmpty && (
          <DataTable
            label={title}
            rows={points}
            rowKey={({ date }) => date}
            totals={[{ label: isDaily ? text.table.total : text.table.totalOfWeeks, sums: {} }]}
            sorting={{ column: 'date', isDescending: true }}
            columns={[
              {
                id: 'date',
                heading: text.controls.dates,
                sortValue: ({ date }) => date,
                cell: ({ date, isImmature }) => (
                  <>
                    {format.date(date)}{' '}
                    {isImmature && <small className="is-bad">◔ {text.immature.area}</small>}
                  </>
                ),
              },
              {
                id: 'value',
                heading: name,
                isNumber: true,
                sortValue: ({ value }) => value,
                cell: ({ value }) => show(value),
                total: () => show(points.reduce((sum, { value }) => sum + value, 0)),
              },
              ...(hasBefore
                ? [
                    {
                      id: 'before',
                      heading: beforeName,
                      isNumber: true,
                      sortValue: ({ before }: SeriesPoint) => before,
                      cell: ({ before }: SeriesPoint) => show(before),
                      total: () => show(points.reduce((sum, { before }) => sum + (before ?? 0), 0)),
                    },
                  ]
                : []),
            ]}
          />
        )
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

export function LedgerPanel({ overview, query }: { overview: Overview; query: string }) {
  const { text } = useSpeech()
  const { shop } = useView()
  return (
    <Panel
      title={shop.has.cost ? text.overview.ledgerTitle : text.overview.ledgerTitleWithoutCost}
      unit={text.overview.ledgerUnit(shop.currency)}
      csv={`/api/ledger.csv?${query}`}
      table={overview.totals.gross !== 0 && <LedgerTable overview={overview} />}
    >
      {overview.totals.gross === 0 ? (
        <EmptyState />
      ) : (
        <Ledger sums={overview.totals} hasCost={shop.has.cost} />
      )}
    </Panel>
  )
}

function LedgerTable({ overview }: { overview: Overview }) {
  const { text, format } = useSpeech()
  const { shop } = useView()
  const lines = ledgerLines(overview.totals, shop.has.cost).map((line, position) => ({ ...line, position }))
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
            isSubtotal ? (
              <strong>
                <LedgerName id={id} />
              </strong>
            ) : (
              <LedgerName id={id} />
            ),
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

export function ProductsPanel({ query }: { query: string }) {
  const { text, format } = useSpeech()
  const answer = useApi<Products>(`/api/products?${query}`)
  const title = text.overview.productsTitle
  const count = answer.data?.productCount
  return (
    <Panel
      title={title}
      unit={!count ? undefined : text.overview.productsUnit(format.count(count))}
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

export function CohortsPanel() {
  const { text } = useSpeech()
  const answer = useApi<Cohorts>('/api/cohorts')
  const title = text.overview.cohortsTitle
  return (
    <Panel
      title={title}
      unit={text.overview.cohortsUnit}
      csv="/api/cohorts.csv"
      note={answer.data?.cohorts.length ? text.overview.cohortsNote : undefined}
    >
      <Answered answer={answer} lines={8}>
        {({ cohorts }) =>
          cohorts.length === 0 ? <EmptyState /> : <CohortTable cohorts={cohorts} label={title} />
        }
      </Answered>
    </Panel>
  )
}
