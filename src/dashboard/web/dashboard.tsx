import { useCallback, useEffect, useMemo, useState } from 'react'
import type { Shop } from '../../contracts/dashboard.ts'
import { Controls } from './components/controls.tsx'
import { SiteHeader } from './components/site-header.tsx'
import { createSpeech, SpeechContext } from './language/language-context.tsx'
import { ChannelsPage } from './pages/channels.tsx'
import { HealthPage } from './pages/health.tsx'
import { OverviewPage } from './pages/overview.tsx'
import { readView, resolveDates, type View, writeView } from './state/url-state.ts'
import { type Theme, ViewContext } from './state/view-context.ts'

const bodies = { overview: OverviewPage, channels: ChannelsPage, health: HealthPage }

interface DashboardProps {
  shop: Shop
  theme: Theme
  toggleTheme: () => void
  isConnected: boolean
}

const currentView = () => readView(new URL(location.href), navigator.languages)

/** The address bar's view, followed back and forth. */
export function useViewInAddress() {
  const [view, setView] = useState<View>(currentView)
  useEffect(() => {
    const onBack = () => setView(currentView())
    addEventListener('popstate', onBack)
    return () => removeEventListener('popstate', onBack)
  }, [])
  const change = useCallback((part: Partial<View>) => {
    setView((now) => {
      const next = { ...now, ...part }
      history.pushState(null, '', writeView(next))
      if (part.page !== undefined && part.page !== now.page) scrollTo(0, 0)
      return next
    })
  }, [])
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

export function DashboardView({ shop, theme, toggleTheme, isConnected, view, change }: DashboardViewProps) {
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
          <Controls today={today} isConnected={isConnected} />
          <Body />
        </main>
      </ViewContext>
    </SpeechContext>
  )
}
