import { attributionModels } from '../../src/contracts/dashboard.ts'
import {
  campaignRows,
  cohorts,
  marketingRows,
  productRows,
} from '../../src/dashboard/web/gallery/fixture-tables.ts'
import { lastDay, shopDay } from '../../src/dashboard/web/gallery/fixture-world.ts'
import { addDays } from '../../src/dashboard/web/state/dates.ts'
import {
  campaignColumns,
  channelColumns,
  type LakeRows,
  noMeasures,
  productColumns,
  shopColumns,
} from './gold-lake.ts'

/** The gallery's shop as published tables, for its last days. */
export function demoRows(days: number): Record<string, LakeRows> {
  const dates = Array.from({ length: days }, (_, index) => addDays(lastDay, index - days + 1))
  const eachModel = dates.flatMap((date) =>
    attributionModels.map((model) => ({ date, model, range: { from: date, to: date } })),
  )
  return {
    'gold.mart_shop_daily': {
      columns: shopColumns,
      rows: dates.map((business_date) => ({ ...shopDay(business_date), business_date })),
    },
    'gold.mart_channel_performance': {
      columns: channelColumns,
      rows: eachModel.flatMap(({ date, model, range }) =>
        marketingRows(range, model).map((row) => ({ ...row, business_date: date, attribution_model: model })),
      ),
    },
    'gold.mart_campaign_performance': {
      columns: campaignColumns,
      rows: eachModel.flatMap(({ date, model, range }) =>
        campaignRows(range, model).map((row) => ({
          ...noMeasures,
          ...row,
          business_date: date,
          attribution_model: model,
        })),
      ),
    },
    'gold.mart_products_daily': {
      columns: productColumns,
      rows: dates.flatMap((date) =>
        productRows({ from: date, to: date }).map((row) => ({ ...row, business_date: date })),
      ),
    },
    'gold.mart_cohorts': {
      columns: {
        cohort_month: 'DATE',
        months_since: 'INTEGER',
        customers: 'BIGINT',
        active_customers: 'BIGINT',
        orders: 'BIGINT',
        net_revenue: 'DECIMAL(18,2)',
        contribution: 'DECIMAL(18,2)',
      },
      rows: cohorts().flatMap(({ cohort_month, customers, months }) =>
        months.map((cell) => ({ cohort_month, customers, ...cell })),
      ),
    },
  }
}
