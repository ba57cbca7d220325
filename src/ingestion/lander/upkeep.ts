import { type Observer, silentObserver } from '../../contracts/observer.ts'
import { type MaintenanceProcess, maintainLake } from '../../lake/maintenance.ts'
import { listPointers } from '../../lake/pointer.ts'
import type { DeliveryCounts } from '../delivery-log.ts'
import { deliveriesTable } from './log-positions.ts'

export interface UpkeepOptions {
  readonly dataDir: string
  readonly observer?: Observer
  /** Starts the process that joins small files and writes checkpoints, now and then; without it nobody does. */
  readonly startMaintenance?: () => RunningMaintenance
  /** Commits between two rounds of maintenance; default 100. */
  readonly maintainEvery?: number
}

export interface RunningMaintenance extends MaintenanceProcess {
  close(): Promise<void>
}

/** Keeps the tables a lander writes to small in files and short in log, beside its work. */
export interface Upkeep {
  landed(counts: readonly DeliveryCounts[]): void
  /** Waits for the round under way. */
  finish(): Promise<void>
}

/**
 * Every so many commits one round at a time, in a process that lives for the round only. What fails is tried again
 * by the next round: rows are landed whether or not it succeeds.
 */
export function createUpkeep(options: UpkeepOptions): Upkeep {
  const { dataDir, startMaintenance, maintainEvery = 100, observer = silentObserver } = options
  const commitsOf = new Map<string, number>()
  let round: Promise<void> | undefined

  const putOff = (error: unknown) => {
    const message = `upkeep of the lake was put off: ${error instanceof Error ? error.message : error}`
    observer.stage({ stage: 'land', state: 'progress', message })
  }

  const maintain = async (start: () => RunningMaintenance, only: readonly string[]) => {
    let process: RunningMaintenance | undefined
    try {
      process = start()
      const done = await maintainLake(process, dataDir, await listPointers(dataDir), {
        only,
        checkpointEvery: maintainEvery,
      })
      const joined = Object.values(done).reduce((sum, { filesCompacted }) => sum + filesCompacted, 0)
      observer.count('lake_files_compacted', joined, { by: 'lander' })
    } catch (error) {
      putOff(error)
    }
    // Nobody waits for a round: what its end throws would end the whole process.
    await process?.close().catch(putOff)
  }

  return {
    landed: (counts) => {
      if (startMaintenance === undefined) return
      const names = new Set([
        deliveriesTable,
        ...counts.flatMap(({ table, accepted, quarantined }) => [
          ...(accepted > 0 ? [`bronze.${table}`] : []),
          ...(quarantined > 0 ? [`quarantine.${table}`] : []),
        ]),
      ])
      for (const name of names) commitsOf.set(name, (commitsOf.get(name) ?? 0) + 1)
      const due = [...commitsOf].filter(([, commits]) => commits >= maintainEvery).map(([name]) => name)
      if (round !== undefined || due.length === 0) return
      for (const name of due) commitsOf.delete(name)
      round = maintain(startMaintenance, due).finally(() => {
        round = undefined
      })
    },
    finish: async () => {
      await round
    },
  }
}
