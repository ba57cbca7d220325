import type { MarketingRow } from '../../contracts/dashboard.ts'
import { sumRows } from './sum-rows.ts'

/** Rows as a reader compares them: platforms apart in channels that cost money, together in those that are free. */
export function places(rows: readonly MarketingRow[]): MarketingRow[] {
  const byChannel = Map.groupBy(rows, ({ channel }) => channel)
  return [...byChannel].flatMap(([channel, parts]) =>
    parts.some(({ cost }) => cost > 0) ? parts : [{ channel, platform: '', ...sumRows(parts) }],
  )
}
