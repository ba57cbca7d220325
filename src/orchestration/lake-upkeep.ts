import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { maintainLake } from '../lake/maintenance.ts'
import { listPointers } from '../lake/pointer.ts'
import type { RunContext } from './run-context.ts'

/** Publications between two rounds of upkeep, which look at every table. */
const publicationsBetween = 10

/**
 * Compacts, checkpoints and cleans the lake every so many publications, under the run's lease. What is published
 * stands whether or not this succeeds; a round that fails is tried again after the next publication.
 */
export async function keepUp(context: RunContext): Promise<void> {
  const { published, dataDir } = context
  if (published === undefined) return
  const stampFile = join(context.workDir, 'upkeep.json')
  if (published.sequence - lastRound(stampFile) < publicationsBetween) return
  try {
    await context.lease.assertHeld()
    await maintainLake(context.dbt, dataDir, await listPointers(dataDir))
    writeFileSync(stampFile, JSON.stringify({ sequence: published.sequence }))
  } catch (error) {
    const message = `upkeep of the lake was put off: ${error instanceof Error ? error.message : error}`
    context.observer.stage({ stage: 'publish', state: 'progress', message })
  }
}

function lastRound(stampFile: string): number {
  if (!existsSync(stampFile)) return 0
  const { sequence } = JSON.parse(readFileSync(stampFile, 'utf8')) as { sequence: number }
  return sequence
}
