import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Shop } from '../../contracts/dashboard.ts'
import { Controls } from './components/controls.tsx'
import { SiteHeader } from './components/site-header.tsx'
import { createSpeech, SpeechContext } from './language/language-context.tsx'
import { ChannelsPage } from './pages/channels.tsx'
import { HealthPage } from './pages/health.tsx'
import { LivePage } from './pages/live.tsx'
import { OverviewPage } from './pages/overview.tsx'
import { readView, resolveDates, type View, writeView } from './state/url-state.ts'
import { type Theme, ViewContext } from './state/view-context.ts'

const bodies = { overview: OverviewPage, channels: ChannelsPage, live: LivePage, health: HealthPage }

interface DashboardProps {
  shop: Shop
  theme: Theme
  toggleTheme: () => void
  isConnected: boolean
  /** Why the newest publication could not be loaded. */
  problem: string | null
}

const currentView = () => readView(new URL(location.href), navigator.languages)

/** The address bar's view, followed back and forth. */
export function useViewInAddress() {
  const [view, setView] = useState<View>(currentView)
  const latest = useRef(view)
  const show = useCallback((next: View) => {
    latest.current = next
    setView(next)
  }, [])
  useEffect(() => {
    const onBack = () => show(currentView())
    addEventListener('popstate', onBack)
    return () => removeEventListener('popstate', onBack)
  }, [show])
  const change = useCallback(
    (part: Partial<View>) => {
      const before = latest.current
      const next = { ...before, ...part }
      history.pushState(null, '', writeView(next))
      show(next)
      if (next.page !== before.page) scrollTo(0, 0)
    },
    [show],
  )
  return { view, change }
}

/** The whole application once something is published. */
export function Dashboard(props: DashboardProps) {
  const { view, change } = useViewInAddress()
  return <DashboardView {...props} view={view} change={change} />
}

interface DashboardViewProps extends DashboardProps {
  view: View
  change: (part: Partial<View>) => void
}

export function DashboardView({
  shop,
  theme,
  toggleTheme,
  isConnected,
  problem,
  view,
  change,
}: DashboardViewProps) {
  const speech = useMemo(
    () => createSpeech(view.language, shop.currency, shop.timeZone),
    [view.language, shop],
  )
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: shop.timeZone }).format(new Date())
  const last = shop.dataThrough ?? today
  const range = resolveDates(view.dates, { from: shop.dataFrom ?? last, to: last })
  const state = useMemo(
    () => ({
      view,
      range: { from: range.from, to: range.to },
      shop,
      theme,
      change,
      linkTo: (part: Partial<View>) => writeView({ ...view, ...part }),
    }),
    [view, range.from, range.to, shop, theme, change],
  )
  useEffect(() => {
    document.documentElement.lang = view.language
    document.title = `${speech.text.pages[view.page]} · ${shop.name} · Sillage`
  }, [view, speech, shop])
  const Body = bodies[view.page]
  return (
    <SpeechContext value={speech}>
      <ViewContext value={state}>
        <a className="skip-link" href="#content">
          {speech.text.skipToContent}
        </a>
        <SiteHeader toggleTheme={toggleTheme} />
        <main id="content" tabIndex={-1}>
          {view.page !== 'live' && <Controls today={today} isConnected={isConnected} problem={problem} />}
          <Body />
        </main>
      </ViewContext>
    </SpeechContext>
  )
}
