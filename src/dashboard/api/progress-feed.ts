import type { Stage } from '../../contracts/dashboard.ts'

/** Work under way in the serving process, as the page shows it before the first publication. */
export interface ProgressFeed {
  /** In the order they run, also those that have not begun. */
  stages(): readonly Stage[]
  isWorking(): boolean
}

export const idleProgress: ProgressFeed = { stages: () => [], isWorking: () => false }
