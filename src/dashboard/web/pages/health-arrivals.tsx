import type { Health } from '../../../contracts/data-health.ts'
import { Badge } from '../components/badge.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { EmptyState } from '../components/states.tsx'
import { useColumns } from '../components/use-columns.ts'
import { useSpeech } from '../language/language-context.tsx'
import { useReason } from '../language/use-reason.ts'

export function SourcesPanel({ health }: { health: Health }) {
  const { text } = useSpeech()
  const { count, date, instant } = useColumns<Health['sources'][number]>()
  const title = text.health.sourcesTitle
  return (
    <Panel title={title} unit={text.health.sourcesUnit} csv="/api/sources.csv">
      {health.sources.length === 0 ? (
        <EmptyState title={text.health.noArrivals} hint={text.health.noArrivalsHint} />
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
            instant('arrived', text.health.lastArrival, ({ lastArrivedAt }) => lastArrivedAt),
            date('through', text.health.eventsThrough, ({ eventsThrough }) => eventsThrough),
            count('deliveries', text.health.deliveries, ({ deliveries }) => deliveries),
            count('records', text.health.records, ({ records }) => records),
            count('quarantined', text.health.refused, ({ quarantined }) => quarantined),
          ]}
        />
      )}
    </Panel>
  )
}

export function QuarantinePanel({ health }: { health: Health }) {
  const { text } = useSpeech()
  const { summedCount } = useColumns<Health['quarantine'][number]>()
  const reason = useReason()
  const title = text.health.quarantineTitle
  return (
    <Panel title={title} unit={text.health.quarantineUnit} csv="/api/quarantine.csv">
      {health.quarantine.length === 0 ? (
        <EmptyState title={text.health.noQuarantine} hint="" />
      ) : (
        <DataTable
          label={title}
          rows={health.quarantine}
          rowKey={(row) => `${row.table_name} ${row.reason} ${row.column_name}`}
          totals={[{ label: text.table.total, sums: {} }]}
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
            summedCount('open', text.health.open, ({ open }) => open, health.quarantine),
            summedCount('resolved', text.health.resolved, ({ resolved }) => resolved, health.quarantine),
          ]}
        />
      )}
    </Panel>
  )
}

export function RunsPanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const { count, duration } = useColumns<Health['runs'][number]>()
  const title = text.health.runsTitle
  return (
    <Panel title={title} unit={text.health.runsUnit} csv="/api/runs.csv">
      {health.runs.length === 0 ? (
        <EmptyState title={text.health.noRuns} hint={text.health.noRunsHint} />
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
            duration('duration', text.health.duration, ({ seconds }) => seconds),
            count('read', text.health.recordsRead, ({ records_read }) => records_read),
            count('refused', text.health.refused, ({ records_quarantined }) => records_quarantined),
          ]}
        />
      )}
    </Panel>
  )
}

export function DeliveriesPanel({ health }: { health: Health }) {
  const { text } = useSpeech()
  const { count, instant } = useColumns<Health['deliveries'][number]>()
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
        <EmptyState title={text.health.noArrivals} hint={text.health.noArrivalsHint} />
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
            instant('arrived', text.health.arrived, ({ arrived_at }) => arrived_at),
            ...counts.map(([id, heading]) => count(id, heading, (row) => row[id])),
          ]}
        />
      )}
    </Panel>
  )
}
