import type { LivePart, LiveView } from '../contracts/live.ts'
import { absentView, type LiveFeed } from '../dashboard/api/live-stream.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import type { Lander } from '../ingestion/lander/lander.ts'
import type { SpeedLayer } from '../live/speed-layer.ts'

/** The parts of the way from a page to the screen, as far as they run in this process. */
export interface LiveParts {
  readonly layer: SpeedLayer
  readonly log: EventLog
  readonly collector: { readonly address: string; accepted: number; refused: number; problem: string | null }
  lander: Lander | undefined
  /** Why there is no lander here. */
  landerProblem: string | null
  /** Records in the log that are not in the lake. */
  unlanded: number
}

/** A feed that can be asked before its parts have started. */
export interface GrowingFeed extends LiveFeed {
  start(parts: LiveParts): void
}

export function createLiveFeed(): GrowingFeed {
  const listeners = new Set<() => void>()
  let parts: LiveParts | undefined
  return {
    start(given) {
      parts = given
      given.layer.onChange(() => {
        for (const listener of listeners) listener()
      })
    },
    view: () => (parts === undefined ? { ...absentView(new Date()), state: 'catching_up' } : viewOf(parts)),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function viewOf(parts: LiveParts): LiveView {
  const { phase, behind, ...view } = parts.layer.view()
  const { collector, log } = parts
  return {
    ...view,
    state: phase,
    collector: { ...partOf('running', collector.problem), ...collector },
    lander: { ...landerPart(parts), behind: parts.unlanded },
    log: { ...partOf(phase === 'stopped' ? 'stopped' : 'running', view.problem), kind: log.kind, behind },
  }
}

function landerPart({ lander, landerProblem }: LiveParts): LivePart & { lastCommitAt: string | null } {
  if (lander === undefined) return { ...partOf('absent', landerProblem), lastCommitAt: null }
  const { phase, error, lastCommitAt } = lander.state()
  const state = phase === 'landing' ? 'running' : phase
  return { ...partOf(state, error?.message ?? null), lastCommitAt: lastCommitAt ?? null }
}

const partOf = (state: LivePart['state'], problem: string | null): LivePart => ({
  state: state === 'running' && problem !== null ? 'waiting' : state,
  problem,
})
