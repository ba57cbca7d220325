import { marketingMeasures, shopMeasures } from '../../contracts/metrics/measures.ts'

/** Columns the API reads of a published table, with their DuckDB types; a column the table lacks reads as null. */
export type Shape = Readonly<Record<string, string>>

/** How a table is held in memory; in this order filters skip what they do not need. */
export interface LoadedTable {
  readonly table: string
  readonly shape: Shape
  readonly order?: string
}

const sums = (measures: readonly string[]): Shape =>
  Object.fromEntries(measures.map((measure) => [measure, 'DECIMAL(18, 6)']))

const channelKeys: Shape = {
  business_date: 'DATE',
  attribution_model: 'VARCHAR',
  channel: 'VARCHAR',
  platform: 'VARCHAR',
}

/** Published tables held in memory, by the name the API's queries use. */
export const publishedTables = {
  shop_daily: { table: 'gold.mart_shop_daily', shape: { business_date: 'DATE', ...sums(shopMeasures) } },
  channel_performance: {
    table: 'gold.mart_channel_performance',
    order: 'attribution_model, business_date',
    shape: { ...channelKeys, ...sums(marketingMeasures) },
  },
  campaign_performance: {
    table: 'gold.mart_campaign_performance',
    order: 'attribution_model, business_date',
    shape: {
      ...channelKeys,
      campaign_id: 'VARCHAR',
      campaign_name: 'VARCHAR',
      influencer_id: 'VARCHAR',
      ...sums(marketingMeasures),
    },
  },
  products_daily: {
    table: 'gold.mart_products_daily',
    shape: {
      business_date: 'DATE',
      sku: 'VARCHAR',
      product_name: 'VARCHAR',
      category: 'VARCHAR',
      ...sums(['units', 'orders', 'net_revenue', 'contribution', 'refunds_ex_vat']),
    },
  },
  cohorts: {
    table: 'gold.mart_cohorts',
    shape: {
      cohort_month: 'DATE',
      months_since: 'BIGINT',
      ...sums(['customers', 'active_customers', 'orders', 'net_revenue', 'contribution']),
    },
  },
  reconciliation: {
    table: 'gold.mart_reconciliation',
    shape: {
      business_date: 'DATE',
      reason: 'VARCHAR',
      sort_order: 'BIGINT',
      ...sums(['orders', 'net_revenue']),
    },
  },
  hygiene: {
    table: 'gold.mart_hygiene',
    shape: {
      kind: 'VARCHAR',
      item: 'VARCHAR',
      ...sums(['spend', 'sessions']),
      currency: 'VARCHAR',
      detail: 'VARCHAR',
    },
  },
  orders_held: {
    table: 'silver.int_orders_held',
    shape: { order_id: 'VARCHAR', reason: 'VARCHAR', currency: 'VARCHAR', gross: 'DECIMAL(18, 6)' },
  },
} as const satisfies Record<string, LoadedTable>

/** Records of the platform's own work, read at their newest version: failed runs publish nothing. */
export const operationTables = {
  deliveries: {
    table: 'bronze.deliveries',
    shape: {
      source: 'VARCHAR',
      logical_name: 'VARCHAR',
      revision: 'BIGINT',
      table_name: 'VARCHAR',
      records_read: 'BIGINT',
      accepted: 'BIGINT',
      duplicate: 'BIGINT',
      dropped: 'BIGINT',
      quarantined: 'BIGINT',
      arrived_at: 'TIMESTAMP',
      event_to: 'TIMESTAMP',
    },
  },
  runs: {
    table: 'operations.runs',
    shape: {
      run_id: 'VARCHAR',
      started_at: 'TIMESTAMP',
      finished_at: 'TIMESTAMP',
      status: 'VARCHAR',
      error_message: 'VARCHAR',
      pointer_sequence: 'BIGINT',
      records_read: 'BIGINT',
      records_quarantined: 'BIGINT',
    },
  },
  test_results: {
    table: 'operations.test_results',
    shape: {
      run_id: 'VARCHAR',
      test_name: 'VARCHAR',
      model_name: 'VARCHAR',
      status: 'VARCHAR',
      failures: 'BIGINT',
      message: 'VARCHAR',
      checked_at: 'TIMESTAMP',
    },
  },
} as const satisfies Record<string, LoadedTable>

/** Of a quarantine table everything but the text that was refused: it may hold personal data. */
export const quarantineShape: Shape = {
  delivery_id: 'VARCHAR',
  record_number: 'BIGINT',
  reason: 'VARCHAR',
  column_name: 'VARCHAR',
  quarantined_at: 'TIMESTAMP',
  is_resolved: 'BOOLEAN',
  resolved_at: 'TIMESTAMP',
}
