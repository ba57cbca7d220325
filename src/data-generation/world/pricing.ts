import { catalog, listPriceCents, productIndex, unitCostCents } from '../plan/catalog.ts'
import { euroMicros, vatBasisPoints } from '../plan/geography.ts'
import { influencers } from '../plan/influencer-plan.ts'
import type { MarketingPlan } from '../plan/marketing-plan.ts'
import { exponential, rehash, unit } from '../random.ts'
import {
  chooseProducts,
  type Discount,
  discountLines,
  giftCard,
  type Line,
  newLine,
  type Purchase,
} from './basket.ts'

export interface Refund {
  readonly line: number
  readonly afterDays: number
  readonly quantity: number
  readonly cents: number
  readonly taxCents: number
  readonly isRestocked: boolean
  readonly returnCents: number
  readonly reason: string
}

/** An order in the cents of its own currency, with what it is worth to the shop in euro cents. */
export interface PricedOrder {
  readonly currency: string
  readonly lines: Line[]
  readonly discounts: Discount[]
  readonly refunds: Refund[]
  readonly shippingCents: number
  readonly totalCents: number
  readonly giftCardCents: number
  readonly paymentMethod: string
  readonly feeCents: number
  readonly carrierCents: number
  readonly packagingCents: number
  readonly isCancelled: boolean
  /** False when cancelled, or held for want of a rate. */
  readonly isCounted: boolean
  /** After refunds, euro cents; what the ledger must find. */
  readonly netRevenueCents: number
  readonly contributionCents: number
  /** Product most likely to be bought again, or −1. */
  readonly mainProduct: number
}

const vatIncluded = (gross: number, basisPoints: number) =>
  gross - Math.round((gross * 10_000) / (10_000 + basisPoints))

/** Splits `total` in proportion to `weights`, exact to the cent by largest remainder (ties to the earlier). */
export function allocate(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum === 0) return weights.map((_, index) => (index === 0 ? total : 0))
  const parts = weights.map((weight) => Math.floor((total * weight) / sum))
  const rest = weights.map((weight, index) => (total * weight) / sum - parts[index]!)
  let missing = total - parts.reduce((a, b) => a + b, 0)
  while (missing > 0) {
    let best = 0
    for (let index = 1; index < rest.length; index++) if (rest[index]! > rest[best]!) best = index
    parts[best]!++
    rest[best] = -1
    missing--
  }
  return parts
}

const refundReasons = ['allergie', 'produit abîmé', 'ne convient pas', 'erreur de commande', 'retard']

function refundLines(lines: readonly Line[], occasion: number): Refund[] {
  const refunds: Refund[] = []
  const isWhole = unit(rehash(occasion, 60)) < 0.018
  lines.forEach((line, index) => {
    const h = rehash(occasion, 61 + index)
    const paid = line.amountCents - line.discountCents
    if (paid <= 0 || line.product === giftCard || (!isWhole && unit(h) >= 0.026)) return
    const isAll = isWhole || line.quantity === 1 || unit(rehash(h, 1)) < 0.5
    const quantity = isAll ? line.quantity : 1
    const goods = isAll ? paid : Math.round(paid / line.quantity)
    const tax = Math.max(0, line.taxCents)
    const cents = goods + (isWhole ? line.shippingCents : 0)
    const taxCents = isWhole ? tax + line.shippingTaxCents : isAll ? tax : Math.round((tax * goods) / paid)
    refunds.push({
      line: index,
      afterDays: 3 + Math.min(26, Math.floor(exponential(rehash(isWhole ? occasion : h, 2)) * 8)),
      quantity,
      cents,
      taxCents,
      isRestocked: unit(rehash(h, 3)) < 0.08,
      returnCents: index === 0 || !isWhole ? 460 : 0,
      reason: refundReasons[rehash(h, 4) % refundReasons.length]!,
    })
  })
  return refunds
}

/** Fills the basket of a purchase and works out its money, to the cent. */
export function priceOrder(plan: MarketingPlan, purchase: Purchase): PricedOrder {
  const { region, occasion } = purchase
  const currency = purchase.isOffline ? 'EUR' : region.currency
  const day = plan.firstDay + purchase.dayIndex
  const lines = chooseProducts(plan, purchase).map(({ product, quantity }) =>
    newLine(product, quantity, listPriceCents(product, currency)),
  )
  const bought = lines.length
  const discounts = discountLines(plan, purchase, lines, currency)
  const paid = lines.map((line) => line.amountCents - line.discountCents)
  const goods = paid.reduce((a, b) => a + b, 0)
  const euro = euroMicros(currency, day)
  const toCurrency = (euroCents: number) => Math.round((euroCents * 1_000_000) / (euro < 0 ? 85_000 : euro))
  const isHome = region.country === 'FR' && region.weight > 2.5 && region.postal.length < 3
  const isFree =
    purchase.isOffline ||
    lines.every((line) => line.product === giftCard) ||
    plan.promotions[purchase.promotion]?.kind === 'free_shipping' ||
    goods >= toCurrency(isHome ? 6000 : 12000)
  const shippingCents = isFree ? 0 : toCurrency(isHome ? 490 : 990)
  const shipping = allocate(
    shippingCents,
    paid.map((cents, index) => (lines[index]!.product === giftCard ? 0 : cents)),
  )
  let hasRate = euro > 0
  lines.forEach((line, index) => {
    if (line.product === giftCard) return
    const rate = vatBasisPoints(region, catalog[line.product]!.taxClass, day)
    if (rate < 0) hasRate = false
    line.taxCents = rate < 0 ? -1 : vatIncluded(paid[index]!, rate)
    line.shippingCents = shipping[index]!
    line.shippingTaxCents = rate < 0 ? 0 : vatIncluded(shipping[index]!, rate)
  })
  const totalCents = goods + shippingCents
  const refunds = refundLines(lines, occasion)
  const payment = unit(rehash(occasion, 41))
  const paymentMethod = purchase.isOffline
    ? 'card_terminal'
    : payment < 0.66
      ? 'card'
      : payment < 0.9
        ? 'paypal'
        : payment < 0.97
          ? 'klarna'
          : 'bank_transfer'
  const feeRate = { card: 140, paypal: 290, klarna: 330, bank_transfer: 0, card_terminal: 75 }[paymentMethod]!
  const feeCents =
    feeRate === 0 ? 0 : Math.round((totalCents * feeRate) / 10_000) + toCurrency(purchase.isOffline ? 0 : 25)
  const units = lines.reduce((sum, line) => sum + line.quantity, 0)
  const isPosted = !purchase.isOffline && lines.some((line) => line.product !== giftCard)
  const carrierCents = isPosted ? toCurrency(isHome ? 520 : region.country === 'FR' ? 1390 : 1120) : 0
  const packagingCents = isPosted ? toCurrency(80 + 9 * units) : toCurrency(purchase.isOffline ? 15 : 0)
  const isCancelled = !purchase.isOffline && unit(rehash(occasion, 42)) < 0.017
  const isCounted = hasRate && !isCancelled
  let revenue = 0
  let cost = 0
  lines.forEach((line, index) => {
    if (line.product === giftCard) return
    revenue += paid[index]! + shipping[index]! - line.taxCents - line.shippingTaxCents
    cost += line.quantity * unitCostCents(line.product, day)
  })
  let returns = 0
  for (const refund of refunds) {
    revenue -= refund.cents - refund.taxCents
    returns += refund.returnCents
    if (refund.isRestocked) cost -= refund.quantity * unitCostCents(lines[refund.line]!.product, day)
  }
  const toEuro = (cents: number) => Math.round((cents * euro) / 1_000_000)
  const netRevenueCents = isCounted ? toEuro(revenue) : 0
  return {
    currency,
    lines,
    discounts,
    refunds: isCancelled ? [] : refunds,
    shippingCents,
    totalCents,
    giftCardCents: unit(rehash(occasion, 43)) < 0.012 ? Math.min(totalCents, toCurrency(5000)) : 0,
    paymentMethod,
    feeCents,
    carrierCents,
    packagingCents,
    isCancelled,
    isCounted,
    netRevenueCents,
    contributionCents: isCounted
      ? netRevenueCents - cost - toEuro(carrierCents + packagingCents + feeCents + returns)
      : 0,
    mainProduct: mainOf(lines.slice(0, bought)),
  }
}

function mainOf(lines: readonly Line[]): number {
  let main = -1
  for (const line of lines) {
    const product = catalog[line.product]!
    if (product.daysOfUse === 0) continue
    if (main < 0 || product.popularity > catalog[main]!.popularity) main = line.product
  }
  if (main < 0) return -1
  const fullSize = catalog[main]!.fullSizeSku
  return fullSize === undefined ? main : productIndex.get(fullSize)!
}

/** Code typed into an order: the influencer's, else the promotion's, else ''. */
export function codeOf(plan: MarketingPlan, influencer: number, promotion: number): string {
  if (influencer >= 0) return influencers[influencer]!.code
  return plan.promotions[promotion]?.code ?? ''
}
