import { count, decimal, flag, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const influencers = defineContract({
  name: 'influencers',
  description: 'One row per influencer.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['influencer_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  columns: {
    influencer_id: text('Id of the influencer.', { maxLength: 128 }),
    influencer_name: text('Public name.'),
    platform: text('Main platform, e.g. instagram, tiktok, youtube.', { maxLength: 64 }),
    handle: optional(text('Public handle.', { maxLength: 128 })),
    followers: optional(count('Followers.')),
    commission_rate: optional(
      decimal('Share of value ex VAT after refunds, 0–1.', { minimum: 0, maximum: 1 }),
    ),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
