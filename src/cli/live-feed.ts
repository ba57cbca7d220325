import type { LivePart, LiveView } from '../contracts/live.ts'
import { absentView, type LiveFeed } from '../dashboard/api/live-stream.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import type { Lander } from '../ingestion/lander/lander.ts'
import type { SpeedLayer } from '../live/speed-layer.ts'

/** The parts of the way from a page to the screen, as far as they run in this process. */
export interface LiveParts {
  log: EventLog | undefined
  layer: SpeedLayer | undefined
  lander: Lander | undefined
  /** `address` is null while nothing is listened to. */
  readonly collector: { address: string | null; accepted: number; refused: number; problem: string | null }
  /** Why there is no log. */
  logProblem: string | null
  /** Why there is no lander here. */
  landerProblem: string | null
  /** Records in the log that are not in the lake. */
  unlanded: number
}

export const noParts = (): LiveParts => ({
  log: undefined,
  layer: undefined,
  lander: undefined,
  collector: { address: null, accepted: 0, refused: 0, problem: null },
  logProblem: null,
  landerProblem: null,
  unlanded: 0,
})

/** A feed that can be asked before its parts have started. */
export interface GrowingFeed extends LiveFeed {
  /** Tells listeners that a part has started or failed. */
  changed(): void
}

export function createLiveFeed(parts: LiveParts): GrowingFeed {
  const listeners = new Set<() => void>()
  return {
    changed() {
      for (const listener of listeners) listener()
    },
    view: () => viewOf(parts),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function viewOf(parts: LiveParts): LiveView {
  const { collector, log, layer, logProblem } = parts
  if (log === undefined || layer === undefined)
    return {
      ...absentView(new Date()),
      state: logProblem === null ? 'catching_up' : 'stopped',
      problem: logProblem,
      log: { ...failedPart(logProblem), kind: null, behind: 0 },
    }
  const { phase, behind, ...view } = layer.view()
  const isStopped = phase === 'stopped'
  return {
    ...view,
    state: phase,
    collector: { ...collectorPart(parts), ...collector },
    lander: { ...landerPart(parts), behind: parts.unlanded },
    log: {
      ...partOf(isStopped ? 'stopped' : 'running', isStopped ? view.problem : null),
      kind: log.kind,
      behind,
    },
  }
}

const collectorPart = ({ collector: { address, problem } }: LiveParts): LivePart =>
  address === null ? failedPart(problem) : partOf('running', problem)

function landerPart({ lander, landerProblem }: LiveParts): LivePart & { lastCommitAt: string | null } {
  if (lander === undefined) return { ...partOf('absent', landerProblem), lastCommitAt: null }
  const { phase, error, lastCommitAt } = lander.state()
  const state = phase === 'landing' ? 'running' : phase
  return { ...partOf(state, error?.message ?? null), lastCommitAt: lastCommitAt ?? null }
}

/** A part that has not started. */
const failedPart = (problem: string | null): LivePart =>
  partOf(problem === null ? 'absent' : 'stopped', problem)

const partOf = (state: LivePart['state'], problem: string | null): LivePart => ({
  state: state === 'running' && problem !== null ? 'waiting' : state,
  problem,
})
