import { tablePath } from '../lake/layout.ts'
import type { Pointer } from '../lake/pointer.ts'
import { openTable } from '../lake/table.ts'
import type { PinnedLake } from './pinned-lake.ts'
import type { ChangedDates } from './touched-dates.ts'

/** What bronze has that the publication has not: the tables, and the dates within web events. */
export async function changedDates(
  dataDir: string,
  lake: PinnedLake,
  pointer: Pointer | undefined,
): Promise<ChangedDates & { readonly tables: readonly string[] }> {
  const tables: string[] = []
  const eventDates = new Set<string>()
  for (const [name, state] of lake.bronze) {
    const since = pointer?.bronze[name] ?? -1
    if (since === state.version) continue
    const changes = await openTable(tablePath(dataDir, `bronze.${name}`)).changesSince(since, state.version)
    if (changes.every((change) => change.added.length === 0 && change.removed.length === 0)) continue
    tables.push(name)
    if (name !== 'web_events') continue
    for (const change of changes) {
      for (const file of [...change.added, ...change.removed]) {
        const date = file.partitionValues.event_date
        if (date !== null && date !== undefined) eventDates.add(date)
      }
    }
  }
  return { tables, eventDates: [...eventDates].sort(), statDates: [] }
}
