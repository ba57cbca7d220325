import type { DuckDb } from '../database/duckdb.ts'
import { defineMacros, type ShopSettings } from './adapter-macros.ts'
import { definePersonalDataMacros } from './personal-data.ts'

/** Defines on a connection what adapters and the rules for personal data use. */
export async function defineLanding(
  db: DuckDb,
  options: { readonly shop: ShopSettings; readonly secret: Uint8Array },
): Promise<void> {
  await defineMacros(db, options.shop)
  await definePersonalDataMacros(db, options.secret)
}
