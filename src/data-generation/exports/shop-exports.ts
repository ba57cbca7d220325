import { dateText, isoTime } from '../calendar.ts'
import { catalog, costDays, costOfPeriod } from '../plan/catalog.ts'
import { euroMicros, isPublished, ratedCurrencies, vatTable } from '../plan/geography.ts'
import { promotionsBetween } from '../plan/promotions.ts'
import { hash, unit } from '../random.ts'
import type { World } from '../world/world.ts'
import { amount, csvFile, csvLine, share } from './csv.ts'
import { type ExportWindow, type RawFile, windowName } from './export-windows.ts'

export const productColumns = [
  'sku',
  'product_name',
  'category',
  'tax_class',
  'list_price',
  'days_of_use',
  'full_size_sku',
  'is_gift_card',
  'launched_on',
  'updated_at',
]
export const productCostColumns = ['sku', 'valid_from', 'unit_cost']
export const inventoryColumns = ['sku', 'inventory_date', 'units_on_hand', 'stock_out_hours']
export const promotionColumns = [
  'promotion_id',
  'promotion_name',
  'kind',
  'scope',
  'scope_values',
  'discount_rate',
  'code',
  'starts_on',
  'ends_on',
  'planned_units',
  'planned_net_revenue',
  'updated_at',
]
export const vatColumns = ['territory', 'tax_class', 'valid_from', 'valid_to', 'rate']
export const fxColumns = ['rate_date', 'base_currency', 'quote_currency', 'rate']

const morning = (day: number) => isoTime(day * 86_400 + 5 * 3600)

function productFile(day: number): RawFile {
  const rows = catalog.map((product) =>
    csvLine([
      product.sku,
      product.name,
      product.category,
      product.taxClass,
      amount(product.priceCents),
      product.daysOfUse === 0 ? '' : product.daysOfUse,
      product.fullSizeSku,
      product.isGiftCard,
      dateText(product.launchDay),
      morning(day),
    ]),
  )
  return { folder: 'crm', name: `products-${dateText(day)}.csv`, text: csvFile(productColumns, rows) }
}

function costFile(day: number): RawFile {
  const rows = catalog.flatMap((product, index) =>
    product.isGiftCard
      ? []
      : costDays.map((from, period) =>
          csvLine([product.sku, dateText(from), amount(costOfPeriod(index, period))]),
        ),
  )
  return {
    folder: 'crm',
    name: `product-costs-${dateText(day)}.csv`,
    text: csvFile(productCostColumns, rows),
  }
}

/** Units a day and their net revenue that the shop plans with at the reference size, before a promotion's pull. */
const plannedUnitsPerDay = 26
const plannedCentsPerUnit = 1900

function promotionFile(world: World, fromDay: number, toDay: number): RawFile {
  const { setting } = world.plan
  const rows = promotionsBetween(fromDay, toDay).map((promotion) => {
    const days = promotion.endDay - promotion.startDay + 1
    const reach = promotion.products.size === 0 ? 1 : 0.35 + promotion.products.size / catalog.length
    const optimism = 0.9 + 0.4 * unit(hash(5, promotion.startDay))
    const units = Math.round(
      days * plannedUnitsPerDay * setting.scale * reach * (1 + 1.6 * promotion.pull) * optimism,
    )
    return csvLine([
      promotion.id,
      promotion.name,
      promotion.kind,
      promotion.scope,
      promotion.scope === 'sitewide' ? '' : JSON.stringify(promotion.scopeValues),
      promotion.percent === 0 ? '' : share(promotion.percent * 10_000),
      promotion.code,
      dateText(promotion.startDay),
      dateText(promotion.endDay),
      units,
      amount(Math.round((units * plannedCentsPerUnit * (100 - promotion.percent)) / 100)),
      morning(Math.min(fromDay, promotion.startDay - 21)),
    ])
  })
  return {
    folder: 'crm',
    name: `promotions-${dateText(fromDay)}_${dateText(toDay)}.csv`,
    text: csvFile(promotionColumns, rows),
  }
}

function vatFile(): RawFile {
  const rows = vatTable.map((row) =>
    csvLine([row.territory, row.taxClass, row.validFrom, row.validTo, share(row.rate * 100)]),
  )
  return { folder: 'crm', name: 'vat-rates-2014.csv', text: csvFile(vatColumns, rows) }
}

function inventoryFile(world: World, window: ExportWindow): RawFile {
  const { plan } = world
  const rows: string[] = []
  for (let day = window.fromDay; day <= window.toDay; day++)
    catalog.forEach((product, index) => {
      if (product.isGiftCard || product.launchDay > day) return
      const isOut = plan.stockOut[index * plan.days + day - plan.firstDay] === 1
      const level = 20 + ((day * 7 + index * 13) % 60) + (hash(6, index, day) % 25)
      const units = Math.round(
        level * (60 - ((day + index * 11) % 45)) * 0.06 * Math.max(1, plan.setting.scale),
      )
      rows.push(csvLine([product.sku, dateText(day), isOut ? 0 : Math.max(3, units), isOut ? '24' : '']))
    })
  return {
    folder: 'crm',
    name: `inventory-days-${windowName(window)}.csv`,
    text: csvFile(inventoryColumns, rows),
  }
}

function fxFile(window: ExportWindow, isFirst: boolean): RawFile {
  const rows: string[] = []
  for (let day = window.fromDay - (isFirst ? 10 : 0); day <= window.toDay; day++)
    if (isPublished(day))
      for (const currency of ratedCurrencies)
        rows.push(csvLine([dateText(day), currency, 'EUR', share(euroMicros(currency, day))]))
  return { folder: 'crm', name: `fx-rates-${windowName(window)}.csv`, text: csvFile(fxColumns, rows) }
}

/** The shop's own tables: products and costs once, stock and exchange rates with every export. */
export function* shopExports(world: World, windows: readonly ExportWindow[]): Generator<RawFile> {
  const { startDay, plannedEndDay, endDay } = world.plan.setting
  if (windows[0]!.fromDay === startDay) {
    yield productFile(startDay)
    yield costFile(startDay)
    yield vatFile()
    yield promotionFile(world, startDay, Math.max(plannedEndDay, endDay) + 60)
  }
  for (const window of windows) {
    yield inventoryFile(world, window)
    yield fxFile(window, window.fromDay === startDay)
  }
}
