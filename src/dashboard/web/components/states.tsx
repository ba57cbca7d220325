import type { ReactNode } from 'react'
import { useSpeech } from '../language/language-context.tsx'
import type { Answer, ApiFailure } from '../state/api-client.ts'

/** Why there is nothing, and what to do about it; an empty hint where nothing is to be done. */
export function EmptyState({ title, hint }: { title?: string; hint?: string }) {
  const { text } = useSpeech()
  return (
    <div className="state state-empty">
      <p>{title ?? text.states.empty}</p>
      {hint !== '' && <small>{hint ?? text.states.emptyHint}</small>}
    </div>
  )
}

/** What went wrong in the reader's language where its code is known, else in the server's words. */
export function ErrorState({ failure, retry }: { failure: ApiFailure; retry: () => void }) {
  const { text } = useSpeech()
  return (
    <div className="state state-error" role="alert">
      <p>{text.states.error}</p>
      <small>{text.states.failures[failure.code] ?? failure.message}</small>
      <button type="button" className="button" onClick={retry}>
        {text.states.retry}
      </button>
    </div>
  )
}

export function LoadingState({ lines = 5 }: { lines?: number }) {
  const { text } = useSpeech()
  return (
    <div className="state-loading" role="status">
      <span className="visually-hidden">{text.states.loading}</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((key) => (
        <span key={key} className="skeleton" />
      ))}
    </div>
  )
}

interface AnsweredProps<T> {
  answer: Answer<T>
  lines?: number
  children: (data: T) => ReactNode
}

/** Draws an answer, or the state it is in; an earlier answer stays visible, dimmed, while the next one loads. */
export function Answered<T>({ answer, lines, children }: AnsweredProps<T>) {
  if (answer.error !== null) return <ErrorState failure={answer.error} retry={answer.retry} />
  if (answer.data === null) return <LoadingState lines={lines} />
  return (
    <div className={answer.isLoading ? 'is-updating' : undefined} aria-busy={answer.isLoading}>
      {children(answer.data)}
    </div>
  )
}
