import type { ReactNode } from 'react'
import type { Health } from '../../../contracts/dashboard.ts'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { ShareBar } from '../components/share-bar.tsx'
import { Answered, EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useApi } from '../state/api-client.ts'
import { queryOf, useView } from '../state/view-context.ts'

/** May the numbers be trusted: is everything here, accounted for and audited? */
export function HealthPage() {
  const state = useView()
  const query = queryOf(state)
  const answer = useApi<Health>(`/api/health?${query}`)
  return (
    <Answered answer={answer} lines={12}>
      {(health) => <HealthBody health={health} query={query} />}
    </Answered>
  )
}

function HealthBody({ health, query }: { health: Health; query: string }) {
  const { text, format } = useSpeech()
  const { tests } = health
  const open = health.quarantine.reduce((sum, row) => sum + row.open, 0)
  return (
    <>
      <div className="headline headline-small">
        <h1>{text.health.lead(open + tests.failed)}</h1>
        <p className="headline-foot">
          <Badge tone={tests.failed > 0 ? 'bad' : 'good'}>
            {tests.failed > 0
              ? text.health.auditFailed(format.count(tests.failed))
              : text.health.auditPassed(format.count(tests.passed))}
          </Badge>{' '}
          {tests.checkedAt && format.instant(tests.checkedAt)}
        </p>
      </div>
      <SourcesPanel health={health} />
      <div className="columns columns-even">
        <ReconciliationPanel health={health} query={query} />
        <TrafficPanel health={health} query={query} />
      </div>
      <div className="columns columns-even">
        <QuarantinePanel health={health} />
        <TestsPanel health={health} />
      </div>
      <div className="columns columns-even">
        <HygienePanel health={health} />
        <HeldPanel health={health} />
      </div>
      <RunsPanel health={health} />
      <DeliveriesPanel health={health} />
    </>
  )
}

function Badge({ tone, children }: { tone: 'good' | 'bad' | 'quiet'; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}

const useReason = () => {
  const { text } = useSpeech()
  return (reason: string) => text.reasons[reason] ?? reason.replaceAll('_', ' ')
}

function SourcesPanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const title = text.health.sourcesTitle
  return (
    <Panel title={title} unit={text.health.sourcesUnit} csv="/api/sources.csv">
      {health.sources.length === 0 ? (
        <EmptyState />
      ) : (
        <DataTable
          label={title}
          rows={health.sources}
          rowKey={({ source }) => source}
          sorting={{ column: 'source', isDescending: false }}
          columns={[
            {
              id: 'source',
              heading: text.health.source,
              sortValue: ({ source }) => source,
              cell: ({ source, tables }) => (
                <span className="two-lines">
                  {source}
                  <small>{tables.join(', ')}</small>
                </span>
              ),
            },
            {
              id: 'state',
              heading: text.health.state,
              sortValue: ({ state }) => state,
              cell: ({ state }) => (
                <Badge tone={state === 'fresh' ? 'good' : 'bad'}>{text.health[state]}</Badge>
              ),
            },
            {
              id: 'arrived',
              heading: text.health.lastArrival,
              isNumber: true,
              sortValue: ({ lastArrivedAt }) => lastArrivedAt,
              cell: ({ lastArrivedAt }) => format.instant(lastArrivedAt),
            },
            {
              id: 'through',
              heading: text.health.eventsThrough,
              isNumber: true,
              sortValue: ({ eventsThrough }) => eventsThrough,
              cell: ({ eventsThrough }) => (eventsThrough === null ? '–' : format.date(eventsThrough)),
            },
            numberColumn('deliveries', text.health.deliveries, (row) => row.deliveries, format.count),
            numberColumn('records', text.health.records, (row) => row.records, format.count),
            numberColumn('quarantined', text.health.refused, (row) => row.quarantined, format.count),
          ]}
        />
      )}
    </Panel>
  )

  function numberColumn(
    id: string,
    heading: string,
    of: (row: Health['sources'][number]) => number,
    show: (value: number) => string,
  ) {
    return {
      id,
      heading,
      isNumber: true,
      sortValue: of,
      cell: (row: Health['sources'][number]) => show(of(row)),
    }
  }
}

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

function ReconciliationPanel({ health, query }: { health: Health; query: string }) {
  const { text, format } = useSpeech()
  const reason = useReason()
  const title = text.health.reconciliationTitle
  const rows = health.reconciliation.map((row, position) => ({ ...row, position }))
  const orders = rows.reduce((sum, row) => sum + row.orders, 0)
  const revenue = rows.reduce((sum, row) => sum + row.net_revenue, 0)
  return (
    <Panel title={title} unit={text.health.reconciliationUnit} csv={`/api/reconciliation.csv?${query}`}>
      {orders === 0 ? (
        <EmptyState />
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
            sorting={{ column: 'reason', isDescending: false }}
            totals={[{ label: text.table.total, sums: {} }]}
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
              {
                id: 'orders',
                heading: text.health.orders,
                isNumber: true,
                sortValue: (row) => row.orders,
                cell: (row) => format.count(row.orders),
                total: format.count(orders),
              },
              {
                id: 'share',
                heading: text.health.shareOfOrders,
                isNumber: true,
                sortValue: (row) => row.orders,
                cell: (row) => format.share(row.orders / orders),
                total: format.share(1, 0),
              },
              {
                id: 'revenue',
                heading: text.health.revenue,
                isNumber: true,
                sortValue: (row) => row.net_revenue,
                cell: (row) => format.money(row.net_revenue, 0),
                total: format.money(revenue, 0),
              },
            ]}
          />
        </>
      )}
    </Panel>
  )
}

function TrafficPanel({ health, query }: { health: Health; query: string }) {
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
        <EmptyState />
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
                total: format.count(all),
              },
              {
                id: 'share',
                heading: text.health.shareOfOrders,
                isNumber: true,
                sortValue: ({ value }) => value,
                cell: ({ value }) => format.share(value / all),
                total: format.share(1, 0),
              },
            ]}
          />
        </>
      )}
    </Panel>
  )
}

function QuarantinePanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const reason = useReason()
  const title = text.health.quarantineTitle
  return (
    <Panel title={title} unit={text.health.quarantineUnit} csv="/api/quarantine.csv">
      {health.quarantine.length === 0 ? (
        <EmptyState title={text.health.noQuarantine} hint={text.health.quarantineUnit} />
      ) : (
        <DataTable
          label={title}
          rows={health.quarantine}
          rowKey={(row) => `${row.table_name} ${row.reason} ${row.column_name}`}
          sorting={{ column: 'open', isDescending: true }}
          limit={8}
          columns={[
            {
              id: 'reason',
              heading: text.health.reason,
              sortValue: (row) => reason(row.reason),
              cell: (row) => (
                <span className="two-lines">
                  {reason(row.reason)}
                  <small>
                    {row.table_name}
                    {row.column_name ? `.${row.column_name}` : ''}
                  </small>
                </span>
              ),
            },
            {
              id: 'open',
              heading: text.health.open,
              isNumber: true,
              sortValue: ({ open }) => open,
              cell: ({ open }) => format.count(open),
            },
            {
              id: 'resolved',
              heading: text.health.resolved,
              isNumber: true,
              sortValue: ({ resolved }) => resolved,
              cell: ({ resolved }) => format.count(resolved),
            },
          ]}
        />
      )}
    </Panel>
  )
}

function TestsPanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const { tests } = health
  const title = text.health.testsTitle
  const counts = [
    [tests.passed, text.health.passed, ''],
    [tests.warned, text.health.warned, ''],
    [tests.failed, text.health.failed, tests.failed > 0 ? 'is-bad' : ''],
  ] as const
  return (
    <Panel title={title} unit={text.health.testsUnit} csv="/api/tests.csv">
      <ul className="tallies">
        {counts.map(([count, name, tone]) => (
          <li key={name} className={tone}>
            <strong>{format.count(count)}</strong> {name}
          </li>
        ))}
      </ul>
      {tests.notPassed.length === 0 ? (
        <p className="panel-note">{text.health.allPassed}</p>
      ) : (
        <DataTable
          label={title}
          rows={tests.notPassed}
          rowKey={({ test_name }) => test_name}
          sorting={{ column: 'failures', isDescending: true }}
          limit={6}
          columns={[
            {
              id: 'test',
              heading: text.health.test,
              sortValue: ({ test_name }) => test_name,
              cell: ({ test_name, model_name, message }) => (
                <span className="two-lines">
                  {test_name}
                  <small>{[model_name, message].filter(Boolean).join(' · ')}</small>
                </span>
              ),
            },
            {
              id: 'status',
              heading: text.health.status,
              sortValue: ({ status }) => status,
              cell: ({ status }) => (
                <Badge tone={status === 'warn' ? 'quiet' : 'bad'}>
                  {status === 'warn' ? text.health.warned : text.health.failed}
                </Badge>
              ),
            },
            {
              id: 'failures',
              heading: text.health.failures,
              isNumber: true,
              sortValue: ({ failures }) => failures,
              cell: ({ failures }) => format.count(failures),
            },
          ]}
        />
      )}
    </Panel>
  )
}

function HygienePanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const reason = useReason()
  const title = text.health.hygieneTitle
  return (
    <Panel title={title} unit={text.health.hygieneUnit} csv="/api/hygiene.csv">
      {health.hygiene.length === 0 ? (
        <EmptyState title={text.health.noHygiene} hint={text.health.hygieneUnit} />
      ) : (
        <DataTable
          label={title}
          rows={health.hygiene}
          rowKey={({ kind, item }) => `${kind} ${item}`}
          sorting={{ column: 'spend', isDescending: true }}
          limit={8}
          columns={[
            {
              id: 'item',
              heading: text.health.item,
              sortValue: ({ item }) => item,
              cell: ({ item, kind, detail }) => (
                <span className="two-lines">
                  {item}
                  <small>{[reason(kind), detail].filter(Boolean).join(' · ')}</small>
                </span>
              ),
            },
            {
              id: 'spend',
              heading: text.health.spend,
              isNumber: true,
              sortValue: ({ spend }) => spend,
              cell: ({ spend }) => (spend ? format.money(spend, 0) : '–'),
            },
            {
              id: 'sessions',
              heading: text.health.sessions,
              isNumber: true,
              sortValue: ({ sessions }) => sessions,
              cell: ({ sessions }) => (sessions === null ? '–' : format.count(sessions)),
            },
          ]}
        />
      )}
    </Panel>
  )
}

function HeldPanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const reason = useReason()
  const title = text.health.heldTitle
  return (
    <Panel title={title} unit={text.health.heldUnit} csv="/api/held.csv">
      {health.held.length === 0 ? (
        <EmptyState title={text.health.noHeld} hint={text.health.heldUnit} />
      ) : (
        <DataTable
          label={title}
          rows={health.held}
          rowKey={(row) => `${row.reason} ${row.currency}`}
          sorting={{ column: 'orders', isDescending: true }}
          columns={[
            {
              id: 'reason',
              heading: text.health.reason,
              sortValue: (row) => reason(row.reason),
              cell: (row) => reason(row.reason),
            },
            {
              id: 'orders',
              heading: text.health.orders,
              isNumber: true,
              sortValue: ({ orders }) => orders,
              cell: ({ orders }) => format.count(orders),
            },
            {
              id: 'amount',
              heading: text.health.amount,
              isNumber: true,
              sortValue: ({ gross }) => gross,
              cell: ({ gross, currency }) => `${format.count(gross)} ${currency}`,
            },
          ]}
        />
      )}
    </Panel>
  )
}

function RunsPanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const title = text.health.runsTitle
  return (
    <Panel title={title} unit={text.health.runsUnit} csv="/api/runs.csv">
      {health.runs.length === 0 ? (
        <EmptyState />
      ) : (
        <DataTable
          label={title}
          rows={health.runs}
          rowKey={({ run_id }) => run_id}
          sorting={{ column: 'started', isDescending: true }}
          limit={6}
          columns={[
            {
              id: 'started',
              heading: text.health.run,
              sortValue: ({ started_at }) => started_at,
              cell: ({ started_at }) => format.instant(started_at),
            },
            {
              id: 'status',
              heading: text.health.status,
              sortValue: ({ status }) => status,
              cell: ({ status, error_message }) => (
                <span className="two-lines">
                  <Badge tone={status === 'published' ? 'good' : status === 'unchanged' ? 'quiet' : 'bad'}>
                    {text.runStates[status] ?? status}
                  </Badge>
                  {error_message && <small>{error_message}</small>}
                </span>
              ),
            },
            {
              id: 'duration',
              heading: text.health.duration,
              isNumber: true,
              sortValue: ({ seconds }) => seconds,
              cell: ({ seconds }) => (seconds === null ? '–' : format.duration(seconds)),
            },
            {
              id: 'read',
              heading: text.health.recordsRead,
              isNumber: true,
              sortValue: ({ records_read }) => records_read,
              cell: ({ records_read }) => (records_read === null ? '–' : format.count(records_read)),
            },
            {
              id: 'refused',
              heading: text.health.refused,
              isNumber: true,
              sortValue: ({ records_quarantined }) => records_quarantined,
              cell: ({ records_quarantined }) =>
                records_quarantined === null ? '–' : format.count(records_quarantined),
            },
          ]}
        />
      )}
    </Panel>
  )
}

function DeliveriesPanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const title = text.health.deliveriesTitle
  const counts = [
    ['records_read', text.health.read],
    ['accepted', text.health.accepted],
    ['duplicate', text.health.duplicate],
    ['dropped', text.health.dropped],
    ['quarantined', text.health.refused],
  ] as const
  return (
    <Panel title={title} unit={text.health.deliveriesUnit} csv="/api/deliveries.csv">
      {health.deliveries.length === 0 ? (
        <EmptyState />
      ) : (
        <DataTable
          label={title}
          rows={health.deliveries}
          rowKey={(row) => `${row.source} ${row.logical_name} ${row.table_name} ${row.revision}`}
          sorting={{ column: 'arrived', isDescending: true }}
          limit={10}
          columns={[
            {
              id: 'file',
              heading: text.health.file,
              sortValue: ({ logical_name }) => logical_name,
              cell: ({ logical_name, table_name, source }) => (
                <span className="two-lines">
                  {logical_name}
                  <small>
                    {source} → {table_name}
                  </small>
                </span>
              ),
            },
            {
              id: 'arrived',
              heading: text.health.arrived,
              isNumber: true,
              sortValue: ({ arrived_at }) => arrived_at,
              cell: ({ arrived_at }) => format.instant(arrived_at),
            },
            ...counts.map(([id, heading]) => ({
              id,
              heading,
              isNumber: true,
              sortValue: (row: Health['deliveries'][number]) => row[id],
              cell: (row: Health['deliveries'][number]) => format.count(row[id]),
            })),
          ]}
        />
      )}
    </Panel>
  )
}
