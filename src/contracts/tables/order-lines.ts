import { count, decimal, flag, money, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { taxClasses } from '../vocabulary.ts'

export const orderLines = defineContract({
  name: 'order_lines',
  description: 'One row per line of an order.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['order_line_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  partitionBy: 'arrival_date',
  optional: false,
  columns: {
    order_line_id: text('Id of the line.', { maxLength: 160 }),
    order_id: text('Order the line belongs to.', { maxLength: 128 }),
    sku: text('Stock keeping unit.', { maxLength: 128 }),
    product_name: optional(text('Name at the time of sale.')),
    quantity: count('Units ordered.', { minimum: -1_000_000, maximum: 1_000_000 }),
    unit_price: optional(decimal('Price of one unit before discounts.')),
    line_amount: money('Quantity × unit price before discounts, in the order’s currency.'),
    tax_class: optional(oneOf('Tax class; decides the VAT rate when no tax is given.', taxClasses)),
    tax_amount: optional(money('VAT of the line after discounts, as the source computed it.')),
    is_gift_card: optional(flag('True when the line sells a gift card.')),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
