import type { Contract } from './contract.ts'
import { PlatformError } from './errors.ts'
import { adActions } from './tables/ad-actions.ts'
import { adCampaigns } from './tables/ad-campaigns.ts'
import { adPulls } from './tables/ad-pulls.ts'
import { adStats } from './tables/ad-stats.ts'
import { budgets } from './tables/budgets.ts'
import { consents } from './tables/consents.ts'
import { customers } from './tables/customers.ts'
import { experiments } from './tables/experiments.ts'
import { fxRates } from './tables/fx-rates.ts'
import { influencerCodes } from './tables/influencer-codes.ts'
import { influencerPosts } from './tables/influencer-posts.ts'
import { influencers } from './tables/influencers.ts'
import { inventoryDays } from './tables/inventory-days.ts'
import { marketingCosts } from './tables/marketing-costs.ts'
import { messages } from './tables/messages.ts'
import { orderDiscounts } from './tables/order-discounts.ts'
import { orderLines } from './tables/order-lines.ts'
import { orders } from './tables/orders.ts'
import { productCosts } from './tables/product-costs.ts'
import { products } from './tables/products.ts'
import { promotions } from './tables/promotions.ts'
import { refunds } from './tables/refunds.ts'
import { vatRates } from './tables/vat-rates.ts'
import { webEvents } from './tables/web-events.ts'

/** Every bronze table's contract, by table name. */
export const contracts = {
  web_events: webEvents,
  customers: customers,
  consents: consents,
  products: products,
  product_costs: productCosts,
  inventory_days: inventoryDays,
  orders: orders,
  order_lines: orderLines,
  order_discounts: orderDiscounts,
  refunds: refunds,
  promotions: promotions,
  ad_campaigns: adCampaigns,
  ad_stats: adStats,
  ad_actions: adActions,
  ad_pulls: adPulls,
  messages: messages,
  marketing_costs: marketingCosts,
  budgets: budgets,
  experiments: experiments,
  influencers: influencers,
  influencer_codes: influencerCodes,
  influencer_posts: influencerPosts,
  vat_rates: vatRates,
  fx_rates: fxRates,
}

export type TableName = keyof typeof contracts

export const tableNames = Object.keys(contracts) as TableName[]

/** @throws {PlatformError} `contract.unknown` with the list of tables. */
export function contractOf(table: string): Contract {
  const contract = (contracts as Record<string, Contract>)[table]
  if (contract !== undefined) return contract
  throw new PlatformError(
    'contract.unknown',
    `contracts: there is no table "${table}"; the tables are ${tableNames.join(', ')}`,
  )
}
