import { largestSeason, minuteOfDay } from '../calendar.ts'
import { catalog } from '../plan/catalog.ts'
import { regions } from '../plan/geography.ts'
import { leakedInfluencer } from '../plan/influencer-plan.ts'
import {
  AFFILIATES,
  BRAND,
  EMAIL,
  FACEBOOK,
  INFLUENCERS,
  INSTAGRAM,
  levers,
  PMAX,
  RETARGETING,
  SEARCH,
  SHOPPING,
  SMS,
  VIDEO,
} from '../plan/levers.ts'
import type { MarketingPlan } from '../plan/marketing-plan.ts'
import { exponential, hash, rehash, unit } from '../random.ts'
import type { Purchase } from './basket.ts'
import {
  DISCOVERY,
  FEED_FACEBOOK,
  FEED_INSTAGRAM,
  FOLLOWED,
  GENERIC,
  INTENT,
  LETTERS,
  never,
  Occasions,
  OFFERS,
  POSTS,
  REPLENISH,
  RETURN,
  SURFACES,
  TEXTS,
  VIDEOS,
} from './occasions.ts'
import { historyOf, type Person } from './people.ts'
import { type PricedOrder, priceOrder } from './pricing.ts'

/** How a visit that no advertisement led to found the shop. */
export const entries = [
  'direct',
  'brand_search',
  'generic_search',
  'organic_social',
  'referral',
  'assistant',
] as const
export const DIRECT = 0
const BRAND_SEARCH = 1
const GENERIC_SEARCH = 2
const ORGANIC_SOCIAL = 3
const REFERRAL = 4
const ASSISTANT = 5

export const IS_CUSTOMER = 1
export const SIGNS_UP = 2
export const CAME_BY_COUPON = 4

/** Receives what a person does, in the order of time. Minutes count from the plan's first day, Paris time. */
export interface Recorder {
  /** @param lever Lever that led to the visit, or −1, then `detail` is an entry; else campaign, sending or post. */
  visit(minute: number, lever: number, detail: number, occasion: number, flags: number): void
  order(minute: number, purchase: Purchase, order: PricedOrder, details: OrderCircumstances): void
  subscription(minute: number, medium: 'email' | 'sms', untilMinute: number): void
}

export interface OrderCircumstances {
  /** Bit per lever whose advertisement was seen in the day before the order. */
  readonly viewedMask: number
  readonly cameByCoupon: boolean
}

/** One occasion of an advertisement stands for the impressions of the days after it, too. */
const impressionMinutes = 5 * 1440
const meanGapDays = { intent: 58, generic: 165, feed: 42, videos: 46, surfaces: 75, discovery: 620 }
const letterGap = 22
const textGap = 14
const offerGap = 5

function discoveryOf(h: number): number {
  if (unit(rehash(h, 10)) < 0.5) return ORGANIC_SOCIAL
  return unit(rehash(h, 11)) < 0.7 ? REFERRAL : ASSISTANT
}

const fastDecay = powers(0.91, 1200)
const slowDecay = powers(0.972, 1200)

function powers(base: number, count: number): Float64Array {
  const table = new Float64Array(count)
  for (let n = 0, value = 1; n < count; n++, value *= base) table[n] = value
  return table
}

/**
 * Lives the lives of people in one world, one after the other.
 *
 * @returns A function that runs a person through the plan's days and gives the bit mask of levers that touched
 * them: with any other lever switched off, the same person does exactly the same.
 */
export function createLife(
  plan: MarketingPlan,
  reach: Float64Array,
  withoutPromotion: number,
  recorder: Recorder,
): (person: Readonly<Person>) => number {
  const { seed, initialCustomers } = plan.setting
  const days = plan.days
  const horizon = days * 1440
  const { experiment } = plan
  const heldOutFrom = experiment.startDay - plan.firstDay
  const heldOutTo = experiment.endDay - plan.firstDay
  const isHeldOut = new Uint8Array(regions.length)
  for (const region of experiment.treatment) isHeldOut[region] = 1

  const occasions = new Occasions(plan)
  const viewedAt = new Int32Array(levers.length)

  let person: Readonly<Person>
  let touched = 0
  let fast = 0
  let slow = 0
  let feltDay = 0
  let orders = 0
  let lastOrderDay = 0
  let lastVisit = 0
  let influencer = -1
  let influencerUntil = 0
  let emailFrom = never
  let emailUntil = 0
  let textsFrom = never
  let textsUntil = 0
  let replenishes = -1

  const reachNow = (lever: number, day: number) =>
    lever === INSTAGRAM && day >= heldOutFrom && day <= heldOutTo && isHeldOut[person.region] === 1
      ? 0
      : reach[lever * days + day]!

  const promotionNow = (day: number) => {
    const index = plan.promotionOfDay[day]!
    return index === withoutPromotion ? -1 : index
  }

  const isSeason = (day: number, h: number) => unit(rehash(h, 9)) < plan.season[day]! / largestSeason

  function feel(day: number): void {
    const passed = day - feltDay
    if (passed > 0) {
      fast *= fastDecay[passed]!
      slow *= slowDecay[passed]!
      feltDay = day
    }
  }

  function saw(lever: number, time: number, quickly: number, lastingly: number): void {
    feel(Math.floor(time / 1440))
    fast += quickly
    slow += lastingly
    viewedAt[lever] = time
    touched |= 1 << lever
  }

  function subscribe(time: number, h: number): void {
    if (person.likesEmail && emailFrom === never) {
      emailFrom = time
      emailUntil = time + Math.floor(exponential(rehash(h, 70)) * 1100) * 1440 + 4000
      recorder.subscription(time, 'email', emailUntil)
      occasions.beginAfter(LETTERS, letterGap, time)
    }
    if (person.likesTexts && textsFrom === never && orders > 0) {
      textsFrom = time
      textsUntil = time + Math.floor(exponential(rehash(h, 71)) * 900) * 1440 + 4000
      recorder.subscription(time, 'sms', textsUntil)
      occasions.beginAfter(TEXTS, textGap, time)
    }
  }

  function buy(time: number, h: number, offline: boolean, cameByCoupon: boolean, promotion: number): void {
    const day = Math.floor(time / 1440)
    const isLeak =
      person.seeksCoupons &&
      influencer < 0 &&
      promotion < 0 &&
      unit(rehash(h, 31)) < 0.3 &&
      day >= plan.leakFromDay - plan.firstDay
    const typesCode = influencer >= 0 && time <= influencerUntil && unit(rehash(h, 30)) < 0.62
    const purchase: Purchase = {
      person: { ...person },
      region: regions[person.region]!,
      dayIndex: day,
      occasion: h,
      ordinal: orders,
      promotion,
      influencer: offline ? -1 : typesCode ? influencer : isLeak ? leakedInfluencer : -1,
      replenishes,
      isOffline: offline,
    }
    const order = priceOrder(plan, purchase)
    let viewedMask = 0
    for (let lever = 0; lever < viewedAt.length; lever++)
      if (viewedAt[lever]! > 0 && time - viewedAt[lever]! <= impressionMinutes) viewedMask |= 1 << lever
    recorder.order(time, purchase, order, { viewedMask, cameByCoupon })
    orders++
    lastOrderDay = day
    slow += 0.7
    replenishes = order.mainProduct
    if (order.mainProduct >= 0 && unit(rehash(h, 32)) < Math.min(0.6, 0.2 + 0.09 * orders)) {
      const lasts = catalog[order.mainProduct]!.daysOfUse
      const after = Math.floor(lasts * (0.75 + 0.55 * unit(rehash(h, 33))))
      occasions.schedule((day + after) * 1440 + minuteOfDay(rehash(h, 34)), REPLENISH, rehash(h, 35), 0)
    }
    if (unit(rehash(h, 36)) < 0.8) subscribe(time, h)
  }

  function visit(at: number, lever: number, detail: number, h: number, pull: number, depth: number): void {
    const time = at <= lastVisit + 2 ? lastVisit + 3 : at
    if (time >= horizon - 30) return
    const day = Math.floor(time / 1440)
    feel(day)
    lastVisit = time
    if (lever >= 0) touched |= 1 << lever
    const signsUp = emailFrom === never && unit(rehash(h, 27)) < 0.02 && person.likesEmail
    const promotion = promotionNow(day)
    const offer = plan.promotions[promotion]
    const sinceOrder = day - lastOrderDay
    const need = orders === 0 ? 1 : sinceOrder < 8 ? 0.2 : sinceOrder < 60 ? 0.35 + sinceOrder / 90 : 1.05
    const upcoming = day + 4 < days ? promotionNow(day + 4) : -1
    const waits = promotion < 0 && upcoming >= 0 ? 1 - 0.22 * plan.promotions[upcoming]!.pull : 1
    const liking = (fast + slow) / (1.4 + fast + slow)
    const chance =
      0.0163 *
      pull *
      person.readiness *
      need *
      waits *
      (offer === undefined ? 1 : 1 + 0.55 * offer.pull) *
      (0.8 + 0.6 * liking) *
      (orders > 0 ? 1.55 : 1) *
      (influencer >= 0 && time <= influencerUntil ? 1.3 : 1)
    const draw = unit(rehash(h, 28))
    const coupons = person.seeksCoupons && depth < 9 ? reachNow(AFFILIATES, day) : 0
    const findsCoupon = coupons > 0 && unit(rehash(h, 29)) < coupons * 0.75
    const buys = draw < chance * (findsCoupon ? 1.12 : 1)
    if (buys && findsCoupon) touched |= 1 << AFFILIATES
    recorder.visit(
      time,
      lever,
      detail,
      h,
      (orders > 0 ? IS_CUSTOMER : 0) | (signsUp ? SIGNS_UP : 0) | (buys && findsCoupon ? CAME_BY_COUPON : 0),
    )
    if (signsUp) subscribe(time, h)
    if (buys) {
      buy(time + 6 + (rehash(h, 26) % 14), h, false, findsCoupon, promotion)
      return
    }
    slow += 0.12
    if (depth >= 4) return
    const after = time + 200 + Math.floor(exponential(rehash(h, 21)) * 3400)
    if (unit(rehash(h, 20)) < 0.19) occasions.schedule(after, RETURN, rehash(h, 22), depth + 1)
    else if (person.acceptsAds && unit(rehash(h, 23)) < 0.04)
      occasions.schedule(after, FOLLOWED, rehash(h, 24), depth + 1)
  }

  /** A person who thinks of the shop by name; brand advertisements stand before the way they would take anyway. */
  function comeByName(time: number, h: number, pull: number, depth: number): void {
    const day = Math.floor(time / 1440)
    if (day >= days) return
    const way = unit(rehash(h, 10))
    if (depth > 0 && person.acceptsAds && unit(rehash(h, 11)) < reachNow(RETARGETING, day) * 0.42) {
      viewedAt[RETARGETING] = time
      visit(time, RETARGETING, -1, h, pull, depth)
      return
    }
    if (way < 0.44) {
      visit(time, -1, DIRECT, h, pull, depth)
      return
    }
    if (way < 0.84) {
      if (unit(rehash(h, 12)) < reachNow(BRAND, day) * 0.55) {
        visit(time, BRAND, -1, h, pull, depth)
        return
      }
      if (unit(rehash(h, 13)) < 0.05) return
      visit(time, -1, BRAND_SEARCH, h, pull, depth)
      return
    }
    const other = way < 0.9 ? ORGANIC_SOCIAL : way < 0.95 ? REFERRAL : way < 0.97 ? ASSISTANT : DIRECT
    visit(time, -1, other, h, pull, depth)
  }

  /** A person who searches for a kind of product: whoever is shown may win the click. */
  function searchGenerically(time: number, day: number, h: number): void {
    const hits = [
      unit(rehash(h, 11)) < reachNow(SHOPPING, day) * 0.5,
      unit(rehash(h, 12)) < reachNow(SEARCH, day) * 0.52,
      unit(rehash(h, 13)) < reachNow(PMAX, day) * 0.36,
    ]
    const leversHere = [SHOPPING, SEARCH, PMAX]
    const first = rehash(h, 14) % 3
    for (let n = 0; n < 3; n++) {
      const slot = (first + n) % 3
      if (hits[slot]) {
        visit(time, leversHere[slot]!, -1, h, 0.85, 0)
        return
      }
    }
    if (unit(rehash(h, 15)) < 0.2) visit(time, -1, GENERIC_SEARCH, h, 0.8, 0)
  }

  function followInfluencer(time: number, day: number, h: number): void {
    if (unit(rehash(h, 11)) >= reachNow(INFLUENCERS, day) * 0.8) return
    saw(INFLUENCERS, time, 0.05, 0.4)
    const post = plan.posts[occasions.cursor[POSTS]!]!
    influencer = post.influencer
    influencerUntil = time + 24 * 1440
    if (unit(rehash(h, 12)) < 0.16) visit(time, INFLUENCERS, occasions.cursor[POSTS]!, h, 0.9, 0)
  }

  function happen(stream: number, time: number, h: number): void {
    const day = Math.floor(time / 1440)
    if (day >= days) return
    switch (stream) {
      case INTENT: {
        if (!isSeason(day, h)) return
        feel(day)
        const liking = (fast + slow) / (1 + fast + slow)
        const level = 0.21 + 0.5 * liking + (orders > 0 ? 0.12 : 0)
        if (unit(rehash(h, 8)) < level) comeByName(time, h, orders > 0 ? 1.35 : 1.05, 0)
        return
      }
      case GENERIC:
        if (isSeason(day, h)) searchGenerically(time, day, h)
        return
      case FEED_FACEBOOK:
      case FEED_INSTAGRAM: {
        const lever = stream === FEED_FACEBOOK ? FACEBOOK : INSTAGRAM
        if (unit(rehash(h, 8)) >= reachNow(lever, day)) return
        saw(lever, time, 0.17, 0.03)
        if (unit(rehash(h, 10)) < 0.085 * person.interest) visit(time, lever, -1, h, 0.62, 0)
        return
      }
      case VIDEOS:
        if (unit(rehash(h, 8)) >= reachNow(VIDEO, day)) return
        saw(VIDEO, time, 0.02, 0.09)
        if (unit(rehash(h, 10)) < 0.008 * person.interest) visit(time, VIDEO, -1, h, 0.5, 0)
        return
      case SURFACES:
        if (unit(rehash(h, 8)) >= reachNow(PMAX, day)) return
        saw(PMAX, time, 0.05, 0.01)
        if (unit(rehash(h, 10)) < 0.05 * person.interest) visit(time, PMAX, -1, h, 0.6, 0)
        return
      case LETTERS:
      case TEXTS: {
        const isLetter = stream === LETTERS
        const lever = isLetter ? EMAIL : SMS
        if (time < (isLetter ? emailFrom : textsFrom) || time > (isLetter ? emailUntil : textsUntil)) return
        const sending = (isLetter ? plan.emails : plan.texts)[occasions.cursor[stream]!]!
        const boost = sending.promotion >= 0 && sending.promotion !== withoutPromotion ? 1 : 0.55
        if (unit(rehash(h, 8)) >= reachNow(lever, day) * boost * 1.2) return
        saw(lever, time, 0.2, 0)
        visit(time, lever, occasions.cursor[stream]!, h, 1.1, 0)
        return
      }
      case POSTS:
        followInfluencer(time, day, h)
        return
      case OFFERS: {
        const index = occasions.cursor[OFFERS]!
        if (index === withoutPromotion || promotionNow(day) !== index) return
        feel(day)
        const liking = (fast + slow) / (1 + fast + slow)
        const chance = (orders > 0 ? 0.24 : 0.3 * liking) * plan.promotions[index]!.pull
        if (unit(rehash(h, 8)) < chance) comeByName(time, h, 1.5, 0)
        return
      }
      default:
        if (!isSeason(day, h)) return
        if (person.seeksCoupons && unit(rehash(h, 8)) < reachNow(AFFILIATES, day) * 0.6)
          visit(time, AFFILIATES, -1, h, 0.9, 9)
        else visit(time, -1, discoveryOf(h), h, 0.6, 0)
    }
  }

  function resume(kind: number, time: number, h: number, depth: number): void {
    const day = Math.floor(time / 1440)
    if (day >= days) return
    feel(day)
    if (kind === RETURN) {
      comeByName(time, h, 2.1, depth)
      return
    }
    if (kind === FOLLOWED) {
      if (unit(rehash(h, 8)) >= reachNow(RETARGETING, day) * 0.6) return
      viewedAt[RETARGETING] = time
      visit(time, RETARGETING, -1, h, 1, depth)
      return
    }
    if (day - lastOrderDay < 12) return
    if (person.isNearBoutique && unit(rehash(h, 8)) < 0.5) {
      if (time > lastVisit) buy(time, h, true, false, promotionNow(day))
      return
    }
    comeByName(time, h, 12, 0)
  }

  return (someone) => {
    person = someone
    touched = 0
    fast = 0
    slow = 0
    feltDay = 0
    orders = 0
    lastVisit = 0
    lastOrderDay = 0
    influencer = -1
    emailFrom = never
    textsFrom = never
    replenishes = -1
    viewedAt.fill(0)
    occasions.meet(person)
    occasions.begin(INTENT, meanGapDays.intent / person.interest)
    occasions.begin(GENERIC, meanGapDays.generic / person.interest)
    if (person.usesFacebook) occasions.begin(FEED_FACEBOOK, meanGapDays.feed)
    if (person.usesInstagram) occasions.begin(FEED_INSTAGRAM, meanGapDays.feed)
    if (person.watchesVideo) occasions.begin(VIDEOS, meanGapDays.videos)
    if (person.seesSurfaces) occasions.begin(SURFACES, meanGapDays.surfaces)
    if (person.followsAnyone) occasions.begin(POSTS, 0)
    occasions.begin(OFFERS, offerGap)
    occasions.begin(DISCOVERY, meanGapDays.discovery / person.interest)
    if (person.id < initialCustomers) {
      const h = hash(seed, person.id, 3)
      const history = historyOf(seed, person.id)
      orders = history.orders
      lastOrderDay = history.lastOrderDay
      slow = 0.3
      if (unit(rehash(h, 3)) < 0.8) subscribe(0, h)
    }
    while (occasions.next(horizon)) {
      const { time, stream, occasion } = occasions
      if (stream < 0) resume(occasions.kind, time, occasion, occasions.depth)
      else {
        happen(stream, time, occasion)
        occasions.advance(stream)
      }
    }
    return touched
  }
}
