import type { Overview } from '../../../contracts/dashboard.ts'
import { ReturnBars, rowsWithReturn } from '../charts/return-bars.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { EmptyState } from '../components/states.tsx'
import { usePlaceColumn } from '../components/use-columns.ts'
import { useSpeech } from '../language/language-context.tsx'
import { useView } from '../state/view-context.ts'
import { sumRows } from '../sum-rows.ts'

export function ReturnPanel({ overview, query }: { overview: Overview; query: string }) {
  const { text, unit } = useSpeech()
  const place = usePlaceColumn<Overview['marketing'][number]>()
  const { shop, view, theme } = useView()
  const drawn = rowsWithReturn(overview.marketing)
  const withCost = overview.marketing.filter(({ cost }) => cost > 0)
  const title = text.overview.returnTitle(unit)
  const hint = !shop.has.cost
    ? { title: text.states.noCost, hint: text.states.noCostHint }
    : !shop.has.web
      ? { title: text.states.noWeb, hint: text.states.noWebHint }
      : {}
  return (
    <Panel
      title={title}
      unit={text.overview.returnUnit(unit)}
      note={drawn.length > 0 && text.creditNote(text.models[view.model])}
      csv={`/api/channels.csv?${query}`}
      table={
        withCost.length > 0 && (
          <DataTable
            label={title}
            rows={withCost}
            rowKey={({ channel, platform }) => `${channel} ${platform}`}
            sums={(row) => row}
            totals={[{ label: text.table.total, sums: sumRows(withCost) }]}
            sorting={{ column: 'contribution_return', isDescending: true }}
            columns={[
              place,
              { metric: 'cost' },
              { metric: 'credited_contribution' },
              {
                metric: 'contribution_return',
                emphasis: (value) => (value !== null && value < 1 ? 'bad' : undefined),
              },
            ]}
          />
        )
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

export function LeftPanel({ overview, query }: { overview: Overview; query: string }) {
  const { text } = useSpeech()
  const place = usePlaceColumn<Overview['marketing'][number]>()
  const { shop } = useView()
  const rows = overview.marketing.filter(({ cost }) => cost > 0)
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
          place,
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
