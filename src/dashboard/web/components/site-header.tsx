import type { MouseEvent } from 'react'
import { useSpeech } from '../language/language-context.tsx'
import { pages } from '../state/url-state.ts'
import { useView } from '../state/view-context.ts'
import { OwnData } from './own-data.tsx'

/** A plain click on a link stays in the app; any other click is the browser's. */
export function followInside(event: MouseEvent, go: () => void) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
  event.preventDefault()
  go()
}

export function Wordmark() {
  return (
    <span className="wordmark">
      <svg viewBox="0 0 44 26" aria-hidden="true">
        <path d="M2 17c9 0 10-13 20-13 7 0 9 4 14 4 3 0 5-1 6-2" />
        <path className="wordmark-second" d="M8 23c8 0 9-9 18-9 4 0 6 2 9 2" />
      </svg>
      Sillage
    </span>
  )
}

/** Name, pages, language and theme; above them the demo notice when the shop is simulated. */
export function SiteHeader({ toggleTheme }: { toggleTheme: () => void }) {
  const { language, text } = useSpeech()
  const { view, shop, theme, change, linkTo } = useView()
  const otherLanguage = language === 'en' ? 'fr' : 'en'
  return (
    <header className="site-header">
      {shop.origin === 'demo' && (
        <div className="demo-bar">
          <span>{text.header.demo}</span> <OwnData />
        </div>
      )}
      <div className="site-bar">
        <a
          className="brand"
          href={linkTo({ page: 'overview' })}
          onClick={(event) => followInside(event, () => change({ page: 'overview' }))}
        >
          <Wordmark />
          <span className="shop-name">{shop.name}</span>
        </a>
        <nav aria-label={text.header.navigation}>
          {pages.map((page) => (
            <a
              key={page}
              href={linkTo({ page })}
              aria-current={view.page === page ? 'page' : undefined}
              onClick={(event) => followInside(event, () => change({ page }))}
            >
              <span className="page-long">{text.pages[page]}</span>
              <span className="page-short">{text.shortPages[page]}</span>
            </a>
          ))}
        </nav>
        <div className="site-tools">
          <a
            className="tool"
            lang={otherLanguage}
            hrefLang={otherLanguage}
            href={linkTo({ language: otherLanguage })}
            onClick={(event) => followInside(event, () => change({ language: otherLanguage }))}
          >
            {text.header.otherLanguage}
          </a>
          <button
            type="button"
            className="tool"
            onClick={toggleTheme}
            aria-label={theme === 'light' ? text.header.toDark : text.header.toLight}
          >
            <svg viewBox="0 0 20 20" aria-hidden="true">
              {theme === 'light' ? (
                <path d="M15.5 12.2A6.2 6.2 0 0 1 7.8 4.5a6.2 6.2 0 1 0 7.7 7.7Z" />
              ) : (
                <path d="M10 6.4a3.6 3.6 0 1 0 0 7.2 3.6 3.6 0 0 0 0-7.2ZM10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4" />
              )}
            </svg>
          </button>
        </div>
      </div>
    </header>
  )
}
