import { currency, date, decimal } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const fxRates = defineContract({
  name: 'fx_rates',
  description: 'One row per currency pair and day on which a rate was published.',
  version: 1,
  kind: 'snapshot',
  primaryKey: ['rate_date', 'base_currency', 'quote_currency'],
  eventTimeColumn: 'rate_date',
  columns: {
    rate_date: date('Day of publication.', { isPast: true }),
    base_currency: currency('Currency of which one unit is priced.'),
    quote_currency: currency('Currency it is priced in.'),
    rate: decimal('Units of the quote currency for one of the base currency.', { minimum: 0 }),
  },
})
