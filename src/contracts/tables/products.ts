import { count, currency, date, flag, money, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { taxClasses } from '../vocabulary.ts'

export const products = defineContract({
  name: 'products',
  description: 'One row per product (SKU).',
  version: 1,
  kind: 'upsert',
  primaryKey: ['sku'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  optional: true,
  columns: {
    sku: text('Stock keeping unit.', { maxLength: 128 }),
    product_name: text('Name shown to customers.'),
    category: optional(text('Category of the product.', { maxLength: 256 })),
    tax_class: optional(oneOf('Tax class; decides the VAT rate.', taxClasses)),
    list_price: optional(
      money('Catalogue price, with tax when the source’s prices include it.', { minimum: 0 }),
    ),
    currency: optional(currency()),
    days_of_use: optional(count('Days one unit lasts in normal use.')),
    full_size_sku: optional(text('For a mini, the SKU of its full size.', { maxLength: 128 })),
    is_gift_card: optional(flag('True for gift cards: a sale of one is not revenue.')),
    launched_on: optional(date('First day on sale.')),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
