import { flag, money, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const orderDiscounts = defineContract({
  name: 'order_discounts',
  description: 'One row per discount given on an order or one of its lines.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['order_discount_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  partitionBy: 'arrival_date',
  columns: {
    order_discount_id: text('Id of the discount.', { maxLength: 160 }),
    order_id: text('Order it was given on.', { maxLength: 128 }),
    order_line_id: optional(text('Line it was given on; empty for the whole order.', { maxLength: 160 })),
    promotion_id: optional(text('Promotion it belongs to.', { maxLength: 128 })),
    code: optional(text('Code typed by the customer.', { maxLength: 128 })),
    amount: money('What the customer saved, positive, with tax when the order’s prices include it.', {
      minimum: 0,
    }),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
