import { useMemo } from 'react'
import type { Shop, Status } from '../../contracts/dashboard.ts'
import { ProgressView } from './components/progress-view.tsx'
import { ErrorState, LoadingState } from './components/states.tsx'
import { Dashboard } from './dashboard.tsx'
import { createSpeech, SpeechContext } from './language/language-context.tsx'
import { useApi, VersionContext } from './state/api-client.ts'
import { readView } from './state/url-state.ts'
import { useStatus } from './state/use-status.ts'
import { useTheme } from './state/use-theme.ts'

/** Shows the stages until something is published, then the dashboard; a newer publication refreshes it in place. */
export function App() {
  const { status, isConnected } = useStatus()
  const { language } = readView(new URL(location.href), navigator.languages)
  const speech = useMemo(() => createSpeech(language), [language])
  const theme = useTheme()
  return (
    <SpeechContext value={speech}>
      {status === null ? (
        <main className="progress" id="content">
          <LoadingState lines={3} />
        </main>
      ) : status.sequence === null ? (
        <ProgressView status={status} />
      ) : (
        <VersionContext value={status.sequence}>
          <Published status={status} isConnected={isConnected} {...theme} />
        </VersionContext>
      )}
    </SpeechContext>
  )
}

interface PublishedProps extends ReturnType<typeof useTheme> {
  status: Status
  isConnected: boolean
}

function Published({ status, isConnected, theme, toggle }: PublishedProps) {
  const shop = useApi<Shop>('/api/shop')
  if (shop.data)
    return (
      <Dashboard
        shop={shop.data}
        theme={theme}
        toggleTheme={toggle}
        isConnected={isConnected}
        problem={status.problem}
      />
    )
  return (
    <main className="progress" id="content">
      {shop.error === null ? (
        <LoadingState lines={3} />
      ) : (
        <ErrorState failure={shop.error} retry={shop.retry} />
      )}
    </main>
  )
}
