import { currency, date, flag, money, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const marketingCosts = defineContract({
  name: 'marketing_costs',
  description: 'One row per cost of marketing that is not ad spend.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['cost_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  columns: {
    cost_id: text('Id of the cost.', { maxLength: 128 }),
    kind: oneOf('What it pays for.', ['tool', 'agency', 'affiliate', 'creative', 'other']),
    channel: optional(text('Channel it belongs to; empty for all of marketing.', { maxLength: 64 })),
    starts_on: date('First business date it is spread over.'),
    ends_on: date('Last business date, included.'),
    amount: money('Amount without VAT.', { minimum: 0 }),
    currency: currency(),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
