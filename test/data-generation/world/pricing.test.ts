import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalog, unitCostCents } from '../../../src/data-generation/plan/catalog.ts'
import { regions, vatBasisPoints } from '../../../src/data-generation/plan/geography.ts'
import { createMarketingPlan } from '../../../src/data-generation/plan/marketing-plan.ts'
import { resolveSetting } from '../../../src/data-generation/shop.ts'
import { createPerson, meetPerson } from '../../../src/data-generation/world/people.ts'
import { allocate, priceOrder } from '../../../src/data-generation/world/pricing.ts'

const plan = createMarketingPlan(resolveSetting({ size: 'small' }))

const purchases = fc
  .record({
    id: fc.nat({ max: 100_000 }),
    region: fc.nat({ max: regions.length - 1 }),
    dayIndex: fc.nat({ max: plan.days - 1 }),
    occasion: fc.nat({ max: 4_294_967_295 }),
    ordinal: fc.nat({ max: 3 }),
    influencer: fc.integer({ min: -1, max: 9 }),
    replenishes: fc.integer({ min: -1, max: catalog.length - 2 }),
    isOffline: fc.boolean(),
  })
  .map(({ id, region, ...rest }) => ({
    ...rest,
    person: { ...meetPerson(1, id, createPerson()), region },
    region: regions[region]!,
    promotion: plan.promotionOfDay[rest.dayIndex]!,
  }))

describe('priceOrder', () => {
  it('adds up to the cent', () => {
    fc.assert(
      fc.property(purchases, (purchase) => {
        const order = priceOrder(plan, purchase)
        const day = plan.firstDay + purchase.dayIndex
        expect(order.lines.length).toBeGreaterThan(0)
        let total = 0
        let shipping = 0
        order.lines.forEach((line, index) => {
          expect(line.amountCents).toBe(line.unitCents * line.quantity)
          const given = order.discounts.filter((discount) => discount.line === index)
          expect(line.discountCents).toBe(given.reduce((sum, discount) => sum + discount.cents, 0))
          expect(line.discountCents).toBeLessThanOrEqual(line.amountCents)
          total += line.amountCents - line.discountCents
          shipping += line.shippingCents
          const product = catalog[line.product]!
          if (product.isGiftCard) return
          const rate = vatBasisPoints(purchase.region, product.taxClass, day)
          const paid = line.amountCents - line.discountCents
          if (rate >= 0)
            expect(Math.abs(line.taxCents - (paid - paid / (1 + rate / 10_000)))).toBeLessThanOrEqual(
              0.5000001,
            )
          else expect(order.isCounted).toBe(false)
        })
        expect(order.totalCents).toBe(total + order.shippingCents)
        if (order.lines.some((line) => !catalog[line.product]!.isGiftCard))
          expect(shipping).toBe(order.shippingCents)
        for (const refund of order.refunds) {
          const line = order.lines[refund.line]!
          expect(refund.quantity).toBeLessThanOrEqual(line.quantity)
          expect(refund.cents).toBeLessThanOrEqual(line.amountCents - line.discountCents + line.shippingCents)
        }
        expect(order.giftCardCents).toBeLessThanOrEqual(order.totalCents)
        if (!order.isCounted) expect(order.netRevenueCents).toBe(0)
      }),
      { numRuns: 400 },
    )
  })

  it('is worth what a ledger by hand finds', () => {
    const person = { ...meetPerson(1, 11, createPerson()), region: 0 }
    const order = priceOrder(plan, {
      person,
      region: regions[0]!,
      dayIndex: 20,
      occasion: 77,
      ordinal: 1,
      promotion: -1,
      influencer: -1,
      replenishes: 0,
      isOffline: false,
    })
    const goods = order.lines.reduce((sum, line) => sum + line.amountCents - line.discountCents, 0)
    const tax = order.lines.reduce((sum, line) => sum + line.taxCents + line.shippingTaxCents, 0)
    const refunds = order.refunds.reduce((sum, refund) => sum + refund.cents - refund.taxCents, 0)
    const cost = order.lines.reduce(
      (sum, line) => sum + line.quantity * unitCostCents(line.product, plan.firstDay + 20),
      0,
    )
    expect(order.netRevenueCents).toBe(goods + order.shippingCents - tax - refunds)
    expect(order.refunds).toEqual([])
    expect(order.contributionCents).toBe(
      order.netRevenueCents - cost - order.carrierCents - order.packagingCents - order.feeCents,
    )
  })
})

describe('allocate', () => {
  it('loses no cent and gives no line more than a cent too much', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 5000 }),
        fc.array(fc.nat({ max: 9000 }), { minLength: 1, maxLength: 8 }),
        (total, weights) => {
          const parts = allocate(total, weights)
          const sum = weights.reduce((a, b) => a + b, 0)
          expect(parts.reduce((a, b) => a + b, 0)).toBe(total)
          if (sum === 0) return
          for (const [index, part] of parts.entries())
            expect(Math.abs(part - (total * weights[index]!) / sum)).toBeLessThan(1)
        },
      ),
    )
  })

  it('splits 1.00 over equal lines as 0.34, 0.33, 0.33', () => {
    expect(allocate(100, [5, 5, 5])).toEqual([34, 33, 33])
  })
})
