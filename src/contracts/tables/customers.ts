import { count, country, flag, optional, text, timestamp } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const customers = defineContract({
  name: 'customers',
  description: 'One row per customer.',
  version: 1,
  kind: 'upsert',
  primaryKey: ['customer_id'],
  versionColumn: 'updated_at',
  eventTimeColumn: 'updated_at',
  deletedColumn: 'is_deleted',
  partitionBy: 'arrival_date',
  columns: {
    customer_id: text('Id of the customer in the shop.', { maxLength: 128, personalData: 'identifier' }),
    email_hash: optional(text('E-mail, as keyed hash.', { personalData: 'email', incoming: 'email' })),
    phone_hash: optional(text('Phone number, as keyed hash.', { personalData: 'phone', incoming: 'phone' })),
    created_at: timestamp('When the account was made.'),
    country: optional(country()),
    region: optional(text('Region of the main address.', { maxLength: 64 })),
    postal_prefix: optional(text('First characters of the postal code.', { maxLength: 8 })),
    first_order_at: optional(timestamp('First order ever, when the source knows more than it delivers.')),
    orders_before: optional(count('Orders before the delivered history.')),
    is_deleted: optional(flag('True when the source has deleted the row.')),
    updated_at: timestamp('When the source last changed the row; the highest wins.'),
  },
})
