import { count, currency, date, decimal, oneOf, optional, text } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { adLevels, adPlatforms } from '../vocabulary.ts'

export const adStats = defineContract({
  name: 'ad_stats',
  description:
    'One row per pull, entity, day and region: what an ad platform says was shown, clicked and spent.',
  version: 1,
  kind: 'pull',
  primaryKey: ['pull_id', 'level', 'entity_id', 'stat_date', 'region'],
  eventTimeColumn: 'stat_date',
  partitionBy: 'arrival_date',
  optional: false,
  columns: {
    pull_id: text('Pull that read the row.', { maxLength: 128 }),
    platform: oneOf('Ad platform.', adPlatforms),
    account_id: text('Ad account.', { maxLength: 128 }),
    level: oneOf('Level of the row.', adLevels),
    entity_id: text('Id of the account, campaign, ad group or ad.', { maxLength: 128 }),
    campaign_id: optional(text('Campaign the entity belongs to.', { maxLength: 128 })),
    stat_date: date('Day in the account’s time zone.', { isPast: true }),
    region: optional(text('Region, where the platform gives it.', { maxLength: 64 })),
    impressions: count('Times shown.'),
    clicks: count('Clicks.'),
    spend: decimal('Spend in the account’s currency.', { minimum: 0, maximum: 10_000_000 }),
    currency: currency(),
  },
})
