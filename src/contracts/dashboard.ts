/** Shapes that the dashboard's API sends and its web app reads; amounts in the shop's currency, excl. VAT unless named. Data health's are in `data-health.ts`. */
import type { MarketingMeasure, MarketingSums, ShopMeasure, ShopSums } from './metrics/measures.ts'

export const attributionModels = [
  'first',
  'last',
  'last_non_direct',
  'linear',
  'position',
  'time_decay',
] as const
export type AttributionModel = (typeof attributionModels)[number]
export const defaultAttributionModel: AttributionModel = 'last_non_direct'

export const comparisons = ['previous_period', 'previous_year', 'none'] as const
export type Comparison = (typeof comparisons)[number]

/** Inclusive business dates, `YYYY-MM-DD`. */
export interface DateRange {
  readonly from: string
  readonly to: string
}

export interface Stage {
  readonly stage: string
  readonly state: 'waiting' | 'started' | 'progress' | 'finished' | 'failed'
  readonly done?: number
  readonly total?: number
  readonly unit?: string
  readonly message?: string
  readonly durationMs?: number
}

/** `waiting`: nothing published and nothing running; `building`: a run is under way before the first publication. */
export interface Status {
  readonly state: 'waiting' | 'building' | 'ready' | 'failed'
  /** Sequence of the published pointer the answers come from; null before the first. */
  readonly sequence: number | null
  readonly publishedAt: string | null
  readonly dataThrough: string | null
  readonly stages: readonly Stage[]
  /** Why the newest publication could not be loaded; the one before stays. */
  readonly problem: string | null
}

export interface Shop {
  readonly id: string
  readonly name: string
  readonly timeZone: string
  readonly currency: string
  readonly origin: 'demo' | 'real'
  readonly sequence: number
  readonly publishedAt: string
  readonly dataFrom: string | null
  readonly dataThrough: string | null
  /** Which kinds of source have any data at all; pages explain what is missing. */
  readonly has: { readonly orders: boolean; readonly web: boolean; readonly cost: boolean }
  readonly refundWindowDays: number
}

/** The question a page asked, as the API understood it. */
export interface Scope {
  readonly range: DateRange
  readonly compareWith: DateRange | null
  readonly model: AttributionModel
  /** First order date still inside the refund window, when the range reaches it. */
  readonly immatureFrom: string | null
}

/** What Overview draws day by day. */
export const shopTrendMeasures = [
  'net_revenue',
  'contribution',
  'marketing_cost',
  'cm3',
  'new_customers',
  'sessions',
  'page_views',
  'product_views',
] as const satisfies readonly ShopMeasure[]
export type ShopTrendMeasure = (typeof shopTrendMeasures)[number]
export type ShopDay<M extends ShopMeasure = ShopMeasure> = { readonly date: string } & Readonly<
  Record<M, number>
>

/** What Channels draws bucket by bucket. */
export const channelTrendMeasures = [
  'credited_contribution',
  'credited_net_revenue',
  'credited_orders',
  'cost',
  'sessions',
] as const satisfies readonly MarketingMeasure[]
export type ChannelTrendMeasure = (typeof channelTrendMeasures)[number]
/** Sums of a channel in a bucket; `date` is its last day: each day, or every seventh counted back from `to`. */
export type TrendPoint<M extends MarketingMeasure = MarketingMeasure> = {
  readonly date: string
  readonly channel: string
} & Readonly<Record<M, number>>

export interface MarketingRow extends MarketingSums {
  readonly channel: string
  /** Empty where the channel has no platform. */
  readonly platform: string
}

export interface CampaignRow extends MarketingRow {
  readonly campaign_id: string
  readonly campaign_name: string | null
  readonly influencer_id: string | null
}

/** The calculated sentence; absent when fewer orders were credited than its evidence needs. */
export interface Headline {
  /** Contribution credited to channels that cost money, per unit of their cost. */
  readonly returnPerUnit: number
  /** Rows whose return is under 1 even at the upper end of its 90 % interval, largest loss first. */
  readonly underBreakEven: readonly {
    readonly channel: string
    readonly platform: string
    readonly lost: number
  }[]
  readonly best: {
    readonly channel: string
    readonly platform: string
    readonly returnPerUnit: number
  } | null
}

export interface Overview extends Scope {
  readonly totals: ShopSums
  readonly before: ShopSums | null
  readonly days: readonly ShopDay<ShopTrendMeasure>[]
  /** Net revenue of the compared dates, day by day from their first. */
  readonly daysBefore: readonly { readonly date: string; readonly net_revenue: number }[]
  readonly marketing: readonly MarketingRow[]
  readonly headline: Headline | null
}

export interface ProductRow {
  readonly sku: string
  readonly product_name: string | null
  readonly category: string | null
  readonly units: number
  readonly orders: number
  readonly net_revenue: number
  readonly contribution: number
  readonly refunds_ex_vat: number
}

export interface Products extends Scope {
  readonly products: readonly ProductRow[]
  /** All products of the range, also those beyond the listed ones. */
  readonly totals: Omit<ProductRow, 'sku' | 'product_name' | 'category'>
  readonly productCount: number
}

export interface CohortCell {
  readonly months_since: number
  readonly active_customers: number
  readonly orders: number
  readonly net_revenue: number
  readonly contribution: number
}

export interface Cohort {
  /** First day of the month of the first kept order. */
  readonly cohort_month: string
  readonly customers: number
  readonly months: readonly CohortCell[]
}

export interface Cohorts {
  readonly cohorts: readonly Cohort[]
}

export interface Channels extends Scope {
  readonly rows: readonly MarketingRow[]
  readonly before: readonly MarketingRow[]
  readonly trend: readonly TrendPoint<ChannelTrendMeasure>[]
  readonly trendGrain: 'day' | 'week'
  /** Contribution credited under every model, for the channels that cost money. */
  readonly models: readonly {
    readonly channel: string
    readonly platform: string
    readonly model: AttributionModel
    readonly credited_contribution: number
    readonly cost: number
  }[]
}

export interface Campaigns extends Scope {
  readonly rows: readonly CampaignRow[]
}

/** What every failed call answers; `code` is one of the platform's error codes or an HTTP reason. */
export interface ApiError {
  readonly code: string
  readonly message: string
}
