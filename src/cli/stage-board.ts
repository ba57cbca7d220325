import type { Stage } from '../contracts/dashboard.ts'
import type { Observer, StageEvent } from '../contracts/observer.ts'

/** What the browser shows of work under way: every stage in order, also those that have not begun. */
export interface StageBoard extends Observer {
  stages(): readonly Stage[]
  /** Work is under way: between the first `begin` and the matching `end`. */
  isWorking(): boolean
  begin(stages: readonly string[]): void
  end(): void
}

export function createStageBoard(): StageBoard {
  const stages = new Map<string, Stage>()
  let isWorking = false
  return {
    count() {},
    stage: (event: StageEvent) => {
      stages.set(event.stage, { ...stages.get(event.stage), ...event })
    },
    stages: () => [...stages.values()],
    isWorking: () => isWorking,
    begin: (names) => {
      stages.clear()
      for (const stage of names) stages.set(stage, { stage, state: 'waiting' })
      isWorking = true
    },
    end: () => {
      isWorking = false
    },
  }
}

/** Reports to several observers. */
export function observers(...all: readonly Observer[]): Observer {
  return {
    stage: (event) => {
      for (const each of all) each.stage(event)
    },
    count: (metric, value, labels) => {
      for (const each of all) each.count(metric, value, labels)
    },
  }
}
