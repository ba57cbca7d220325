import { describe, expect, it } from 'vitest'
import { shopVars } from '../../src/orchestration/shop-vars.ts'

describe('the dbt vars of a shop', () => {
  it('are all that it says of itself', () => {
    expect(
      shopVars({
        timeZone: 'Europe/London',
        currency: 'GBP',
        country: 'GB',
        hosts: ['shop.example'],
        costs: { shipping: 3.2, packaging: 0.4, paymentFeeRate: 0.015, paymentFeeFixed: 0.2 },
      }),
    ).toEqual({
      shop_time_zone: 'Europe/London',
      shop_currency: 'GBP',
      shop_country: 'GB',
      shop_hosts: ['shop.example'],
      default_shipping_cost: 3.2,
      default_packaging_cost: 0.4,
      default_payment_fee_rate: 0.015,
      default_payment_fee_fixed: 0.2,
    })
  })

  it('keep a country that is not known empty, and costs that are not at nothing', () => {
    const vars = shopVars({ timeZone: 'Europe/Paris', currency: 'EUR', country: '', costs: {} })
    expect(vars).toMatchObject({ shop_country: '', default_shipping_cost: 0, default_payment_fee_rate: 0 })
  })
})
