import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BuiltModels, buildModels } from './built-models.ts'
import { allocated, ledgerOf, type OracleOrder } from './ledger-oracle.ts'

const currencies = { EUR: 1_000_000, USD: 913_700, GBP: 1_168_300 } as const
const destinations = {
  FR: { standard: 2000, food: 550 },
  'FR-974': { standard: 850, food: 210 },
  DE: { standard: 1900, food: 700 },
  US: { standard: 0, food: 0 },
} as const

const cents = (max: number) => fc.integer({ min: 0, max })
const sometimes = (max: number) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: cents(max) })

const lineArbitrary = fc.record({
  quantity: fc.integer({ min: 1, max: 9 }),
  amountCents: fc.oneof(cents(20_000), fc.constant(0), fc.constant(999_999_999)),
  taxClass: fc.constantFrom('standard' as const, 'food' as const),
  taxCents: fc.option(cents(500), { nil: undefined, freq: 3 }),
  isGiftCard: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  unitCostMicros: fc.integer({ min: 0, max: 30_000_000 }),
  ownDiscountCents: sometimes(1_500),
})

const orderArbitrary = fc.record({
  currency: fc.constantFrom(...(Object.keys(currencies) as (keyof typeof currencies)[])),
  destination: fc.constantFrom(...(Object.keys(destinations) as (keyof typeof destinations)[])),
  pricesIncludeTax: fc.boolean(),
  taxMode: fc.constantFrom('standard' as const, 'standard' as const, 'none' as const),
  lines: fc.array(lineArbitrary, { minLength: 1, maxLength: 5 }),
  orderDiscountCents: sometimes(4_000),
  shippingCents: sometimes(990),
  shippingCostCents: cents(1_500),
  feeCents: cents(300),
  refund: fc.constantFrom('none' as const, 'none' as const, 'whole' as const, 'in parts' as const),
})

type Case = OracleOrder & { currency: string; destination: string; refund: 'none' | 'whole' | 'in parts' }

const cases: Case[] = fc.sample(orderArbitrary, { numRuns: 300, seed: 20_240_101 }).map((order, n) => ({
  ...order,
  id: `o${n}`,
  fxMicros: currencies[order.currency],
  vat: destinations[order.destination],
  lines: order.lines.map((line, k) => ({ ...line, id: `o${n}-${k}` })),
}))

const money = (value: number | bigint) => {
  const text = String(value < 0 ? -value : value).padStart(3, '0')
  return `${value < 0 ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`
}
const inCents = (value: unknown) => BigInt(Math.round(Number(value) * 100))
const totalOf = (order: Case) =>
  [...ledgerOf(order).values()].reduce((sum, line) => sum + line.refundable, 0n)

const bronze = {
  orders: cases.map((order) => ({
    order_id: order.id,
    placed_at: '2024-03-10 10:00:00',
    status: 'paid',
    customer_id: `c${order.id}`,
    currency: order.currency,
    country: order.destination.slice(0, 2),
    region: order.destination,
    shipping_amount: money(order.shippingCents),
    shipping_cost: money(order.shippingCostCents),
    packaging_cost: '0.00',
    payment_fee: money(order.feeCents),
    prices_include_tax: order.pricesIncludeTax,
    tax_mode: order.taxMode,
  })),
  order_lines: cases.flatMap((order) =>
    order.lines.map((line) => ({
      order_line_id: line.id,
      order_id: order.id,
      sku: line.id,
      quantity: line.quantity,
      line_amount: money(line.amountCents),
      tax_class: line.taxClass,
      tax_amount: line.taxCents === undefined ? null : money(line.taxCents),
      is_gift_card: line.isGiftCard,
    })),
  ),
  product_costs: cases.flatMap((order) =>
    order.lines.map((line) => ({
      sku: line.id,
      valid_from: '2024-01-01',
      unit_cost: (line.unitCostMicros / 1_000_000).toFixed(6),
      currency: 'EUR',
    })),
  ),
  order_discounts: cases.flatMap((order) => [
    ...order.lines
      .filter((line) => line.ownDiscountCents > 0)
      .map((line) => ({
        order_discount_id: `${line.id}-d`,
        order_id: order.id,
        order_line_id: line.id,
        amount: money(line.ownDiscountCents),
      })),
    ...(order.orderDiscountCents > 0
      ? [{ order_discount_id: `${order.id}-d`, order_id: order.id, amount: money(order.orderDiscountCents) }]
      : []),
  ]),
  vat_rates: Object.entries(destinations)
    .filter(([territory]) => territory !== 'US')
    .flatMap(([territory, rates]) =>
      Object.entries(rates).map(([taxClass, rate]) => ({
        territory,
        tax_class: taxClass,
        valid_from: '2020-01-01',
        rate: (rate / 10_000).toFixed(4),
      })),
    ),
  fx_rates: Object.entries(currencies)
    .filter(([currency]) => currency !== 'EUR')
    .map(([currency, micros]) => ({
      rate_date: '2024-03-08',
      base_currency: currency,
      quote_currency: 'EUR',
      rate: (micros / 1_000_000).toFixed(6),
    })),
}

describe('the order ledger', () => {
  let built: BuiltModels
  let lines: Record<string, unknown>[]

  beforeAll(async () => {
    const refunds = cases.flatMap((order) => refundsOf(order))
    built = await buildModels({ ...bronze, refunds }, ['int_orders_ledgered', 'int_orders_held'])
    lines = await built.rows(
      `select order_line_id, order_id, ${[
        'gross',
        'discounts',
        'vat',
        'sales_ex_vat',
        'cogs_sold',
        'shipping_cost',
        'payment_fee',
        'net_revenue',
      ]
        .map((column) => `cast(${column} as varchar) as ${column}`)
        .join(', ')} from silver.int_order_lines_ledgered`,
    )
  })
  afterAll(async () => {
    await built?.close()
  })

  it('keeps every line', () => {
    expect(lines.length).toBe(bronze.order_lines.length)
  })

  it('agrees with the rules written a second time, to the cent', () => {
    const expected = new Map(
      cases.flatMap((order) =>
        [...ledgerOf(order)].map(([id, { refundable: _, ...amounts }]) => [id, amounts] as const),
      ),
    )
    for (const line of lines) {
      expect({
        line: line.order_line_id,
        gross: inCents(line.gross),
        discounts: inCents(line.discounts),
        vat: inCents(line.vat),
        salesExVat: inCents(line.sales_ex_vat),
        cogsSold: inCents(line.cogs_sold),
        shippingCost: inCents(line.shipping_cost),
        paymentFee: inCents(line.payment_fee),
      }).toEqual({ line: line.order_line_id, ...expected.get(line.order_line_id as string) })
    }
  })

  it('leaves nothing of an order refunded in full, at once or in parts', () => {
    const refunded = cases.filter((order) => order.refund !== 'none' && totalOf(order) > 0n)
    expect(refunded.length).toBeGreaterThan(50)
    const left = new Map<string, bigint>()
    for (const line of lines)
      left.set(line.order_id as string, (left.get(line.order_id as string) ?? 0n) + inCents(line.net_revenue))
    for (const order of refunded)
      expect({ order: order.id, left: left.get(order.id) }).toEqual({ order: order.id, left: 0n })
  })

  it('passes every data test of its models', () => {
    expect(built.failedTests).toEqual([])
  })
})

/** The order’s whole total, once or in three parts on three days. */
function refundsOf(order: Case): Record<string, unknown>[] {
  const totalCents = totalOf(order)
  if (order.refund === 'none' || totalCents <= 0n) return []
  const parts = order.refund === 'whole' ? [totalCents] : allocated(totalCents, [3n, 2n, 5n])
  return parts.map((part, n) => ({
    refund_id: `${order.id}-r${n}`,
    order_id: order.id,
    refunded_at: `2024-03-1${n} 12:00:00`,
    amount: money(part),
  }))
}
