import type { DeadLetter, KeptRecords, LogHealth } from '../../../contracts/dashboard.ts'
import { Badge } from '../components/badge.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { Answered, EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useReason } from '../language/use-reason.ts'
import { useApi } from '../state/api-client.ts'

/** The event log: what waits to be landed, and what was set aside before it reached a table. */
export function LogPanels() {
  const answer = useApi<LogHealth>('/api/log')
  return (
    <div className="columns columns-even">
      <TopicsPanel answer={answer} />
      <DeadLettersPanel answer={answer} />
    </div>
  )
}

type LogAnswer = ReturnType<typeof useApi<LogHealth>>

function TopicsPanel({ answer }: { answer: LogAnswer }) {
  const { text, format } = useSpeech()
  const title = text.health.logTitle
  return (
    <Panel title={title} unit={text.health.logUnit(answer.data?.kind ?? null)}>
      <Answered answer={answer} lines={6}>
        {({ topics, kept }) => {
          const rows = topics.flatMap(({ name, partitions }) =>
            partitions.map((state) => ({ ...state, name, id: `${name}/${state.partition}` })),
          )
          if (rows.length === 0)
            return (
              <>
                <EmptyState title={text.health.noLog} hint={text.health.noLogHint} />
                <Kept kept={kept} />
              </>
            )
          return (
            <>
              <DataTable
                label={title}
                rows={rows}
                rowKey={({ id }) => id}
                sorting={{ column: 'lag', isDescending: true }}
                limit={8}
                columns={[
                  {
                    id: 'topic',
                    heading: text.health.topic,
                    sortValue: ({ id }) => id,
                    cell: ({ name, partition }) => (
                      <span className="two-lines">
                        <span className="topic-name">{name}</span>
                        <small>{text.health.partition(format.count(partition))}</small>
                      </span>
                    ),
                  },
                  {
                    id: 'lag',
                    heading: text.health.lag,
                    isNumber: true,
                    sortValue: ({ lag }) => lag,
                    cell: ({ lag }) => format.count(lag),
                  },
                  {
                    id: 'next',
                    heading: text.health.nextOffset,
                    isNumber: true,
                    sortValue: ({ nextOffset }) => nextOffset,
                    cell: ({ nextOffset, firstOffset }) => (
                      <span className="two-lines">
                        {format.count(nextOffset)}
                        <small>{text.health.fromOffset(format.count(firstOffset))}</small>
                      </span>
                    ),
                  },
                  {
                    id: 'landed',
                    heading: text.health.landedOffset,
                    isNumber: true,
                    sortValue: ({ landedOffset }) => landedOffset ?? -1,
                    cell: ({ landedOffset }) => (landedOffset === null ? '–' : format.count(landedOffset)),
                  },
                ]}
              />
              <Kept kept={kept} />
            </>
          )
        }}
      </Answered>
    </Panel>
  )
}

/** What is in no log: it is counted nowhere until it is sent. */
function Kept({ kept: { waiting, refused, reason } }: { kept: KeptRecords }) {
  const { text, format } = useSpeech()
  return (
    <>
      {waiting > 0 && (
        <p className="panel-note">{text.health.waitingForLog(format.count(waiting), waiting === 1)}</p>
      )}
      {refused > 0 && (
        <>
          <p className="panel-note">
            {text.health.refusedByLog(format.count(refused), refused === 1)} <q>{reason}</q>
          </p>
          <pre className="command">
            <code>npx --no-install sillage topics resend</code>
          </pre>
        </>
      )}
    </>
  )
}

/** The text of a dead letter may name people, so it is not shown; sending it again is a command, on purpose. */
function DeadLettersPanel({ answer }: { answer: LogAnswer }) {
  const { text, format } = useSpeech()
  const reason = useReason()
  const title = text.health.deadLettersTitle
  return (
    <Panel title={title} unit={text.health.deadLettersUnit}>
      <Answered answer={answer} lines={6}>
        {({ deadLetters }) => {
          const [newest] = deadLetters
          if (newest === undefined)
            return <EmptyState title={text.health.noDeadLetters} hint={text.health.noDeadLettersHint} />
          return (
            <>
              <DataTable
                label={title}
                rows={deadLetters}
                rowKey={({ topic, partition, offset }) => `${topic}/${partition}/${offset}`}
                sorting={{ column: 'at', isDescending: true }}
                limit={6}
                columns={[
                  {
                    id: 'reason',
                    heading: text.health.reason,
                    sortValue: (row) => reason(row.reason),
                    cell: (row) => (
                      <span className="two-lines">
                        <Badge tone="bad">{reason(row.reason)}</Badge>
                        <small className="topic-name">
                          {row.topic} · {format.count(row.offset)}
                        </small>
                        <small className="topic-name">{fieldsOf(row, text.health)}</small>
                      </span>
                    ),
                  },
                  {
                    id: 'at',
                    heading: text.health.arrived,
                    isNumber: true,
                    sortValue: ({ at }) => at,
                    cell: ({ at }) => format.instant(at),
                  },
                  {
                    id: 'size',
                    heading: text.health.bytes,
                    isNumber: true,
                    sortValue: ({ bytes }) => bytes,
                    cell: ({ bytes }) => format.count(bytes),
                  },
                ]}
              />
              <p className="panel-note">{text.health.replayNote}</p>
              <pre className="command">
                <code>{replayCommand(deadLetters)}</code>
              </pre>
            </>
          )
        }}
      </Answered>
    </Panel>
  )
}

const fieldsShown = 5

const fieldsOf = (
  { fields, otherFields }: DeadLetter,
  text: ReturnType<typeof useSpeech>['text']['health'],
) =>
  [
    ...(fields.length === 0 ? [text.noFields] : fields.slice(0, fieldsShown)),
    ...(fields.length > fieldsShown ? [text.moreFields(fields.length - fieldsShown)] : []),
    ...(otherFields === 0 ? [] : [text.otherFields(otherFields)]),
  ].join(', ')

/** Sends nothing as it stands: without its last word it does. */
function replayCommand(letters: readonly DeadLetter[]): string {
  const topic = letters[0]?.topic ?? ''
  const offsets = letters.filter((letter) => letter.topic === topic).map(({ offset }) => offset)
  return `npx --no-install sillage topics replay ${topic} --from ${Math.min(...offsets)} --to ${Math.max(...offsets)} --dry-run`
}
