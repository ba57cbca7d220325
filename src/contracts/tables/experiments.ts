import { date, flag, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const experiments = defineContract({
  name: 'experiments',
  description: 'One row per marketing experiment.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['experiment_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  columns: {
    experiment_id: text('Id of the experiment.', { maxLength: 128 }),
    experiment_name: text('Name.'),
    kind: oneOf('Design.', ['geo_holdout', 'geo_increase', 'audience_split']),
    channel: text('Channel under test.', { maxLength: 64 }),
    platform: optional(text('Platform under test.', { maxLength: 64 })),
    campaign_ids: optional(text('JSON array of the campaigns under test.', { maxLength: 8192 })),
    starts_on: date('First business date.'),
    ends_on: date('Last business date, included.'),
    treatment_regions: text('JSON array of regions.', { maxLength: 8192 }),
    control_regions: text('JSON array of regions.', { maxLength: 8192 }),
    status: oneOf('State.', ['planned', 'running', 'finished', 'cancelled']),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
