import type { DeadLetter, KeptRecords, LogHealth, LogPartition } from '../../../contracts/data-health.ts'
import { Badge } from '../components/badge.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { Answered, EmptyState } from '../components/states.tsx'
import { useColumns } from '../components/use-columns.ts'
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
  const { count } = useColumns<LogPartition & { readonly name: string; readonly id: string }>()
  const title = text.health.logTitle
  return (
    <Panel title={title} unit={text.health.logUnit(answer.data?.kind ?? null)} csv="/api/log-topics.csv">
      <Answered answer={answer} lines={6}>
        {({ topics, kept, dataDir }) => {
          const rows = topics.flatMap(({ name, partitions }) =>
            partitions.map((state) => ({ ...state, name, id: `${name}/${state.partition}` })),
          )
          if (rows.length === 0)
            return (
              <>
                <EmptyState title={text.health.noLog} hint={text.health.noLogHint} />
                <Kept kept={kept} dataDir={dataDir} />
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
                  count('lag', text.health.lag, ({ lag }) => lag),
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
                  count('landed', text.health.landedOffset, ({ landedOffset }) => landedOffset),
                ]}
              />
              <Kept kept={kept} dataDir={dataDir} />
            </>
          )
        }}
      </Answered>
    </Panel>
  )
}

/** What is in no log: it is counted nowhere until it is sent. */
function Kept({ kept, dataDir }: { kept: KeptRecords; dataDir: string }) {
  const { waiting, refused, reason } = kept
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
          <Command words="topics resend" dataDir={dataDir} />
        </>
      )}
    </>
  )
}

/** The text of a dead letter may name people, so it is not shown; sending it again is a command, on purpose. */
function DeadLettersPanel({ answer }: { answer: LogAnswer }) {
  const { text, format } = useSpeech()
  const { count, instant } = useColumns<DeadLetter>()
  const reason = useReason()
  const title = text.health.deadLettersTitle
  return (
    <Panel title={title} unit={text.health.deadLettersUnit} csv="/api/log-dead-letters.csv">
      <Answered answer={answer} lines={6}>
        {({ deadLetters, dataDir }) => {
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
                  instant('at', text.health.arrived, ({ at }) => at),
                  count('size', text.health.bytes, ({ bytes }) => bytes),
                ]}
              />
              <p className="panel-note">{text.health.replayNote}</p>
              <Command words={replayWords(deadLetters)} dataDir={dataDir} />
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

/** Sends nothing as it stands: without `--dry-run` it does. */
function replayWords(letters: readonly DeadLetter[]): string {
  const topic = letters[0]?.topic ?? ''
  const offsets = letters.filter((letter) => letter.topic === topic).map(({ offset }) => offset)
  return `topics replay ${topic} --dry-run --from ${Math.min(...offsets)} --to ${Math.max(...offsets)}`
}

function Command({ words, dataDir }: { words: string; dataDir: string }) {
  const folder = /^[\w./-]+$/.test(dataDir) ? dataDir : `'${dataDir.replaceAll("'", "'\\''")}'`
  return (
    <pre className="command">
      <code>{`npx --no-install sillage ${words} --data ${folder}`}</code>
    </pre>
  )
}
