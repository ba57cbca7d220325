import { parisOffsetMinutes } from '../calendar.ts'
import { orderSecond } from '../exports/order-times.ts'
import { catalog } from '../plan/catalog.ts'
import { regions } from '../plan/geography.ts'
import { rehash, unit } from '../random.ts'
import { CAME_BY_COUPON, IS_CUSTOMER, SIGNS_UP } from '../world/behaviour.ts'
import { createPerson, meetPerson } from '../world/people.ts'
import { codeOf } from '../world/pricing.ts'
import type { PlacedOrder, World } from '../world/world.ts'
import { botVisits } from './bots.ts'
import { lateDays, spoil } from './imperfections.ts'
import { couponSite, landingOf, origin } from './landing.ts'
import {
  addressOf,
  consentOf,
  customerId,
  deviceNumber,
  deviceOf,
  emailAsTyped,
  emailOf,
  visitorId,
} from './visitors.ts'
import {
  createLineWriter,
  type EventPieces,
  preciseTime,
  type VisitPieces,
  type WebFormat,
} from './web-lines.ts'

/** The records delivered on one UTC day, in order of arrival. */
export interface WebDay {
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  readonly lines: readonly string[]
}

interface Delivery {
  readonly arrivals: number[]
  readonly lines: string[]
}

/** A line's place among at most 2²² of its day. */
const slotBits = 4_194_304

const searchTerms = [
  'crème visage',
  'huile',
  'shampoing solide',
  'sérum',
  'karité',
  'cadeau',
  'solaire',
  'sans parfum',
  'rétinol végétal',
]
const categoryPages = ['/c/visage', '/c/corps', '/c/cheveux', '/c/maquillage', '/c/parfum', '/offres']
export const kioskVisitor = 'boutique-lyon-tablette'
const kioskAddress = '100.99.1.17'

const money = (cents: number) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`

/**
 * Projects the visits of a world into the shop's web log, a day at a time.
 *
 * @yields Complete days in order; late records stand on the day they arrived.
 */
export function* webLog(world: World, format: WebFormat = 'ndjson'): Generator<WebDay> {
  const { plan, visits } = world
  const { seed, startDay, endDay } = plan.setting
  const writer = createLineWriter(format)
  const deliveries = new Map<number, Delivery>()
  const someone = createPerson()
  const event: EventPieces = emptyEvent()

  const deliver = (arrivalDay: number, arrivalSecond: number, line: string) => {
    const day = Math.max(arrivalDay, startDay)
    const second = arrivalDay < startDay ? 0 : arrivalSecond
    let delivery = deliveries.get(day)
    if (delivery === undefined) {
      delivery = { arrivals: [], lines: [] }
      deliveries.set(day, delivery)
    }
    delivery.arrivals.push(second * slotBits + delivery.lines.length)
    delivery.lines.push(line)
  }

  const finish = (day: number): WebDay => {
    for (const bot of botVisits(seed, plan.setting.eventsPerDay, day)) {
      writer.begin(bot.visit)
      bot.paths.forEach((path, n) => {
        clear(event, 'page_view', origin + path)
        const second = Math.min(86_399, bot.startSecond + Math.floor(n * bot.gapSeconds))
        deliver(day, second, writer.line(n, preciseTime(day, second, (n * 37) % 1000), event))
      })
    }
    const delivery = deliveries.get(day) ?? { arrivals: [], lines: [] }
    deliveries.delete(day)
    const order = Float64Array.from(delivery.arrivals).sort()
    const lines = Array.from(order, (key) => delivery.lines[key % slotBits]!)
    return { day, lines: spoil(seed, day, lines, format) }
  }

  let number = 0
  let shiftDays = 0
  let occasion = 0
  const emit = (localSecond: number) => {
    const dayOfPlan = Math.floor(localSecond / 86_400)
    const local = plan.firstDay + dayOfPlan
    const rest = localSecond - dayOfPlan * 86_400
    const utc = local * 86_400 + rest - parisOffsetMinutes(local, (rest / 60) | 0) * 60
    const day = Math.floor(utc / 86_400)
    const second = utc - day * 86_400
    const h = rehash(occasion, 200 + number)
    const line = writer.line(number, preciseTime(day, second, h % 1000), event)
    const jitter = (h & 0x3f00) === 0 ? (h >>> 16) & 127 : 0
    const arrival = Math.min(86_399, second + jitter)
    deliver(day + shiftDays, arrival, line)
    if (h >>> 22 === 0) deliver(day + shiftDays, Math.min(86_399, arrival + 2), line)
    number++
  }

  const sorted = sortByTime(visits.minute, visits.count)
  let unfinished = startDay
  for (let n = 0; n < sorted.length; n++) {
    const index = sorted[n]!
    const minute = visits.minute[index]!
    const dayIndex = Math.floor(minute / 1440)
    const local = plan.firstDay + dayIndex
    const minuteOfDay = minute - dayIndex * 1440
    const utcDay = minuteOfDay < parisOffsetMinutes(local, minuteOfDay) ? local - 1 : local
    if (utcDay > endDay) break
    while (unfinished < utcDay) yield finish(unfinished++)

    occasion = visits.occasion[index]!
    number = 0
    shiftDays = lateDays(occasion)
    const person = meetPerson(seed, visits.person[index]!, someone)
    const isKiosk =
      person.isNearBoutique && (visits.flags[index]! & IS_CUSTOMER) !== 0 && unit(rehash(occasion, 82)) < 0.08
    const device = isKiosk ? 0 : deviceNumber(person, occasion)
    const visit: VisitPieces = {
      id: `${occasion.toString(36)}${rehash(occasion, person.id).toString(36)}-`,
      visitor: isKiosk ? kioskVisitor : visitorId(seed, person.id, device, local),
      customer: '',
      ip: isKiosk ? kioskAddress : addressOf(seed, person.id, device),
      userAgent: deviceOf(seed, person.id, device).userAgent,
      language: regions[person.region]!.language,
      geo: regions[person.region]!.code,
      consent: isKiosk ? 'gggg' : consentOf(seed, person.id, device),
    }
    writer.begin(visit)
    const landing = landingOf(plan, visits, index)
    const flags = visits.flags[index]!
    const order = visits.order[index]! < 0 ? undefined : world.orders[visits.order[index]!]!
    const start = minute * 60 + (rehash(occasion, 101) % 55)
    const logsIn =
      !person.isGuest &&
      (isKiosk ||
        ((flags & IS_CUSTOMER) !== 0 && unit(rehash(occasion, 102)) < (order === undefined ? 0.3 : 0.85)))
    const end = order === undefined ? 0 : orderSecond(order)
    const pages = order === undefined ? pageCount(occasion) : 3 + (rehash(occasion, 103) % 4)
    const step = order === undefined ? 0 : Math.floor((end - start) / (pages * 2 + 6))
    let at = start
    const pass = (n: number) => {
      at += step > 0 ? step : 4 + (rehash(occasion, 300 + n) % 75)
    }

    clear(event, 'page_view', origin + landing.path + (landing.query === '' ? '' : `?${landing.query}`))
    event.referrer = landing.referrer
    emit(at)
    if (logsIn) {
      visit.customer = customerId(person.id)
      writer.refresh()
      clear(event, 'login', `${origin}/compte`)
      at += 2
      emit(at)
    }
    let product = landing.path.startsWith('/p/') ? landing.product : -1
    let inCart = -1
    for (let p = 0; p < pages; p++) {
      const h = rehash(occasion, 110 + p)
      const draw = unit(h)
      if (p > 0) {
        pass(p)
        const bought = order?.priced.lines[p - 1]
        if (bought !== undefined || draw < 0.52) {
          product = bought?.product ?? rehash(h, 1) % (catalog.length - 1)
          clear(event, 'page_view', `${origin}/p/${catalog[product]!.slug}`)
        } else if (draw < 0.6) {
          product = -1
          clear(event, 'search', `${origin}/recherche`)
          event.search = searchTerms[rehash(h, 2) % searchTerms.length]!
        } else {
          product = -1
          clear(event, 'page_view', origin + categoryPages[rehash(h, 2) % categoryPages.length]!)
        }
        emit(at)
      }
      if (product >= 0 && unit(rehash(h, 3)) < 0.94) {
        const item = catalog[product]!
        event.name = 'product_view'
        event.sku = item.sku
        event.referrer = ''
        emit(at + 1)
        const adds = order === undefined ? unit(rehash(h, 4)) < 0.085 : p < 3
        if (adds) {
          at += step > 0 ? Math.min(step, 20) : 15
          event.name = 'add_to_cart'
          event.quantity = '1'
          event.value = money(item.priceCents)
          event.currency = 'EUR'
          emit(at)
          inCart = product
        }
      }
    }
    if ((flags & SIGNS_UP) !== 0) {
      pass(50)
      clear(event, 'sign_up', `${origin}/lettre`)
      event.email = emailAsTyped(emailOf(seed, person.id), occasion)
      emit(at)
    }
    if (order !== undefined) {
      finishOrder(order, visits.order[index]!, flags, Math.max(2, step))
    } else if (inCart >= 0) {
      const wish = unit(rehash(occasion, 104))
      clear(event, wish < 0.12 ? 'remove_from_cart' : 'page_view', `${origin}/panier`)
      if (wish < 0.12) {
        event.sku = catalog[inCart]!.sku
        event.quantity = '1'
        event.value = money(catalog[inCart]!.priceCents)
        event.currency = 'EUR'
      }
      pass(51)
      emit(at)
      if (wish > 0.68) {
        pass(52)
        clear(event, 'begin_checkout', `${origin}/commande`)
        event.value = money(catalog[inCart]!.priceCents)
        event.currency = 'EUR'
        emit(at)
      }
    }
    if (unit(rehash(occasion, 105)) < 0.006) {
      pass(53)
      clear(event, 'consent_change', `${origin}/cookies`)
      emit(at)
    }

    function finishOrder(placed: PlacedOrder, orderIndex: number, bits: number, pause: number): void {
      const { priced, purchase } = placed
      const total = money(priced.totalCents)
      at = Math.max(at, end - pause * 4)
      if ((bits & CAME_BY_COUPON) !== 0) {
        const site = couponSite(occasion)
        clear(
          event,
          'page_view',
          `${origin}/panier?utm_source=${site.source}&utm_medium=affiliate&utm_campaign=codes`,
        )
        event.referrer = site.host
        emit(at)
      }
      at = Math.max(at + 1, end - pause * 2)
      clear(event, 'begin_checkout', `${origin}/commande`)
      event.email = emailAsTyped(emailOf(seed, person.id), occasion)
      event.value = total
      event.currency = priced.currency
      emit(at)
      clear(event, 'purchase', `${origin}/merci`)
      event.referrer =
        priced.paymentMethod === 'paypal' ? 'https://www.paypal.com/' : 'https://checkout.stripe.com/'
      event.value = total
      event.currency = priced.currency
      event.transaction = world.orderIds[orderIndex]!
      event.code = codeOf(world.plan, purchase.influencer, purchase.promotion)
      emit(end)
    }
  }
  while (unfinished <= endDay) yield finish(unfinished++)
}

function pageCount(occasion: number): number {
  const draw = unit(rehash(occasion, 100))
  if (draw < 0.34) return 1
  return 2 + Math.floor((draw - 0.34) * (draw - 0.34) * 17)
}

function sortByTime(minute: Int32Array, count: number): Uint32Array {
  const span = 67_108_864
  const keys = new Float64Array(count)
  for (let n = 0; n < count; n++) keys[n] = minute[n]! * span + n
  keys.sort()
  return Uint32Array.from(keys, (key) => key % span)
}

function emptyEvent(): EventPieces {
  return {
    name: '',
    email: '',
    url: '',
    referrer: '',
    sku: '',
    quantity: '',
    value: '',
    currency: '',
    transaction: '',
    code: '',
    search: '',
  }
}

function clear(event: EventPieces, name: string, url: string): void {
  event.name = name
  event.url = url
  event.email = ''
  event.referrer = ''
  event.sku = ''
  event.quantity = ''
  event.value = ''
  event.currency = ''
  event.transaction = ''
  event.code = ''
  event.search = ''
}
