import { count, country, currency, flag, money, oneOf, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const orders = defineContract({
  name: 'orders',
  description: 'One row per order.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['order_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  partitionBy: 'arrival_date',
  optional: false,
  columns: {
    order_id: text('Id of the order in the shop; the transaction id of its purchase event.', {
      maxLength: 128,
    }),
    placed_at: timestamp('When the customer placed it.'),
    status: oneOf('Last known status.', ['pending', 'placed', 'paid', 'shipped', 'delivered', 'cancelled']),
    status_history: optional(text('JSON array of {status, at}.', { maxLength: 8192 })),
    sales_channel: optional(oneOf('Where the order was placed.', ['online', 'offline'])),
    is_test: optional(flag('True for test orders; never counted.')),
    customer_id: optional(text('Customer, if known.', { maxLength: 128, personalData: 'identifier' })),
    email_hash: optional(
      text('E-mail of the order, as keyed hash.', { personalData: 'email', incoming: 'email' }),
    ),
    currency: currency(),
    country: optional(country('Country the goods go to.')),
    region: optional(text('Region the goods go to.', { maxLength: 64 })),
    postal_prefix: optional(text('First characters of the postal code.', { maxLength: 8 })),
    device_type: optional(
      oneOf('Kind of device, when the shop knows.', ['desktop', 'mobile', 'tablet', 'other']),
    ),
    shipping_amount: optional(
      money('Shipping charged to the customer, taxed like the goods.', { minimum: 0 }),
    ),
    gift_card_amount: optional(
      money('Part paid with gift cards or store credit; a means of payment, not a discount.', { minimum: 0 }),
    ),
    payment_method: optional(text('How it was paid.', { maxLength: 64 })),
    payment_fee: optional(money('Fee of the payment provider, without VAT.')),
    shipping_cost: optional(money('What the carrier costs the shop, without VAT.', { minimum: 0 })),
    packaging_cost: optional(money('Box and filling, without VAT.', { minimum: 0 })),
    prices_include_tax: flag('True when the order’s amounts include VAT.'),
    tax_mode: optional(oneOf('`none` when the source knows of no tax.', ['standard', 'none'])),
    first_order_at: optional(timestamp('First order of this customer ever, when the source knows.')),
    orders_before: optional(count('Orders of this customer before this one, when the source knows.')),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
