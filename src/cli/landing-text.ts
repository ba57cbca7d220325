import type { LandingResult } from '../ingestion/land-sources.ts'
import { renderTable } from './rendered-table.ts'

/** What landing did, as a table of deliveries and what was refused. */
export function landingText(landed: LandingResult): string {
  const deliveries = renderTable(
    ['source', 'file', 'table', 'read', 'accepted', 'duplicate', 'dropped', 'quarantined'],
    landed.deliveries.map((each) => [
      each.source,
      each.logicalName,
      each.table,
      each.read,
      each.accepted,
      each.duplicate,
      each.dropped,
      each.quarantined,
    ]),
  )
  const lines = [landed.deliveries.length === 0 ? 'Nothing new.' : deliveries]
  if (landed.unchanged > 0)
    lines.push(
      landed.unchanged === 1 ? 'One file had landed before.' : `${landed.unchanged} files had landed before.`,
    )
  for (const refused of landed.refused) lines.push(`Refused: ${refused.file}: ${refused.message}`)
  for (const file of landed.unclaimed) lines.push(`No adapter reads ${file}.`)
  return lines.join('\n')
}
