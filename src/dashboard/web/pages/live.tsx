import { type ReactNode, useMemo, useState } from 'react'
import type { LiveCounts, LiveMinute, LiveView } from '../../../contracts/live.ts'
import { MinutesChart } from '../charts/minutes-chart.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { Sparkline } from '../components/sparkline.tsx'
import { LoadingState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useLive } from '../state/use-live.ts'
import { useView } from '../state/view-context.ts'
import { LivePlaces, LiveProducts } from './live-breakdowns.tsx'
import { LiveOrders } from './live-orders.tsx'
import { LiveWay } from './live-way.tsx'
import { useClock } from './use-clock.ts'

/** Who is in the shop now, and what comes of it? */
export function LivePage() {
  const [isPaused, setPaused] = useState(false)
  const { view, isConnected } = useLive(isPaused)
  if (view === null) return <LoadingState lines={10} />
  if (view.state === 'absent') return <Absent />
  const tools = (
    <button
      type="button"
      className="link-button"
      aria-pressed={isPaused}
      onClick={() => setPaused(!isPaused)}
    >
      <PauseLabel isPaused={isPaused} />
    </button>
  )
  return (
    <>
      <LiveHeadline view={view} isConnected={isConnected} isPaused={isPaused} tools={tools} />
      {view.lastEventAt === null && view.state === 'live' ? (
        <NoTracker view={view} />
      ) : (
        <div className={isConnected ? 'live-body' : 'live-body is-updating'}>
          <Figures view={view} />
          <Minutes view={view} />
          <LivePlaces view={view} />
          <div className="columns columns-even">
            <LiveProducts view={view} />
            <LiveOrders view={view} />
          </div>
        </div>
      )}
      <LiveWay view={view} />
    </>
  )
}

function PauseLabel({ isPaused }: { isPaused: boolean }) {
  const { text } = useSpeech()
  return isPaused ? text.live.resume : text.live.pause
}

interface HeadlineProps {
  view: LiveView
  isConnected: boolean
  isPaused: boolean
  tools: ReactNode
}

function LiveHeadline({ view, isConnected, isPaused, tools }: HeadlineProps) {
  const { text } = useSpeech()
  const isMoving = isConnected && !isPaused && view.state === 'live'
  return (
    <div className="headline headline-small">
      <p className="live-line">
        <span className={isMoving ? 'pulse is-moving' : 'pulse'} aria-hidden="true" />
        <strong>{text.live.now}</strong>
        {tools}
      </p>
      <h1>
        <Finding view={view} />
      </h1>
      <p className="headline-foot">
        <Lead view={view} />
      </p>
      {isPaused && <Notice text={text.live.paused} />}
      {!isConnected && !isPaused && <Notice text={text.live.disconnected} isBad />}
      {view.state === 'stopped' && view.problem !== null && <Notice text={view.problem} isBad />}
    </div>
  )
}

function Notice({ text, isBad }: { text: string; isBad?: boolean }) {
  return (
    <p className={isBad ? 'live-notice is-bad' : 'live-notice'} role="status">
      {text}
    </p>
  )
}

function Finding({ view }: { view: LiveView }) {
  const { text, format } = useSpeech()
  const { live } = text
  if (view.state === 'live' && view.lastEventAt === null) return live.noTracker
  if (view.state === 'stopped') return live.stopped
  if (view.state === 'catching_up') return live.catchingUp
  const orders = view.recent.counts.orders
  const withOrders = orders === 0 ? '' : live.withOrders(format.count(orders), orders === 1)
  if (view.visitorsNow === 0) return `${live.quiet}${withOrders}`
  return `${live.headline(format.count(view.visitorsNow), view.visitorsNow === 1)}${withOrders}`
}

function Lead({ view }: { view: LiveView }) {
  const { text, format } = useSpeech()
  const clock = useClock()
  const { live } = text
  if (view.state === 'live' && view.lastEventAt === null) return live.noTrackerHint
  if (view.state === 'stopped') return live.stoppedHint
  if (view.state === 'catching_up') return live.catchingUpHint(format.count(view.log.behind))
  if (view.lastEventAt === null) return live.noTrackerHint
  if (view.visitorsNow === 0) return live.quietSince(clock(view.lastEventAt))
  const lag = view.lag === null ? null : format.duration(view.lag.medianMs / 1000)
  return live.lead(format.value(view.eventsPerSecond, 'fraction'), view.eventsPerSecond, lag)
}

function NoTracker({ view }: { view: LiveView }) {
  const { text } = useSpeech()
  const { address } = view.collector
  const [command, ...rest] = text.live.noTrackerSteps(`${address ?? ''}/snippet?key=…`)
  return (
    <>
      <ol className="live-steps">
        <li>
          {command}
          <pre>npx --no-install sillage sources list</pre>
        </li>
        {rest.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {address !== null && <p className="live-sends">{text.live.sendsTo(address)}</p>}
    </>
  )
}

function Absent() {
  const { text } = useSpeech()
  return (
    <div className="headline headline-small">
      <h1>{text.live.absent}</h1>
      <p className="headline-foot">{text.live.absentHint}</p>
      <pre>npx --no-install sillage serve</pre>
    </div>
  )
}

function Figures({ view }: { view: LiveView }) {
  const { text, format } = useSpeech()
  const { figures } = text.live
  const { today, minutes } = view
  const orders = today.ledgerOrders + today.provisionalOrders
  const revenue = today.ledgerNetRevenue + today.provisionalNetRevenue
  const trend = (of: keyof LiveCounts) => minutes.map((minute) => minute[of])
  return (
    <div className="kpis">
      <Figure name={figures.visitorsNow} hint={figures.visitorsNowHint} trend={trend('visitors')}>
        {format.count(view.visitorsNow)}
      </Figure>
      <Figure
        name={figures.sessions}
        hint={figures.sessionsHint(format.count(view.recent.counts.sessions))}
        trend={trend('sessions')}
      >
        {format.count(today.counts.sessions)}
      </Figure>
      <Figure
        name={figures.orders}
        hint={
          today.provisionalOrders === 0
            ? figures.ordersKnown
            : figures.ordersHint(format.count(today.provisionalOrders))
        }
      >
        {format.count(orders)}
      </Figure>
      <Figure name={figures.revenue} hint={figures.revenueHint(format.money(today.provisionalNetRevenue))}>
        {format.money(revenue)}
      </Figure>
    </div>
  )
}

interface FigureProps {
  name: string
  hint: string
  trend?: readonly number[]
  children: ReactNode
}

function Figure({ name, hint, trend, children }: FigureProps) {
  return (
    <div className="kpi kpi-large">
      <div className="kpi-name">{name}</div>
      <div className="kpi-value">{children}</div>
      <div className="kpi-foot">
        <small>{hint}</small>
        {trend && <Sparkline values={trend} />}
      </div>
    </div>
  )
}

const measures = [
  'visitors',
  'sessions',
  'pageViews',
  'productViews',
  'carts',
  'orders',
  'netRevenue',
  'events',
] as const satisfies readonly (keyof LiveCounts)[]
type Measure = (typeof measures)[number]

function Minutes({ view }: { view: LiveView }) {
  const { text, format } = useSpeech()
  const { shop } = useView()
  const clock = useClock()
  const [measure, setMeasure] = useState<Measure>('visitors')
  const { minutes } = view
  const shown = (value: number) => (measure === 'netRevenue' ? format.money(value, 0) : format.count(value))
  const busiest = useMemo(
    () => minutes.reduce((best, minute) => (minute[measure] > best[measure] ? minute : best), minutes[0]!),
    [minutes, measure],
  )
  const name = text.live.measures[measure]
  const title =
    busiest[measure] === 0
      ? text.live.minutesQuiet
      : text.live.minutesTitle(clock(busiest.minute), `${shown(busiest[measure])} ${name.toLowerCase()}`)
  return (
    <Panel
      title={title}
      unit={`${measure === 'netRevenue' ? `${name}, ${shop.currency}` : name} ${text.live.minutesUnit}`}
      csv="/api/live-minutes.csv"
      controls={<MeasureChoice measure={measure} choose={setMeasure} />}
      table={<MinutesTable minutes={minutes} label={title} />}
    >
      <MinutesChart
        minutes={minutes}
        measure={(minute) => minute[measure]}
        format={shown}
        timeOf={clock}
        label={title}
      />
    </Panel>
  )
}

function MeasureChoice({ measure, choose }: { measure: Measure; choose: (measure: Measure) => void }) {
  const { text } = useSpeech()
  return (
    <label className="inline-control">
      <span className="visually-hidden">{text.live.measure}</span>
      <select value={measure} onChange={({ target }) => choose(target.value as Measure)}>
        {measures.map((item) => (
          <option key={item} value={item}>
            {text.live.measures[item]}
          </option>
        ))}
      </select>
    </label>
  )
}

function MinutesTable({ minutes, label }: { minutes: readonly LiveMinute[]; label: string }) {
  const { text, format } = useSpeech()
  const clock = useClock()
  return (
    <DataTable
      label={label}
      rows={minutes}
      rowKey={({ minute }) => minute}
      sorting={{ column: 'minute', isDescending: true }}
      limit={30}
      columns={[
        {
          id: 'minute',
          heading: text.live.minute,
          sortValue: ({ minute }) => minute,
          cell: ({ minute }) => clock(minute),
        },
        ...measures.map((measure) => ({
          id: measure,
          heading: text.live.measures[measure],
          isNumber: true,
          sortValue: (minute: LiveMinute) => minute[measure],
          cell: (minute: LiveMinute) =>
            measure === 'netRevenue' ? format.money(minute[measure]) : format.count(minute[measure]),
        })),
      ]}
    />
  )
}
