import type { Stage, Status } from '../../../contracts/dashboard.ts'
import { useSpeech } from '../language/language-context.tsx'
import { Wordmark } from './site-header.tsx'

/** What the page shows before the first publication: the stages, live. */
export function ProgressView({ status }: { status: Status }) {
  const { text } = useSpeech()
  const heading = {
    building: [text.progress.title, text.progress.text],
    failed: [text.progress.failedTitle, text.progress.failedText],
    waiting: [text.progress.waitingTitle, text.progress.waitingText],
    ready: [text.progress.title, text.progress.text],
  }[status.state]
  return (
    <main className="progress" id="content">
      <Wordmark />
      <h1>{heading[0]}</h1>
      <p>{heading[1]}</p>
      {status.state === 'waiting' && (
        <pre>
          <code>npx --no-install sillage run</code>
        </pre>
      )}
      <ol className="stages" aria-live="polite">
        {status.stages.map((stage) => (
          <StageLine key={stage.stage} stage={stage} />
        ))}
      </ol>
    </main>
  )
}

function StageLine({ stage }: { stage: Stage }) {
  const { text, format } = useSpeech()
  const { done, total, unit } = stage
  const share = done !== undefined && total ? Math.min(1, done / total) : null
  const counted =
    done === undefined ? '' : `${format.count(done)}${total ? ` / ${format.count(total)}` : ''} ${unit ?? ''}`
  const isRunning = stage.state === 'started' || stage.state === 'progress'
  return (
    <li className={`stage stage-${isRunning ? 'running' : stage.state}`}>
      <span className="stage-mark" aria-hidden="true" />
      <span className="stage-name">{text.progress.stages[stage.stage] ?? stage.stage}</span>
      <span className="stage-state">
        {stage.state === 'finished' && stage.durationMs !== undefined
          ? format.duration(stage.durationMs / 1000)
          : counted.trim() || text.progress.state[stage.state]}
      </span>
      {isRunning && (
        <span className="stage-bar" aria-hidden="true">
          <i
            className={share === null ? 'is-endless' : undefined}
            style={share === null ? undefined : { width: `${share * 100}%` }}
          />
        </span>
      )}
      {stage.message && (isRunning || stage.state === 'failed') && <small>{stage.message}</small>}
    </li>
  )
}
