import { currency, date, decimal, oneOf, optional, text } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { adLevels, adPlatforms } from '../vocabulary.ts'

export const adActions = defineContract({
  name: 'ad_actions',
  description:
    'One row per pull, entity, day, action type and attribution window: the conversions a platform claims.',
  version: 1,
  kind: 'pull',
  primaryKey: [
    'pull_id',
    'level',
    'entity_id',
    'stat_date',
    'action_type',
    'attribution_window',
    'date_basis',
  ],
  eventTimeColumn: 'stat_date',
  partitionBy: 'arrival_date',
  columns: {
    pull_id: text('Pull that read the row.', { maxLength: 128 }),
    platform: oneOf('Ad platform.', adPlatforms),
    account_id: text('Ad account.', { maxLength: 128 }),
    level: oneOf('Level of the row.', adLevels),
    entity_id: text('Id of the account, campaign, ad group or ad.', { maxLength: 128 }),
    campaign_id: optional(text('Campaign the entity belongs to.', { maxLength: 128 })),
    stat_date: date('Day in the account’s time zone.', { isPast: true }),
    action_type: text('What was done, in the platform’s words, e.g. omni_purchase.', { maxLength: 128 }),
    attribution_window: text('Window of the claim, e.g. 7d_click, 1d_view.', { maxLength: 64 }),
    date_basis: oneOf('Which moment the day is of.', ['click', 'impression', 'conversion']),
    conversions: decimal('Claimed number.', { minimum: 0 }),
    conversion_value: optional(decimal('Claimed value.', { minimum: 0 })),
    currency: optional(currency()),
  },
})
