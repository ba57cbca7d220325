import { PlatformError } from '../contracts/errors.ts'
import { tablePath } from '../lake/layout.ts'
import type { Pointer } from '../lake/pointer.ts'
import { openTable } from '../lake/table.ts'
import type { PinnedLake } from './pinned-lake.ts'

export interface BronzeChanges {
  /** Tables with rows that the publication has not. */
  readonly tables: readonly string[]
  /** UTC event dates whose web events changed; `all` when the log no longer tells. */
  readonly eventDates: readonly string[] | 'all'
}

/** What bronze has that the publication has not: the tables, and the dates within web events. */
export async function changedDates(
  dataDir: string,
  lake: PinnedLake,
  pointer: Pointer | undefined,
): Promise<BronzeChanges> {
  const tables: string[] = []
  const eventDates = new Set<string>()
  try {
    for (const [name, state] of lake.bronze) {
      const since = pointer?.bronze[name] ?? -1
      if (since === state.version) continue
      const table = openTable(tablePath(dataDir, `bronze.${name}`))
      const { added, removed } = await table.changesSince(since, state.version)
      if (added.length === 0 && removed.length === 0) continue
      tables.push(name)
      if (name !== 'web_events') continue
      for (const file of [...added, ...removed]) {
        const date = file.partitionValues.event_date
        if (date !== null && date !== undefined) eventDates.add(date)
      }
    }
  } catch (error) {
    if (!(error instanceof PlatformError) || error.code !== 'lake.version_missing') throw error
    return { tables: [...lake.bronze.keys()], eventDates: 'all' }
  }
  return { tables, eventDates: [...eventDates].sort() }
}
