import { count, currency, date, decimal, flag, money, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const promotions = defineContract({
  name: 'promotions',
  description: 'One row per promotion.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['promotion_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  columns: {
    promotion_id: text('Id of the promotion.', { maxLength: 128 }),
    promotion_name: text('Name of the promotion.'),
    kind: oneOf('How it rewards.', [
      'percentage',
      'fixed_amount',
      'free_shipping',
      'gift',
      'bundle',
      'markdown',
    ]),
    scope: oneOf('What it applies to.', ['sitewide', 'category', 'sku']),
    scope_values: optional(text('JSON array of the categories or SKUs.', { maxLength: 8192 })),
    discount_rate: optional(decimal('Share taken off, 0–1.', { minimum: 0, maximum: 1 })),
    code: optional(text('Code to type, if any.', { maxLength: 128 })),
    starts_on: date('First business date.'),
    ends_on: date('Last business date, included.'),
    planned_units: optional(count('Units the shop planned to sell.')),
    planned_net_revenue: optional(money('Net revenue the shop planned.', { minimum: 0 })),
    currency: optional(currency()),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
