import { amount } from '../exports/csv.ts'
import { orderSecond } from '../exports/order-times.ts'
import { catalog } from '../plan/catalog.ts'
import { regions } from '../plan/geography.ts'
import { rehash, unit } from '../random.ts'
import { CAME_BY_COUPON, IS_CUSTOMER, SIGNS_UP } from '../world/behaviour.ts'
import { createPerson, meetPerson } from '../world/people.ts'
import { codeOf } from '../world/pricing.ts'
import type { PlacedOrder, World } from '../world/world.ts'
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
import type { createLineWriter, EventPieces, VisitPieces } from './web-lines.ts'

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

/**
 * Tells visits as events: landing, pages, products, cart, log-in, checkout.
 *
 * @param event Filled before each call of `emit`, which is given the Paris second since the plan's first day.
 * @returns A function that tells the visit of an index.
 */
export function createVisitTeller(
  world: World,
  writer: ReturnType<typeof createLineWriter>,
  event: EventPieces,
  emit: (localSecond: number) => void,
): (index: number) => void {
  const { plan, visits } = world
  const { seed } = plan.setting
  const someone = createPerson()

  return (index) => {
    const occasion = visits.occasion[index]!
    const minute = visits.minute[index]!
    const local = plan.firstDay + Math.floor(minute / 1440)
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
          event.value = amount(item.priceCents)
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
        event.value = amount(catalog[inCart]!.priceCents)
        event.currency = 'EUR'
      }
      pass(51)
      emit(at)
      if (wish > 0.68) {
        pass(52)
        clear(event, 'begin_checkout', `${origin}/commande`)
        event.value = amount(catalog[inCart]!.priceCents)
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
      const total = amount(priced.totalCents)
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
}

function pageCount(occasion: number): number {
  const draw = unit(rehash(occasion, 100))
  if (draw < 0.34) return 1
  return 2 + Math.floor((draw - 0.34) * (draw - 0.34) * 17)
}

export function emptyEvent(): EventPieces {
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

/** Begins another event of the visit. */
export function clear(event: EventPieces, name: string, url: string): void {
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
