/** The ledger's rules for one order, written a second time, in whole cents. */

export interface OracleLine {
  readonly id: string
  readonly quantity: number
  readonly amountCents: number
  readonly taxClass: 'standard' | 'food'
  /** Tax the source gives, after discounts. */
  readonly taxCents?: number
  readonly isGiftCard: boolean
  readonly unitCostMicros: number
  readonly ownDiscountCents: number
}

export interface OracleOrder {
  readonly id: string
  /** Shop currency for one unit of the order’s, in millionths. */
  readonly fxMicros: number
  readonly pricesIncludeTax: boolean
  readonly taxMode: 'standard' | 'none'
  /** Basis points by tax class; 0 for exports. */
  readonly vat: { readonly standard: number; readonly food: number }
  readonly lines: readonly OracleLine[]
  readonly orderDiscountCents: number
  readonly shippingCents: number
  readonly shippingCostCents: number
  readonly feeCents: number
}

export interface OracleAmounts {
  /** What a full refund gives back, in the order’s currency: with tax when its prices include it. */
  readonly refundable: bigint
  readonly gross: bigint
  readonly discounts: bigint
  readonly vat: bigint
  readonly salesExVat: bigint
  readonly cogsSold: bigint
  readonly shippingCost: bigint
  readonly paymentFee: bigint
}

/** Half away from zero. */
export function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const isNegative = dividend < 0n !== divisor < 0n
  const [n, d] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor]
  const quotient = (2n * n + d) / (2n * d)
  return isNegative ? -quotient : quotient
}

/** Largest remainder: whole shares first, then one cent each to the largest remainders, ties by order given. */
export function allocated(totalCents: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n)
  const shares = sum === 0n ? weights.map(() => 1n) : weights
  const whole = shares.reduce((a, b) => a + b, 0n)
  const parts = shares.map((share) => (totalCents * share) / whole)
  let left = totalCents - parts.reduce((a, b) => a + b, 0n)
  const byRemainder = shares
    .map((share, index) => ({ index, rest: (totalCents * share) % whole }))
    .sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))
  for (const { index } of byRemainder) {
    if (left === 0n) break
    parts[index]! += 1n
    left -= 1n
  }
  return parts
}

/** Amounts of each line, in cents of the shop’s currency. */
export function ledgerOf(order: OracleOrder): Map<string, OracleAmounts> {
  const lines = [...order.lines].sort((a, b) => (a.id < b.id ? -1 : 1))
  const inShop = (cents: bigint) => roundedQuotient(cents * BigInt(order.fxMicros), 1_000_000n)
  const weights = lines.map((line) => {
    const value = BigInt(line.amountCents - line.ownDiscountCents)
    return line.isGiftCard || value < 0n ? 0n : value
  })
  const discountParts = allocated(BigInt(order.orderDiscountCents), weights)
  const shippingParts = allocated(BigInt(order.shippingCents), weights)
  const carrierParts = allocated(inShop(BigInt(order.shippingCostCents)), weights)
  const feeParts = allocated(inShop(BigInt(order.feeCents)), weights)
  return new Map(
    lines.map((line, index) => {
      const discount = BigInt(line.ownDiscountCents) + discountParts[index]!
      const goods = line.isGiftCard ? 0n : BigInt(line.amountCents) - discount
      const shipping = shippingParts[index]!
      const charged = goods + shipping
      const vat = vatOf(order, line, goods, shipping)
      const paid = order.pricesIncludeTax ? charged : charged + vat
      const shown = line.isGiftCard
        ? 0n
        : order.pricesIncludeTax || charged === 0n
          ? discount
          : discount + roundedQuotient(discount * vat, charged)
      const amounts = { gross: inShop(paid + shown), discounts: inShop(shown), vat: inShop(vat) }
      return [
        line.id,
        {
          ...amounts,
          refundable: charged,
          salesExVat: amounts.gross - amounts.discounts - amounts.vat,
          cogsSold: line.isGiftCard
            ? 0n
            : roundedQuotient(BigInt(line.quantity * line.unitCostMicros), 10_000n),
          shippingCost: carrierParts[index]!,
          paymentFee: feeParts[index]!,
        },
      ]
    }),
  )
}

function vatOf(order: OracleOrder, line: OracleLine, goods: bigint, shipping: bigint): bigint {
  if (order.taxMode === 'none') return 0n
  if (line.taxCents !== undefined && !line.isGiftCard && (goods !== 0n || shipping === 0n)) {
    const tax = BigInt(line.taxCents)
    return goods === 0n ? tax : tax + roundedQuotient(shipping * tax, goods)
  }
  const rate = BigInt(order.vat[line.taxClass])
  const charged = goods + shipping
  return order.pricesIncludeTax
    ? charged - roundedQuotient(charged * 10_000n, 10_000n + rate)
    : roundedQuotient(charged * rate, 10_000n)
}
