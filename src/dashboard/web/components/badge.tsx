import type { ReactNode } from 'react'

/** A state in a word, with a mark whose shape differs too: round is well, square is not. */
export function Badge({ tone, children }: { tone: 'good' | 'bad' | 'quiet'; children: ReactNode }) {
  return <span className={`badge badge-${tone}`}>{children}</span>
}
