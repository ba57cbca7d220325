import { dateText, epochSecondsOf, isoTime } from '../calendar.ts'
import { catalog } from '../plan/catalog.ts'
import { rehash } from '../random.ts'
import { customerId, deviceNumber, deviceOf, emailAsTyped, emailOf, postalPrefix } from '../web/visitors.ts'
import { codeOf } from '../world/pricing.ts'
import { endMinuteOf, type PlacedOrder, type World } from '../world/world.ts'
import { amount, csvFile, csvLine } from './csv.ts'
import { type ExportWindow, type RawFile, windowName } from './export-windows.ts'
import { lifeOf, type Step } from './order-times.ts'

export const orderColumns = [
  'order_id',
  'placed_at',
  'status',
  'status_history',
  'sales_channel',
  'is_test',
  'customer_id',
  'email',
  'currency',
  'country',
  'region',
  'postal_prefix',
  'device_type',
  'shipping_amount',
  'gift_card_amount',
  'payment_method',
  'payment_fee',
  'shipping_cost',
  'packaging_cost',
  'updated_at',
]
export const orderLineColumns = [
  'order_line_id',
  'order_id',
  'sku',
  'product_name',
  'quantity',
  'unit_price',
  'line_amount',
  'tax_class',
  'tax_amount',
  'is_gift_card',
  'updated_at',
]
export const orderDiscountColumns = [
  'order_discount_id',
  'order_id',
  'order_line_id',
  'promotion_id',
  'code',
  'amount',
  'updated_at',
]
export const refundColumns = [
  'refund_id',
  'order_id',
  'order_line_id',
  'refunded_at',
  'quantity',
  'amount',
  'tax_amount',
  'is_restocked',
  'return_shipping_cost',
  'reason',
  'updated_at',
]

export function orderLine(world: World, order: PlacedOrder, id: string, steps: readonly Step[]): string {
  const { priced, purchase } = order
  const { person, region } = purchase
  const known = rehash(purchase.occasion, 74) % 10 < 7 && !purchase.isOffline
  const device = deviceOf(world.plan.setting.seed, person.id, deviceNumber(person, purchase.occasion))
  const last = steps.at(-1)!
  return csvLine([
    id,
    isoTime(steps[0]!.at),
    last.status,
    JSON.stringify(steps.map((step) => ({ status: step.status, at: isoTime(step.at) }))),
    purchase.isOffline ? 'offline' : 'online',
    'false',
    person.isGuest ? '' : customerId(person.id),
    emailAsTyped(emailOf(world.plan.setting.seed, person.id), purchase.occasion),
    priced.currency,
    region.country,
    region.code,
    postalPrefix(person.region),
    known ? device.type : '',
    amount(priced.shippingCents),
    priced.giftCardCents === 0 ? '' : amount(priced.giftCardCents),
    priced.paymentMethod,
    amount(priced.feeCents),
    amount(priced.carrierCents),
    amount(priced.packagingCents),
    isoTime(last.at),
  ])
}

/** First Paris day from which the shop's software writes the tax on its lines; tills never do. */
const hour = 3600
const dayLength = 86_400
const taxOnLinesFrom = 19_815

export function lineRows(world: World, order: PlacedOrder, id: string, placed: string): string[] {
  const isTaxed =
    !order.purchase.isOffline && world.plan.firstDay + Math.floor(order.minute / 1440) >= taxOnLinesFrom
  return order.priced.lines.map((line, index) => {
    const product = catalog[line.product]!
    return csvLine([
      `${id}-${index + 1}`,
      id,
      product.sku,
      product.name,
      line.quantity,
      amount(line.unitCents),
      amount(line.amountCents),
      product.taxClass,
      isTaxed && line.taxCents >= 0 ? amount(line.taxCents) : '',
      product.isGiftCard,
      placed,
    ])
  })
}

export function discountRows(world: World, order: PlacedOrder, id: string, placed: string): string[] {
  return order.priced.discounts.map((discount, index) =>
    csvLine([
      `${id}-D${index + 1}`,
      id,
      `${id}-${discount.line + 1}`,
      world.plan.promotions[discount.promotion]?.id,
      codeOf(world.plan, discount.influencer, discount.promotion),
      amount(discount.cents),
      placed,
    ]),
  )
}

export function refundRows(
  order: PlacedOrder,
  id: string,
  placed: number,
  from: number,
  to: number,
): string[] {
  return order.priced.refunds.flatMap((refund, index) => {
    const at =
      placed + refund.afterDays * dayLength + (rehash(order.purchase.occasion, 75 + index) % (6 * hour))
    if (at < from || at >= to) return []
    return csvLine([
      `${id}-R${index + 1}`,
      id,
      `${id}-${refund.line + 1}`,
      isoTime(at),
      refund.quantity,
      amount(refund.cents),
      amount(refund.taxCents),
      refund.isRestocked,
      refund.returnCents === 0 ? '' : amount(refund.returnCents),
      refund.reason,
      isoTime(at),
    ])
  })
}

/** A staff order of 1 cent on the first of each month, marked as a test. */
function testOrders(window: ExportWindow): { orders: string[]; lines: string[] } {
  const orders: string[] = []
  const lines: string[] = []
  for (let day = window.fromDay; day <= window.toDay; day++) {
    if (!dateText(day).endsWith('-01')) continue
    const id = `FS-TEST-${dateText(day)}`
    const at = isoTime(day * dayLength + 8 * hour)
    const none = ['', '', '']
    orders.push(
      csvLine([
        id,
        at,
        'placed',
        '',
        'online',
        'true',
        '',
        '',
        'EUR',
        'FR',
        'FR-ARA',
        '69',
        ...none,
        'card',
        ...none,
        at,
      ]),
    )
    lines.push(
      csvLine([
        `${id}-1`,
        id,
        catalog[0]!.sku,
        catalog[0]!.name,
        1,
        '0.01',
        '0.01',
        'standard',
        '',
        'false',
        at,
      ]),
    )
  }
  return { orders, lines }
}

/**
 * Orders with their lines, discounts and refunds: one set of files per window, each row as it stood when the
 * window closed. An order comes again whenever its status changed.
 */
export function* orderExports(world: World, windows: readonly ExportWindow[]): Generator<RawFile> {
  const { firstDay, setting } = world.plan
  const recordedFrom = (setting.startDay - firstDay) * 1440
  const kept = world.orders
    .map((order, index) => ({ order, id: world.orderIds[index]! }))
    .filter(({ order }) => order.minute >= recordedFrom && order.minute < endMinuteOf(world.plan))
    .sort((a, b) => a.order.minute - b.order.minute || (a.id < b.id ? -1 : 1))
    .map(({ order, id }) => ({ order, id, steps: lifeOf(world, order) }))
  for (const window of windows) {
    const from = epochSecondsOf(window.fromDay, 0)
    const to = epochSecondsOf(window.toDay + 1, 0)
    const tests = testOrders(window)
    const orders: string[] = tests.orders
    const lines: string[] = tests.lines
    const discounts: string[] = []
    const refunds: string[] = []
    for (const { order, id, steps } of kept) {
      const placed = steps[0]!.at
      if (placed >= to) break
      const past = steps.filter((step) => step.at < to)
      if (past.at(-1)!.at >= from) orders.push(orderLine(world, order, id, past))
      if (placed >= from) {
        lines.push(...lineRows(world, order, id, isoTime(placed)))
        discounts.push(...discountRows(world, order, id, isoTime(placed)))
      }
      refunds.push(...refundRows(order, id, placed, from, to))
    }
    spoilRows(orders, lines, window)
    const name = windowName(window)
    yield { folder: 'crm', name: `orders-${name}.csv`, text: csvFile(orderColumns, orders) }
    yield { folder: 'crm', name: `order-lines-${name}.csv`, text: csvFile(orderLineColumns, lines) }
    yield {
      folder: 'crm',
      name: `order-discounts-${name}.csv`,
      text: csvFile(orderDiscountColumns, discounts),
    }
    yield { folder: 'crm', name: `refunds-${name}.csv`, text: csvFile(refundColumns, refunds) }
  }
}

/** What an export of a week or more never comes without: a line twice, a line cut short, a status nobody knows. */
function spoilRows(orders: string[], lines: string[], window: ExportWindow): void {
  if (window.toDay - window.fromDay < 6 || orders.length < 3 || lines.length < 3) return
  const some = window.toDay % orders.length
  const unknown = orders[some]!.replace(/^FS-[^,]+/, `FS-X${window.toDay}`).replace(
    /,(delivered|shipped|paid|placed),/,
    ',expediee,',
  )
  orders.splice(some, 0, unknown)
  const line = window.toDay % lines.length
  lines.splice(line, 0, lines[line]!, `FS-X${window.toDay}-1,${lines[line]!.slice(0, 14)}\n`)
}
