import { describe, expect, it } from 'vitest'
import { attributionModels } from '../../../../src/contracts/dashboard.ts'
import {
  campaignRows,
  cohorts,
  marketingRows,
  productRows,
  reconciliationRows,
} from '../../../../src/dashboard/web/gallery/fixture-tables.ts'
import { places, shopDays, sumDays } from '../../../../src/dashboard/web/gallery/fixture-world.ts'
import { sumRows } from '../../../../src/dashboard/web/sum-rows.ts'

const range = { from: '2026-08-24', to: '2026-11-21' }
const shop = sumDays(shopDays(range))

describe('the gallery’s shop tells one story', () => {
  it.each(attributionModels)('credits every order, euro and new customer once under %s', (model) => {
    const all = sumRows(marketingRows(range, model))
    expect(all.credited_orders).toBeCloseTo(shop.orders_kept, 6)
    expect(all.credited_net_revenue).toBeCloseTo(shop.net_revenue, 6)
    expect(all.credited_sales_ex_vat).toBeCloseTo(shop.sales_ex_vat, 6)
    expect(all.credited_contribution).toBeCloseTo(shop.contribution, 6)
    expect(all.credited_new_customers).toBeCloseTo(shop.new_customers, 6)
  })

  it('spends and counts the same in the channels as in the shop', () => {
    const all = sumRows(marketingRows(range, 'linear'))
    expect(all.cost).toBeCloseTo(shop.marketing_cost, 6)
    expect(all.spend).toBeCloseTo(shop.spend, 6)
    expect(all.sessions).toBe(shop.sessions)
  })

  it('divides a channel over its campaigns, and the shop over its products and reasons', () => {
    const withCampaigns = marketingRows(range, 'first').filter((_, index) => places[index]?.campaigns.length)
    const rows = sumRows(withCampaigns)
    const campaigns = sumRows(campaignRows(range, 'first'))
    for (const measure of Object.keys(rows) as (keyof typeof rows)[])
      expect(campaigns[measure], measure).toBeCloseTo(rows[measure], 6)
    const total = (list: readonly { net_revenue: number }[]) =>
      list.reduce((sum, { net_revenue }) => sum + net_revenue, 0)
    expect(total(productRows(range))).toBeCloseTo(shop.net_revenue, 6)
    expect(total(reconciliationRows(range))).toBeCloseTo(shop.net_revenue, 6)
    expect(reconciliationRows(range).reduce((sum, { orders }) => sum + orders, 0)).toBe(shop.orders_kept)
  })

  it('has as many customers in a month’s cohort as first orders in that month', () => {
    const october = sumDays(shopDays({ from: '2026-10-01', to: '2026-10-31' }))
    const cohort = cohorts().find(({ cohort_month }) => cohort_month === '2026-10-01')
    expect(cohort?.customers).toBe(october.new_customers)
  })
})
