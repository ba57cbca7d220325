import { catalog, categories, listPriceCents, popularityTable, productIndex } from '../plan/catalog.ts'
import type { Region } from '../plan/geography.ts'
import { influencers } from '../plan/influencer-plan.ts'
import type { MarketingPlan } from '../plan/marketing-plan.ts'
import type { Promotion } from '../plan/promotions.ts'
import { pick, rehash, unit } from '../random.ts'
import type { Person } from './people.ts'

/** Why and when somebody buys: all that the contents and the money of an order depend on. */
export interface Purchase {
  readonly person: Readonly<Person>
  readonly region: Region
  /** Day index of the plan. */
  readonly dayIndex: number
  readonly occasion: number
  /** 0 for a person's first order. */
  readonly ordinal: number
  /** Promotion of the day or −1; influencer whose code is typed or −1. */
  readonly promotion: number
  readonly influencer: number
  /** Product that is running out, or −1. */
  readonly replenishes: number
  readonly isOffline: boolean
}

export interface Discount {
  readonly line: number
  readonly promotion: number
  readonly influencer: number
  readonly cents: number
}

export interface Line {
  readonly product: number
  readonly quantity: number
  readonly unitCents: number
  readonly amountCents: number
  discountCents: number
  /** VAT of the goods after discounts; −1 when the destination has no rate. */
  taxCents: number
  /** Share of the shipping charged, and the VAT in it. */
  shippingCents: number
  shippingTaxCents: number
}

export const giftCard = catalog.findIndex((product) => product.isGiftCard)
const minis = [...productIndex.values()].filter((index) => catalog[index]!.fullSizeSku !== undefined)
const byCategory = categories.map((category) =>
  catalog.flatMap((product, index) => (product.category === category ? [index] : [])),
)

function isOnSale(plan: MarketingPlan, product: number, dayIndex: number): boolean {
  return (
    plan.stockOut[product * plan.days + dayIndex] === 0 &&
    catalog[product]!.launchDay <= plan.firstDay + dayIndex
  )
}

/** What somebody puts into the basket, each product once. */
export function chooseProducts(
  plan: MarketingPlan,
  purchase: Purchase,
): { product: number; quantity: number }[] {
  const { person, dayIndex, occasion } = purchase
  const promotion = plan.promotions[purchase.promotion]
  const size = unit(rehash(occasion, 40))
  const wanted = size < 0.38 ? 1 : size < 0.7 ? 2 : size < 0.89 ? 3 : 4
  const chosen = new Map<number, number>()
  if (purchase.replenishes >= 0 && isOnSale(plan, purchase.replenishes, dayIndex))
    chosen.set(purchase.replenishes, 1)
  for (let slot = 0; chosen.size < wanted && slot < 12; slot++) {
    const h = rehash(occasion, 50 + slot)
    const mood = unit(rehash(h, 1))
    let product = pick(popularityTable, h)
    if (promotion !== undefined && promotion.products.size > 0 && mood < 0.3 + promotion.percent / 100) {
      const offered = [...promotion.products]
      product = offered[rehash(h, 2) % offered.length]!
    } else if (mood > 0.62) {
      const own = byCategory[person.taste]!
      product = own[rehash(h, 2) % own.length]!
    } else if (purchase.ordinal === 0 && mood < 0.08) {
      product = minis[rehash(h, 2) % minis.length]!
    }
    if (!isOnSale(plan, product, dayIndex)) continue
    const isOffer = promotion !== undefined && isPromoted(promotion, product)
    const two = unit(rehash(h, 3)) < (isOffer && promotion.percent > 0 ? 0.22 : 0.07)
    chosen.set(product, (chosen.get(product) ?? 0) + (two ? 2 : 1))
  }
  if (chosen.size === 0) chosen.set(giftCard, 1)
  return [...chosen].map(([product, quantity]) => ({ product, quantity }))
}

export function newLine(product: number, quantity: number, unitCents: number): Line {
  return {
    product,
    quantity,
    unitCents,
    amountCents: unitCents * quantity,
    discountCents: 0,
    taxCents: 0,
    shippingCents: 0,
    shippingTaxCents: 0,
  }
}

function isPromoted(promotion: Promotion, product: number): boolean {
  if (product === giftCard) return false
  return promotion.products.size === 0 || promotion.products.has(product)
}

/** Gives what the promotion and the code of a purchase grant; a gift is a line of its own, wholly discounted. */
export function discountLines(
  plan: MarketingPlan,
  purchase: Purchase,
  lines: Line[],
  currency: string,
): Discount[] {
  const discounts: Discount[] = []
  const promotion = plan.promotions[purchase.promotion]
  const give = (line: number, cents: number, promotionIndex: number, influencer: number) => {
    if (cents <= 0) return
    lines[line]!.discountCents += cents
    discounts.push({ line, cents, promotion: promotionIndex, influencer })
  }
  if (promotion !== undefined) {
    if (promotion.percent > 0)
      lines.forEach((line, index) => {
        if (isPromoted(promotion, line.product))
          give(index, Math.round((line.amountCents * promotion.percent) / 100), purchase.promotion, -1)
      })
    const goods = lines.reduce((sum, line) => sum + line.amountCents, 0)
    if (promotion.kind === 'gift' && goods >= 5000) {
      const mini = minis[rehash(purchase.occasion, 45) % minis.length]!
      if (isOnSale(plan, mini, purchase.dayIndex)) {
        const unitCents = listPriceCents(mini, currency)
        lines.push(newLine(mini, 1, unitCents))
        give(lines.length - 1, unitCents, purchase.promotion, -1)
      }
    }
  }
  if (purchase.influencer >= 0) {
    const percent = influencers[purchase.influencer]!.discountPercent
    lines.forEach((line, index) => {
      if (line.product !== giftCard)
        give(
          index,
          Math.round(((line.amountCents - line.discountCents) * percent) / 100),
          -1,
          purchase.influencer,
        )
    })
  }
  return discounts
}
