import { tablePath } from '../lake/layout.ts'
import type { LakeColumn } from '../lake/schema.ts'
import { openTable, type TableState } from '../lake/table.ts'

export interface MeasureColumn extends LakeColumn {
  readonly description: string
}

export interface MeasureTable {
  /** Grain first. */
  readonly description: string
  readonly columns: readonly MeasureColumn[]
}

/** What is estimated rather than computed by models: by `schema.name`, read by gold as it reads silver. */
export const measureTables: Readonly<Record<string, MeasureTable>> = {
  'measure.attribution_fits': {
    description:
      'One row per fit of an attribution model to the journeys of a month; a fit is kept, not fitted again.',
    columns: [
      { name: 'fit_id', type: 'string', description: 'Key of the fit.' },
      { name: 'attribution_model', type: 'string', description: 'Model fitted: markov or shapley.' },
      {
        name: 'fit_month',
        type: 'date',
        description: 'First day of the month of the orders that ended the journeys, in business dates.',
      },
      { name: 'fitted_at', type: 'timestamp_ntz', description: 'UTC time of the fit.' },
      { name: 'journeys', type: 'long', description: 'Journeys fitted to, with and without an order.' },
      { name: 'converting_journeys', type: 'long', description: 'Those of them that ended with an order.' },
      { name: 'settings_json', type: 'string', description: 'Settings of the fit, as JSON.' },
    ],
  },
  'measure.channel_credits': {
    description: 'One row per fit and channel: the part of the orders of its month that a fit credits to it.',
    columns: [
      { name: 'fit_id', type: 'string', description: 'Fit in attribution_fits.' },
      { name: 'channel', type: 'string', description: 'Channel, spelled as in dim_channels.' },
      {
        name: 'credit_share',
        type: 'double',
        description: 'Part of the credit, 0 to 1; the parts of a fit sum to 1.',
      },
      {
        name: 'removal_effect',
        type: 'double',
        description: 'Part of the conversions lost when the channel is taken out, 0 to 1; empty for shapley.',
      },
    ],
  },
}

/**
 * Brings every measure table to its published version, or into being, empty.
 * @param published Tables as the pointer names them, by `schema.name`.
 * @returns The version of each.
 */
export async function restoreMeasureTables(
  dataDir: string,
  published: ReadonlyMap<string, TableState>,
): Promise<Record<string, number>> {
  const versions: Record<string, number> = {}
  for (const [name, { columns }] of Object.entries(measureTables)) {
    const table = openTable(tablePath(dataDir, name))
    await table.create({ columns: columns.map((column) => ({ name: column.name, type: column.type })) })
    versions[name] = (await table.restoreTo(published.get(name)?.version)).version
  }
  return versions
}
