/** What a shop says of itself; each setting left out is the demo's, as `dbt_project.yml` has it. */
export interface ShopSettings {
  readonly timeZone: string
  readonly currency: string
  /** ISO code; empty when the shop has not said, which holds the orders whose VAT depends on it. */
  readonly country?: string
  /** Hosts that are the shop's own, never referrers. */
  readonly hosts?: readonly string[]
  /** Of an order, ex VAT in the shop's currency, where its source says nothing. */
  readonly costs?: {
    readonly shipping?: number
    readonly packaging?: number
    /** Part of what is charged. */
    readonly paymentFeeRate?: number
    readonly paymentFeeFixed?: number
  }
}

/** The dbt vars of a shop. */
export const shopVars = ({ timeZone, currency, country, hosts, costs = {} }: ShopSettings) => ({
  shop_time_zone: timeZone,
  shop_currency: currency,
  ...(country === undefined ? {} : { shop_country: country }),
  ...(hosts === undefined ? {} : { shop_hosts: hosts }),
  default_shipping_cost: costs.shipping ?? 0,
  default_packaging_cost: costs.packaging ?? 0,
  default_payment_fee_rate: costs.paymentFeeRate ?? 0,
  default_payment_fee_fixed: costs.paymentFeeFixed ?? 0,
})
