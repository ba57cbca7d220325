import {
  type Cohort,
  type Cohorts,
  type DateRange,
  type Overview,
  type ProductRow,
  type Products,
  type ShopDay,
  shopTrendMeasures,
} from '../../contracts/dashboard.ts'
import { type ShopMeasure, type ShopSums, shopMeasures } from '../../contracts/metrics/measures.ts'
import type { DuckDb } from '../../database/duckdb.ts'
import { headlineOf } from './headline.ts'
import { marketingRows } from './marketing-queries.ts'
import { maturedScope, summed } from './matured-scope.ts'
import type { Publication } from './published-gold.ts'
import type { AskedScope } from './scope.ts'

/** Rows a page lists of the products; the CSV has all. */
const listedProducts = 200

export const shopDays = <M extends ShopMeasure>(
  db: DuckDb,
  { schema }: Publication,
  { from, to }: DateRange,
  measures: readonly M[],
): Promise<ShopDay<M>[]> =>
  db.rows<ShopDay<M>>(
    `SELECT business_date::VARCHAR AS date, ${summed(measures)} FROM ${schema}.shop_daily
     WHERE business_date BETWEEN $1::DATE AND $2::DATE GROUP BY business_date ORDER BY business_date`,
    [from, to],
  )

export const shopTotals = async (
  db: DuckDb,
  { schema }: Publication,
  { from, to }: DateRange,
): Promise<ShopSums> => {
  const [row] = await db.rows<ShopSums>(
    `SELECT ${summed(shopMeasures)} FROM ${schema}.shop_daily
     WHERE business_date BETWEEN $1::DATE AND $2::DATE`,
    [from, to],
  )
  return row!
}

export async function overview(db: DuckDb, publication: Publication, asked: AskedScope): Promise<Overview> {
  const scope = await maturedScope(db, publication, asked)
  const { range, compareWith, model } = scope
  const marketing = await marketingRows(db, publication, range, model)
  return {
    ...scope,
    totals: await shopTotals(db, publication, range),
    before: compareWith ? await shopTotals(db, publication, compareWith) : null,
    days: await shopDays(db, publication, range, shopTrendMeasures),
    daysBefore: compareWith ? await shopDays(db, publication, compareWith, ['net_revenue']) : [],
    marketing,
    headline: headlineOf(marketing),
  }
}

const productMeasures = ['units', 'orders', 'net_revenue', 'contribution', 'refunds_ex_vat'] as const

export const productRows = (
  db: DuckDb,
  { schema }: Publication,
  { from, to }: DateRange,
  limit?: number,
): Promise<ProductRow[]> =>
  db.rows<ProductRow>(
    `SELECT sku, arg_max(product_name, business_date) AS product_name,
       arg_max(category, business_date) AS category, ${summed(productMeasures)}
     FROM ${schema}.products_daily WHERE business_date BETWEEN $1::DATE AND $2::DATE
     GROUP BY sku HAVING sum(units) <> 0 OR sum(net_revenue) <> 0
     ORDER BY net_revenue DESC, sku ${limit === undefined ? '' : `LIMIT ${limit}`}`,
    [from, to],
  )

export async function products(db: DuckDb, publication: Publication, asked: AskedScope): Promise<Products> {
  const { from, to } = asked.range
  const [all] = await db.rows<Products['totals'] & { products: number }>(
    `SELECT ${summed(productMeasures)},
       count(DISTINCT sku) FILTER (units <> 0 OR net_revenue <> 0)::DOUBLE AS products
     FROM ${publication.schema}.products_daily WHERE business_date BETWEEN $1::DATE AND $2::DATE`,
    [from, to],
  )
  const { products: productCount, ...sums } = all!
  return {
    ...(await maturedScope(db, publication, asked)),
    products: await productRows(db, publication, asked.range, listedProducts),
    totals: sums,
    productCount,
  }
}

/** By month of first order; a later month counts once it is over, or it would look as if few came back. */
export async function cohorts(db: DuckDb, { schema, shop }: Publication): Promise<Cohorts> {
  const rows = await db.rows<Cohort['months'][number] & { cohort_month: string; customers: number }>(
    `SELECT cohort_month::VARCHAR AS cohort_month, months_since::DOUBLE AS months_since,
       ${['customers', 'active_customers', 'orders', 'net_revenue', 'contribution']
         .map((name) => `coalesce(${name}, 0)::DOUBLE AS ${name}`)
         .join(', ')}
     FROM ${schema}.cohorts
     WHERE $1::DATE IS NULL OR cohort_month <= $1::DATE
       AND (months_since = 0 OR cohort_month + to_months(months_since::INTEGER + 1) - INTERVAL 1 DAY <= $1::DATE)
     ORDER BY cohort_month, months_since`,
    [shop.dataThrough],
  )
  const byMonth = new Map<string, { customers: number; months: Cohort['months'][number][] }>()
  for (const { cohort_month, customers, ...cell } of rows) {
    const cohort = byMonth.get(cohort_month) ?? { customers, months: [] }
    cohort.months.push(cell)
    byMonth.set(cohort_month, cohort)
  }
  return { cohorts: [...byMonth].map(([cohort_month, cohort]) => ({ cohort_month, ...cohort })) }
}
