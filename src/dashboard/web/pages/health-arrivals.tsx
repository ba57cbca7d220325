import type { Health } from '../../../contracts/dashboard.ts'
import { Badge } from '../components/badge.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useReason } from '../language/use-reason.ts'

export function SourcesPanel({ health }: { health: Health }) {
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

export function QuarantinePanel({ health }: { health: Health }) {
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

export function RunsPanel({ health }: { health: Health }) {
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

export function DeliveriesPanel({ health }: { health: Health }) {
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
