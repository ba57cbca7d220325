import type { Health } from '../../../contracts/data-health.ts'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { ShareBar } from '../components/share-bar.tsx'
import { EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useReason } from '../language/use-reason.ts'

const reconciliationColours = [
  'var(--line)',
  '#8a8474',
  '#3a7fb5',
  '#c0861a',
  '#a183c2',
  '#9a6b45',
  '#3f9d92',
  '#c4557d',
]

export function ReconciliationPanel({ health, query }: { health: Health; query: string }) {
  const { text, format } = useSpeech()
  const reason = useReason()
  const title = text.health.reconciliationTitle
  const rows = health.reconciliation.map((row, position) => ({ ...row, position }))
  const orders = rows.reduce((sum, row) => sum + row.orders, 0)
  const all = { orders_kept: orders, net_revenue: rows.reduce((sum, row) => sum + row.net_revenue, 0) }
  return (
    <Panel title={title} unit={text.health.reconciliationUnit} csv={`/api/reconciliation.csv?${query}`}>
      {orders === 0 ? (
        <EmptyState hint={text.health.otherDates} />
      ) : (
        <>
          <ShareBar
            parts={rows.map((row) => ({
              name: reason(row.reason),
              value: row.orders,
              colour: reconciliationColours[row.position % reconciliationColours.length]!,
            }))}
          />
          <DataTable
            label={title}
            rows={rows}
            rowKey={(row) => row.reason}
            sums={(row) => ({ orders_kept: row.orders, net_revenue: row.net_revenue })}
            totals={[{ label: text.table.total, sums: all }]}
            sorting={{ column: 'reason', isDescending: false }}
            columns={[
              {
                id: 'reason',
                heading: text.health.reason,
                sortValue: ({ position }) => position,
                cell: (row) => (
                  <span className="place">
                    <i
                      style={{
                        background: reconciliationColours[row.position % reconciliationColours.length],
                      }}
                    />
                    {reason(row.reason)}
                  </span>
                ),
              },
              { metric: 'orders' },
              {
                id: 'share',
                heading: text.health.shareOfOrders,
                isNumber: true,
                sortValue: (row) => row.orders,
                cell: (row) => format.share(row.orders / orders),
                total: () => format.share(1, 0),
              },
              { metric: 'net_revenue' },
            ]}
          />
        </>
      )}
    </Panel>
  )
}

export function TrafficPanel({ health, query }: { health: Health; query: string }) {
  const { text, format } = useSpeech()
  const { traffic } = health
  const title = text.health.trafficTitle
  const rows = [
    { id: 'counted', name: text.health.counted, value: traffic.page_views, colour: 'var(--line)' },
    { id: 'denied', name: text.health.unconsented, value: traffic.unconsented_page_views, colour: '#c0861a' },
    { id: 'bots', name: text.health.bots, value: traffic.bot_events, colour: '#8a8474' },
  ]
  const all = rows.reduce((sum, { value }) => sum + value, 0)
  return (
    <Panel title={title} unit={text.health.trafficUnit} csv={`/api/traffic.csv?${query}`}>
      {all === 0 ? (
        <EmptyState hint={text.health.otherDates} />
      ) : (
        <>
          <ShareBar parts={rows} />
          <DataTable
            label={title}
            rows={rows}
            rowKey={({ id }) => id}
            totals={[{ label: text.table.total, sums: {} }]}
            sorting={{ column: 'views', isDescending: true }}
            columns={[
              {
                id: 'part',
                heading: text.health.state,
                sortValue: ({ name }) => name,
                cell: ({ name, colour }) => (
                  <span className="place">
                    <i style={{ background: colour }} />
                    {name}
                  </span>
                ),
              },
              {
                id: 'views',
                heading: text.health.records,
                isNumber: true,
                sortValue: ({ value }) => value,
                cell: ({ value }) => format.count(value),
                total: () => format.count(all),
              },
              {
                id: 'share',
                heading: text.health.shareOfOrders,
                isNumber: true,
                sortValue: ({ value }) => value,
                cell: ({ value }) => format.share(value / all),
                total: () => format.share(1, 0),
              },
            ]}
          />
        </>
      )}
    </Panel>
  )
}
