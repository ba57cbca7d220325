import { currency, date, decimal, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { adPlatforms } from '../vocabulary.ts'

export const adCampaigns = defineContract({
  name: 'ad_campaigns',
  description: 'One row per campaign of an ad platform.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['platform', 'campaign_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  columns: {
    platform: oneOf('Ad platform.', adPlatforms),
    account_id: text('Ad account.', { maxLength: 128 }),
    campaign_id: text('Id of the campaign on its platform.', { maxLength: 128 }),
    campaign_name: text('Name of the campaign.'),
    campaign_type: text('Type in the platform’s own words, e.g. PERFORMANCE_MAX, OUTCOME_SALES.', {
      maxLength: 128,
    }),
    status: optional(text('Status in the platform’s own words.', { maxLength: 64 })),
    daily_budget: optional(decimal('Daily budget.', { minimum: 0 })),
    currency: optional(currency()),
    starts_on: optional(date('First day.')),
    ends_on: optional(date('Last day.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
