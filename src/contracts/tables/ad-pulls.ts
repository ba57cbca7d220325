import { date, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { adLevels, adPlatforms } from '../vocabulary.ts'

export const adPulls = defineContract({
  name: 'ad_pulls',
  description: 'One row per pull of an ad account: what it covers and whether it is complete.',
  version: 1,
  kind: 'event',
  primaryKey: ['pull_id'],
  eventTimeColumn: 'pulled_at',
  columns: {
    pull_id: text('Id of the pull.', { maxLength: 128 }),
    platform: oneOf('Ad platform.', adPlatforms),
    account_id: text('Ad account.', { maxLength: 128 }),
    level: oneOf('Level of the row.', adLevels),
    covers_from: date('First stat date covered.'),
    covers_to: date('Last stat date covered.'),
    pulled_at: timestamp('When it was read.'),
    status: oneOf('Whether all of the coverage was read.', ['complete', 'failed']),
    account_time_zone: optional(text('Time zone of the account’s days.', { maxLength: 64 })),
    facts: optional(
      oneOf(
        'What it asked for: `stats` (shown, clicked, spent), `actions` (claimed conversions) or both; of what it asked for, all it does not bring is gone. Empty when the source does not say: then a pull is known by what it brought.',
        ['stats', 'actions', 'stats_and_actions'],
      ),
    ),
  },
})
