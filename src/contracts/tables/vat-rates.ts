import { date, decimal, oneOf, optional, text } from '../columns.ts'
import { defineContract } from '../contract.ts'
import { taxClasses } from '../vocabulary.ts'

export const vatRates = defineContract({
  name: 'vat_rates',
  description: 'One row per territory, tax class and period of a VAT rate.',
  version: 1,
  kind: 'snapshot',
  primaryKey: ['territory', 'tax_class', 'valid_from'],
  eventTimeColumn: 'valid_from',
  columns: {
    territory: text(
      'Country (FR) or region with its own rates (FR-2A, FR-2B for Corsica, FR-971 … overseas).',
      { maxLength: 16 },
    ),
    tax_class: oneOf('Tax class.', taxClasses),
    valid_from: date('First day.'),
    valid_to: optional(date('Last day, included; empty while it holds.')),
    rate: decimal('Rate, e.g. 0.2 for 20 %.', { minimum: 0, maximum: 1 }),
  },
})
