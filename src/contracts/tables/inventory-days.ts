import { count, date, decimal, optional, text } from '../columns.ts'
import { defineContract } from '../contract.ts'

export const inventoryDays = defineContract({
  name: 'inventory_days',
  description: 'One row per SKU and day: stock at the end of the day.',
  version: 1,
  kind: 'snapshot',
  primaryKey: ['sku', 'inventory_date'],
  eventTimeColumn: 'inventory_date',
  columns: {
    sku: text('Stock keeping unit.', { maxLength: 128 }),
    inventory_date: date('Business date of the count.', { isPast: true }),
    units_on_hand: count('Units that could be sold at the end of the day.'),
    stock_out_hours: optional(decimal('Hours of the day without stock.', { minimum: 0, maximum: 25 })),
  },
})
