import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Shop } from '../../contracts/dashboard.ts'
import { PlatformError } from '../../contracts/errors.ts'
import type { DuckDb } from '../../database/duckdb.ts'
import { type Pointer, readPointer } from '../../lake/pointer.ts'
import { type LoadedTable, publishedTables } from './gold-tables.ts'
import { loadTable, tableState } from './lake-tables.ts'

/** One publication in memory; queries prefix its tables with `schema`. */
export interface Publication {
  readonly pointer: Pointer
  readonly shop: Shop
  readonly schema: string
}

/** Follows the pointer: each new publication is loaded beside the old one and takes its place when complete. */
export interface PublishedGold {
  /** @throws {PlatformError} `pointer.missing` before the first publication. */
  current(): Publication
  sequence(): number | null
  /** Why the newest publication could not be loaded; null when it could. */
  problem(): string | null
  /** Loads the newest publication unless it is loaded. */
  refresh(): Promise<void>
}

const refundWindowDays = 30

export function followPublishedGold(dataDir: string, db: DuckDb): PublishedGold {
  let publication: Publication | null = null
  let problem: string | null = null
  let refreshing: Promise<void> | null = null
  let replaced: string | null = null

  const load = async () => {
    const pointer = await readPointer(dataDir)
    if (pointer === undefined || pointer.sequence === publication?.pointer.sequence) {
      problem = null
      return
    }
    const schema = `published_${pointer.sequence}`
    const loader = await db.connect()
    try {
      await loader.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
      for (const [name, loaded] of Object.entries<LoadedTable>(publishedTables)) {
        const { table } = loaded
        const version = pointer.tables[table]
        const state = version === undefined ? undefined : await tableState(dataDir, table, version)
        await loadTable(loader, { schema, name }, state, loaded)
      }
      const shop = await describeShop(dataDir, loader, schema, pointer)
      if (replaced !== null) await loader.run(`DROP SCHEMA IF EXISTS ${replaced} CASCADE`)
      replaced = publication?.schema ?? null
      publication = { pointer, shop, schema }
      problem = null
    } finally {
      loader.close()
    }
  }

  return {
    current: () => {
      if (publication !== null) return publication
      throw new PlatformError(
        'pointer.missing',
        'dashboard: nothing has been published yet; run `sillage run`',
        {
          canRetry: true,
        },
      )
    },
    sequence: () => publication?.pointer.sequence ?? null,
    problem: () => problem,
    refresh: () => {
      refreshing ??= load()
        .catch((error: unknown) => {
          problem = error instanceof Error ? error.message : String(error)
        })
        .finally(() => {
          refreshing = null
        })
      return refreshing
    },
  }
}

interface ShopFacts {
  data_from: string | null
  data_to: string | null
  last_order_date: string | null
  has_orders: boolean
  has_web: boolean
  has_cost: boolean
}

async function describeShop(dataDir: string, db: DuckDb, schema: string, pointer: Pointer): Promise<Shop> {
  const { id, name, timeZone, currency, origin } = JSON.parse(
    await readFile(join(dataDir, 'shop.json'), 'utf8'),
  ) as Shop
  const [facts] = await db.rows<ShopFacts>(`
    SELECT min(business_date)::VARCHAR AS data_from, max(business_date)::VARCHAR AS data_to,
      max(business_date) FILTER (orders_placed > 0)::VARCHAR AS last_order_date,
      coalesce(sum(orders_placed) > 0, false) AS has_orders,
      coalesce(sum(page_views) + sum(unconsented_page_views) + sum(sessions) > 0, false) AS has_web,
      coalesce(sum(marketing_cost) > 0, false) AS has_cost
    FROM ${schema}.shop_daily`)
  const newest = pointer.dataThrough === null ? null : dateIn(timeZone, pointer.dataThrough)
  const last = facts === undefined ? null : lastWholeDate(facts)
  return {
    id,
    name,
    timeZone,
    currency,
    origin,
    sequence: pointer.sequence,
    publishedAt: pointer.publishedAt,
    dataFrom: facts?.data_from ?? null,
    dataThrough: newest !== null && (last === null || newest < last) ? newest : last,
    has: {
      orders: facts?.has_orders ?? false,
      web: facts?.has_web ?? false,
      cost: facts?.has_cost ?? false,
    },
    refundWindowDays,
  }
}

/** Days without an order that a shop may have; longer, and its orders have not come. */
const orderlessDays = 7

/**
 * Visits reach the lake by the minute, orders by the day or week: figures are whole as far as both have come, and a
 * shop whose visits go on without orders ends with its orders.
 */
function lastWholeDate({ data_to, last_order_date }: ShopFacts): string | null {
  if (data_to === null || last_order_date === null) return data_to
  const days = (Date.parse(data_to) - Date.parse(last_order_date)) / 86_400_000
  return days > orderlessDays ? last_order_date : data_to
}

const dateIn = (timeZone: string, instant: string): string => {
  const utc = /(Z|[+-]\d\d:?\d\d)$/.test(instant) ? instant : `${instant.replace(' ', 'T')}Z`
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(utc))
}
