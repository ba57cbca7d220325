import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyRetention } from '../ingestion/apply-retention.ts'
import { applyLogRetention } from '../ingestion/event-log/embedded-log.ts'
import { maintainLake } from '../lake/maintenance.ts'
import { listPointers } from '../lake/pointer.ts'
import type { RunContext } from './run-context.ts'

/** Publications between two rounds of maintenance, which look at every table. */
const publicationsBetween = 10

/**
 * Under the run's lease: deletes what has outlived its retention, and every so many publications compacts,
 * checkpoints and cleans the lake. What is published stands whether or not this succeeds; what fails is tried
 * again by the next run.
 */
export async function keepUp(context: RunContext): Promise<void> {
  try {
    await context.lease.assertHeld()
    if (context.retentionDays !== undefined) {
      await applyRetention({ dataDir: context.dataDir, db: context.db, days: context.retentionDays })
      await applyLogRetention(context.dataDir, context.retentionDays)
    }
    await maintain(context)
  } catch (error) {
    const message = `upkeep of the lake was put off: ${error instanceof Error ? error.message : error}`
    context.observer.stage({ stage: 'publish', state: 'progress', message })
  }
}

async function maintain({ published, dataDir, workDir, dbt }: RunContext): Promise<void> {
  if (published === undefined) return
  const stampFile = join(workDir, 'upkeep.json')
  if (published.sequence - lastRound(stampFile) < publicationsBetween) return
  await maintainLake(dbt, dataDir, await listPointers(dataDir))
  writeFileSync(stampFile, JSON.stringify({ sequence: published.sequence }))
}

/** Publication of the last round; none when the stamp is missing or was cut short. */
function lastRound(stampFile: string): number {
  if (!existsSync(stampFile)) return 0
  const stamp = /^\{"sequence":(\d+)\}$/.exec(readFileSync(stampFile, 'utf8'))
  return Number(stamp?.[1] ?? 0)
}
