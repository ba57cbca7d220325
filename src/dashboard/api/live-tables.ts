import type { LiveCounts, LiveView } from '../../contracts/live.ts'
import type { CsvRow } from './csv.ts'

/** Downloads of the Live page. */
export const liveTables = ['minutes', 'channels', 'campaigns', 'products', 'countries', 'devices'] as const
export type LiveTable = (typeof liveTables)[number]

const dimensions = {
  channels: 'channel',
  campaigns: 'campaign',
  products: 'product',
  countries: 'country',
  devices: 'device',
} as const

/** Rows of a download: the shown minutes, or today and the shown minutes by a dimension. */
export function liveRows(view: LiveView, table: LiveTable): CsvRow[] {
  if (table === 'minutes')
    return view.minutes.map(({ minute, visitors, ...counts }) => ({ minute, visitors, ...columnsOf(counts) }))
  const dimension = dimensions[table]
  const part = (period: string, rows: LiveView['recent']['breakdown']) =>
    rows[dimension].map(({ value, label, ...counts }) => ({
      period,
      [dimension]: value,
      ...(table === 'products' ? { name: label ?? '' } : {}),
      ...columnsOf(counts),
    }))
  return [...part('today', view.today.breakdown), ...part('last_30_minutes', view.recent.breakdown)]
}

const columnsOf = (counts: Omit<LiveCounts, 'visitors'>): CsvRow => ({
  events: counts.events,
  page_views: counts.pageViews,
  unconsented_landings: counts.landings,
  sessions: counts.sessions,
  product_views: counts.productViews,
  carts: counts.carts,
  orders: counts.orders,
  expected_net_revenue: counts.netRevenue,
})
