import '@fontsource-variable/fraunces/opsz.css'
import '@fontsource-variable/inter/wght.css'
import '../styles/tokens.css'
import '../styles/base.css'
import '../styles/components.css'
import '../styles/live.css'
import './gallery.css'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { Shop } from '../../../contracts/dashboard.ts'
import { DashboardView } from '../dashboard.tsx'
import { createSpeech, SpeechContext } from '../language/language-context.tsx'
import { type Fetcher, FetcherContext } from '../state/api-client.ts'
import { pages, readView, type View } from '../state/url-state.ts'
import { LiveContext } from '../state/use-live.ts'
import type { Theme } from '../state/view-context.ts'
import {
  demoShop,
  emptyFetcher,
  failingFetcher,
  fixtureFetcher,
  loadingFetcher,
  logFetcher,
  logShop,
  retailerFetcher,
  retailerShop,
} from './fixture-answers.ts'
import { liveFixtures } from './fixture-live.ts'
import { cohorts } from './fixture-tables.ts'
import { pieces } from './pieces.tsx'

const staleThrough = '2026-10-30'
const stale: Shop = { ...demoShop, origin: 'real', dataThrough: staleThrough }
const staleFetcher: Fetcher = async (path) =>
  path.startsWith('/api/cohorts') ? { cohorts: cohorts(staleThrough) } : fixtureFetcher(path)

/** Shop, answers and connection of every state a page can be in. */
const states: Readonly<Record<string, { shop: Shop; fetcher: Fetcher; isConnected: boolean }>> = {
  data: { shop: demoShop, fetcher: fixtureFetcher, isConnected: true },
  empty: { shop: demoShop, fetcher: emptyFetcher, isConnected: true },
  loading: { shop: demoShop, fetcher: loadingFetcher, isConnected: true },
  stale: { shop: stale, fetcher: staleFetcher, isConnected: false },
  error: { shop: demoShop, fetcher: failingFetcher, isConnected: true },
  retailer: { shop: retailerShop, fetcher: retailerFetcher, isConnected: true },
  'web-only': { shop: logShop, fetcher: logFetcher, isConnected: true },
}

const query = new URLSearchParams(location.search)
const theme: Theme = query.get('theme') === 'dark' ? 'dark' : 'light'
const name = query.get('piece')
document.documentElement.dataset.theme = theme

function GalleryPage({ page, state }: { page: View['page']; state: keyof typeof states }) {
  const [view, setView] = useState<View>(() => ({ ...readView(new URL(location.href), ['en']), page }))
  const { shop, fetcher, isConnected } = states[state]!
  return (
    <FetcherContext value={fetcher}>
      <LiveContext value={liveFixtures[state] ?? liveFixtures.data!}>
        <DashboardView
          shop={shop}
          theme={theme}
          toggleTheme={() => {}}
          isConnected={isConnected}
          problem={null}
          view={view}
          change={(part) => setView((now) => ({ ...now, ...part }))}
        />
      </LiveContext>
    </FetcherContext>
  )
}

function Gallery() {
  const [page, state] = (name ?? '').split('.') as [View['page'], keyof typeof states]
  const piece = pieces[name ?? '']
  if (piece) {
    return (
      <SpeechContext value={createSpeech(query.get('lang') === 'fr' ? 'fr' : 'en')}>
        <main className="gallery-piece">{piece(theme)}</main>
      </SpeechContext>
    )
  }
  if (pages.includes(page) && states[state]) return <GalleryPage page={page} state={state} />
  const names = [
    ...pages.flatMap((of) => Object.keys(states).map((item) => `${of}.${item}`)),
    ...Object.keys(pieces),
  ]
  return (
    <main className="gallery-index">
      <h1>Gallery</h1>
      <ul>
        {names.map((item) => (
          <li key={item}>
            {item}: <a href={`?piece=${item}&lang=en`}>light</a> ·{' '}
            <a href={`?piece=${item}&lang=fr&theme=dark`}>dark, fr</a>
          </li>
        ))}
      </ul>
    </main>
  )
}

const root = document.getElementById('root')
if (root) createRoot(root).render(<Gallery />)
