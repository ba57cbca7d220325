import { type MarketingSums, marketingMeasures } from '../../contracts/metrics/measures.ts'

/** Adds up the sums of rows, so that totals and ratios of totals come from sums. */
export const sumRows = (rows: readonly MarketingSums[]): MarketingSums =>
  Object.fromEntries(
    marketingMeasures.map((measure) => [measure, rows.reduce((sum, row) => sum + row[measure], 0)]),
  ) as MarketingSums
