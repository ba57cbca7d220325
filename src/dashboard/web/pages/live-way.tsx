import type { LivePart, LiveView } from '../../../contracts/live.ts'
import { Badge } from '../components/badge.tsx'
import { Panel } from '../components/panel.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useClock } from './use-clock.ts'

/** Whether every part between the shop's page and this screen works, and what is not counted. */
export function LiveWay({ view }: { view: LiveView }) {
  const { text, format } = useSpeech()
  const clock = useClock()
  const { way } = text.live
  const { collector, log, lander, lag, setAside, published, today } = view
  const seconds = (ms: number) => format.duration(ms / 1000)
  const waiting = (records: number, say: (records: string) => string) =>
    records === 0 ? way.upToDate : say(format.count(records))
  const layer: LivePart = {
    state:
      view.state === 'stopped'
        ? 'stopped'
        : view.state === 'catching_up' || view.problem !== null
          ? 'waiting'
          : 'running',
    problem: view.problem,
  }
  const landed = lander.lastCommitAt === null ? null : way.landed(clock(lander.lastCommitAt))
  return (
    <Panel
      title={way.title}
      unit={way.unit}
      note={
        <>
          {published === null ? way.unpublished : way.split(clock(published.publishedAt))}{' '}
          {today.publishedVisitors > 0 &&
            way.visitors(format.count(today.publishedVisitors), format.count(today.counts.visitors))}{' '}
          {way.setAside(
            format.count(setAside.refused),
            format.count(setAside.crawlers),
            format.count(setAside.duplicates),
            format.count(setAside.outsideMinutes),
          )}
        </>
      }
    >
      <ol className="live-way">
        <Part name={way.collector} part={collector}>
          {way.accepted(format.count(collector.accepted), format.count(collector.refused))}
        </Part>
        <Part name={way.log} part={log}>
          {log.kind === null ? '' : `${way.kinds[log.kind]}, `}
          {waiting(log.behind, way.behind)}
        </Part>
        <Part name={way.layer} part={layer}>
          {lag === null ? way.noLag : way.lag(seconds(lag.medianMs), seconds(lag.p99Ms))}
        </Part>
        <Part name={way.lander} part={lander}>
          {lander.state === 'absent'
            ? way.notLanding
            : [landed, waiting(lander.behind, way.unlanded)].filter((part) => part !== null).join(', ')}
        </Part>
      </ol>
    </Panel>
  )
}

interface PartProps {
  name: string
  part: LivePart
  children: React.ReactNode
}

function Part({ name, part, children }: PartProps) {
  const { text } = useSpeech()
  const tone = part.state === 'running' ? 'good' : part.state === 'stopped' ? 'bad' : 'quiet'
  return (
    <li>
      <span className="live-part">
        {name} <Badge tone={tone}>{text.live.way.states[part.state]}</Badge>
      </span>
      <small>{part.problem ?? children}</small>
    </li>
  )
}
