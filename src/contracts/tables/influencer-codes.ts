import { date, decimal, flag, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const influencerCodes = defineContract({
  name: 'influencer_codes',
  description: 'One row per discount code of an influencer.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['code'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  columns: {
    code: text('Code as typed in the order.', { maxLength: 128 }),
    influencer_id: text('Whose code it is.', { maxLength: 128 }),
    discount_rate: optional(decimal('Share taken off, 0–1.', { minimum: 0, maximum: 1 })),
    valid_from: optional(date('First business date.')),
    valid_to: optional(date('Last business date, included.')),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
