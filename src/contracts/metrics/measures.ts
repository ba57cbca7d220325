/** Columns of `mart_shop_daily` that may be summed over dates; the additive base of every shop metric. */
export const shopMeasures = [
  'sessions',
  'visitors',
  'page_views',
  'product_views',
  'unconsented_page_views',
  'unconsented_landings',
  'bot_events',
  'orders_placed',
  'orders_kept',
  'orders_net_of_full_refunds',
  'units',
  'gross',
  'discounts',
  'vat',
  'sales_ex_vat',
  'refunds_ex_vat',
  'net_revenue',
  'cogs',
  'cm1',
  'shipping_cost',
  'packaging_cost',
  'payment_fees',
  'return_costs',
  'contribution',
  'ad_spend',
  'influencer_cost',
  'message_cost',
  'other_marketing_cost',
  'spend',
  'marketing_cost',
  'cm3',
  'new_customers',
  'new_unknown_customers',
  'returning_orders',
  'immature_orders',
  'expected_refunds',
  'finance_refunds_ex_vat',
  'finance_net_revenue',
  'finance_contribution',
  'fx_difference',
] as const
export type ShopMeasure = (typeof shopMeasures)[number]

/** Columns of the channel and campaign marts that may be summed within one attribution model. */
export const marketingMeasures = [
  'sessions',
  'impressions',
  'clicks',
  'spend',
  'cost',
  'credited_orders',
  'credited_sales_ex_vat',
  'credited_net_revenue',
  'credited_contribution',
  'clawed_back_net_revenue',
  'credited_new_customers',
] as const
export type MarketingMeasure = (typeof marketingMeasures)[number]

export type Measure = ShopMeasure | MarketingMeasure
export type ShopSums = Record<ShopMeasure, number>
export type MarketingSums = Record<MarketingMeasure, number>
