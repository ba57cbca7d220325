import type { Scope } from '../../contracts/dashboard.ts'
import type { DuckDb } from '../../database/duckdb.ts'
import type { Publication } from './published-gold.ts'
import type { AskedScope } from './scope.ts'

/** `sum(x) AS x, …` as floating numbers for JSON, summed exactly before. */
export const summed = (measures: readonly string[]): string =>
  measures.map((measure) => `coalesce(sum(${measure}), 0)::DOUBLE AS ${measure}`).join(', ')

/** Adds where the refund window begins to the dates asked for. */
export async function maturedScope(db: DuckDb, { schema }: Publication, asked: AskedScope): Promise<Scope> {
  const [row] = await db.rows<{ since: string | null }>(
    `SELECT min(business_date)::VARCHAR AS since FROM ${schema}.shop_daily
     WHERE immature_orders > 0 AND business_date BETWEEN $1::DATE AND $2::DATE`,
    [asked.range.from, asked.range.to],
  )
  return { ...asked, immatureFrom: row?.since ?? null }
}
