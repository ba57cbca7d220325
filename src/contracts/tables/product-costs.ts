import { currency, date, decimal, text } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const productCosts = defineContract({
  name: 'product_costs',
  description: 'One row per SKU and day from which a unit cost holds.',
  version: 1,
  kind: 'snapshot',
  primaryKey: ['sku', 'valid_from'],
  eventTimeColumn: 'valid_from',
  columns: {
    sku: text('Stock keeping unit.', { maxLength: 128 }),
    valid_from: date('First day of this cost; it holds until the next row.'),
    unit_cost: decimal('Landed cost of one unit, without VAT.', { minimum: 0 }),
    currency: currency(),
  },
})
