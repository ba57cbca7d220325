import { count, flag, money, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const refunds = defineContract({
  name: 'refunds',
  description: 'One row per refund of an order or one of its lines.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['refund_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  partitionBy: 'arrival_date',
  columns: {
    refund_id: text('Id of the refund.', { maxLength: 160 }),
    order_id: text('Order that is refunded.', { maxLength: 128 }),
    order_line_id: optional(
      text('Line that is refunded; empty for the whole order, by value.', { maxLength: 160 }),
    ),
    refunded_at: timestamp('When the money went back.'),
    quantity: optional(count('Units that came back.')),
    amount: money('What the customer got back, with tax when the order’s prices include it.', { minimum: 0 }),
    tax_amount: optional(money('VAT in it, as the source computed it.')),
    is_restocked: optional(flag('True when the goods can be sold again; cosmetics mostly cannot.')),
    return_shipping_cost: optional(money('Return postage the shop paid, without VAT.', { minimum: 0 })),
    reason: optional(text('Why, in the shop’s words.')),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
