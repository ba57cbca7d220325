import { currency, date, flag, money, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const budgets = defineContract({
  name: 'budgets',
  description: 'One row per planned budget of a channel and period.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['budget_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  columns: {
    budget_id: text('Id of the budget.', { maxLength: 128 }),
    channel: text('Channel.', { maxLength: 64 }),
    platform: optional(text('Platform, if planned so finely.', { maxLength: 64 })),
    starts_on: date('First business date.'),
    ends_on: date('Last business date, included.'),
    amount: money('Planned spend.', { minimum: 0 }),
    currency: currency(),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
