import type { Health } from '../../../contracts/data-health.ts'
import { Badge } from '../components/badge.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { EmptyState } from '../components/states.tsx'
import { useColumns } from '../components/use-columns.ts'
import { createFormat } from '../format.ts'
import { type Speech, useSpeech } from '../language/language-context.tsx'
import { useReason } from '../language/use-reason.ts'

/** Money that has not come into the shop's currency. */
const originalMoney = ({ language, format }: Speech, value: number, currency: string | null) =>
  currency ? createFormat(language, currency, 'UTC').money(value, 0) : format.count(value)

export function TestsPanel({ health }: { health: Health }) {
  const { text, format } = useSpeech()
  const { count } = useColumns<Health['tests']['notPassed'][number]>()
  const { tests } = health
  const title = text.health.testsTitle
  const counts = [
    [tests.passed, text.health.passed, ''],
    [tests.warned, text.health.warned(tests.warned), ''],
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
        <p className="panel-note">{tests.checkedAt === null ? text.health.noAudit : text.health.allPassed}</p>
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
                  {status === 'warn' ? text.health.warned(1) : text.health.failed}
                </Badge>
              ),
            },
            count('failures', text.health.failures, ({ failures }) => failures),
          ]}
        />
      )}
    </Panel>
  )
}

export function HygienePanel({ health }: { health: Health }) {
  const speech = useSpeech()
  const { text } = speech
  const { count } = useColumns<Health['hygiene'][number]>()
  const reason = useReason()
  const title = text.health.hygieneTitle
  return (
    <Panel title={title} unit={text.health.hygieneUnit} csv="/api/hygiene.csv">
      {health.hygiene.length === 0 ? (
        <EmptyState title={text.health.noHygiene} hint="" />
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
              cell: ({ spend, currency }) => (spend ? originalMoney(speech, spend, currency) : '–'),
            },
            count('sessions', text.health.sessions, ({ sessions }) => sessions),
          ]}
        />
      )}
    </Panel>
  )
}

export function HeldPanel({ health }: { health: Health }) {
  const speech = useSpeech()
  const { text } = speech
  const { summedCount } = useColumns<Health['held'][number]>()
  const reason = useReason()
  const title = text.health.heldTitle
  return (
    <Panel title={title} unit={text.health.heldUnit} csv="/api/held.csv">
      {health.held.length === 0 ? (
        <EmptyState title={text.health.noHeld} hint="" />
      ) : (
        <DataTable
          label={title}
          rows={health.held}
          rowKey={(row) => `${row.reason} ${row.currency}`}
          totals={[{ label: text.table.total, sums: {} }]}
          sorting={{ column: 'orders', isDescending: true }}
          columns={[
            {
              id: 'reason',
              heading: text.health.reason,
              sortValue: (row) => reason(row.reason),
              cell: (row) => reason(row.reason),
            },
            summedCount('orders', text.health.orders, ({ orders }) => orders, health.held),
            {
              id: 'amount',
              heading: text.health.amount,
              isNumber: true,
              sortValue: ({ gross }) => gross,
              cell: ({ gross, currency }) => originalMoney(speech, gross, currency),
            },
          ]}
        />
      )}
    </Panel>
  )
}
