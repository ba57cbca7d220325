import { weekStart } from '../calendar.ts'
import { levers } from '../plan/levers.ts'
import { createMarketingPlan, type MarketingPlan, reachOf, type Scenario } from '../plan/marketing-plan.ts'
import { burnInDays, type WorldSetting } from '../shop.ts'
import type { Purchase } from './basket.ts'
import { createLife, type OrderCircumstances, type Recorder } from './behaviour.ts'
import { createPerson, meetPerson } from './people.ts'
import type { PricedOrder } from './pricing.ts'

/** People it takes for one recorded web event a day. */
const peoplePerDailyEvent = 18.5

/** The last UTC day of the web log reaches two hours into the next Paris day. */
const intoNextDayMinutes = 120

export interface Visits {
  readonly count: number
  readonly person: Int32Array
  /** Minutes of Paris time since the plan's first day. */
  readonly minute: Int32Array
  readonly occasion: Uint32Array
  /** −1: not led by a lever, `detail` is an entry. */
  readonly lever: Int8Array
  readonly detail: Int16Array
  readonly flags: Uint8Array
  /** Order that ended the visit, or −1. */
  readonly order: Int32Array
}

export interface PlacedOrder extends OrderCircumstances {
  readonly minute: number
  /** Index into the visits, or −1: offline, or before the records begin. */
  visit: number
  readonly purchase: Purchase
  readonly priced: PricedOrder
}

export interface Subscription {
  readonly person: number
  readonly minute: number
  readonly medium: 'email' | 'sms'
  readonly untilMinute: number
}

/** One world as it happened, up to two hours past its last day: people in order, each person's visits and orders in order of time. */
export interface World {
  readonly plan: MarketingPlan
  readonly peopleCount: number
  /** Index into `regions`, by person. */
  readonly regionOfPerson: Uint8Array
  readonly visits: Visits
  readonly orders: readonly PlacedOrder[]
  /** Id of each order, numbered in order of time: a longer world only adds numbers. */
  readonly orderIds: readonly string[]
  readonly subscriptions: readonly Subscription[]
  /** Bit per lever that touched the person; with another lever off the person does the same. */
  readonly touched: Uint32Array
}

export function peopleCountOf(setting: WorldSetting): number {
  return Math.max(setting.initialCustomers, Math.round(setting.eventsPerDay * peoplePerDailyEvent))
}

function grow<T extends Int32Array | Uint32Array | Int8Array | Int16Array | Uint8Array>(array: T): T {
  const larger = new (array.constructor as new (length: number) => T)(array.length * 2)
  larger.set(array as never)
  return larger
}

function numberOrders(orders: readonly PlacedOrder[]): string[] {
  const byTime = orders
    .map((_, index) => index)
    .sort((a, b) => orders[a]!.minute - orders[b]!.minute || a - b)
  const ids: string[] = new Array(orders.length)
  byTime.forEach((index, n) => {
    ids[index] = `FS-${100_000 + n}`
  })
  return ids
}

/** First minute after the recorded days. */
export function endMinuteOf(plan: MarketingPlan): number {
  return (plan.setting.endDay - plan.firstDay + 1) * 1440
}

/** Lives the factual world and records visits and orders up to the setting's last day. */
export function simulateWorld(setting: WorldSetting): World {
  const plan = createMarketingPlan(setting)
  const peopleCount = peopleCountOf(setting)
  const firstMinute = burnInDays * 1440
  const endMinute = endMinuteOf(plan) + intoNextDayMinutes
  const capacity = Math.max(1024, peopleCount * 3)
  let person = new Int32Array(capacity)
  let minute = new Int32Array(capacity)
  let occasion = new Uint32Array(capacity)
  let lever = new Int8Array(capacity)
  let detail = new Int16Array(capacity)
  let flags = new Uint8Array(capacity)
  let order = new Int32Array(capacity)
  let count = 0
  let current = 0
  let lastVisit = -1
  const orders: PlacedOrder[] = []
  const subscriptions: Subscription[] = []
  const recorder: Recorder = {
    visit(at, leverIndex, what, occasionHash, flagBits) {
      lastVisit = -1
      if (at < firstMinute || at >= endMinute) return
      if (count === person.length) {
        person = grow(person)
        minute = grow(minute)
        occasion = grow(occasion)
        lever = grow(lever)
        detail = grow(detail)
        flags = grow(flags)
        order = grow(order)
      }
      person[count] = current
      minute[count] = at
      occasion[count] = occasionHash
      lever[count] = leverIndex
      detail[count] = what
      flags[count] = flagBits
      order[count] = -1
      lastVisit = count++
    },
    order(at, purchase, priced, circumstances) {
      if (at >= endMinute) return
      const visit = purchase.isOffline ? -1 : lastVisit
      if (visit >= 0) order[visit] = orders.length
      orders.push({ minute: at, visit, purchase, priced, ...circumstances })
    },
    subscription(at, medium, untilMinute) {
      if (at < endMinute) subscriptions.push({ person: current, minute: at, medium, untilMinute })
    },
  }
  const live = createLife(plan, reachOf(plan), -1, recorder)
  const someone = createPerson()
  const touched = new Uint32Array(peopleCount)
  const regionOfPerson = new Uint8Array(peopleCount)
  for (current = 0; current < peopleCount; current++) {
    touched[current] = live(meetPerson(setting.seed, current, someone))
    regionOfPerson[current] = someone.region
  }
  return {
    plan,
    peopleCount,
    regionOfPerson,
    visits: { count, person, minute, occasion, lever, detail, flags, order },
    orders,
    orderIds: numberOrders(orders),
    subscriptions,
    touched,
  }
}

/** Counted orders, net revenue and contribution (euro cents, before marketing) by week of the recorded days. */
export interface WeeklyOutcome {
  readonly firstWeek: number
  readonly orders: Float64Array
  readonly netRevenueCents: Float64Array
  readonly contributionCents: Float64Array
}

export function createOutcome(setting: WorldSetting): WeeklyOutcome {
  const firstWeek = weekStart(setting.startDay)
  const weeks = (weekStart(setting.endDay) - firstWeek) / 7 + 1
  return {
    firstWeek,
    orders: new Float64Array(weeks),
    netRevenueCents: new Float64Array(weeks),
    contributionCents: new Float64Array(weeks),
  }
}

function outcomeRecorder(plan: MarketingPlan, outcome: WeeklyOutcome, sign: number): Recorder {
  const { startDay, endDay } = plan.setting
  return {
    visit() {},
    subscription() {},
    order(minute, _purchase, priced) {
      const day = plan.firstDay + Math.floor(minute / 1440)
      if (day < startDay || day > endDay || priced.isCancelled || !priced.isCounted) return
      const week = (weekStart(day) - outcome.firstWeek) / 7
      outcome.orders[week]! += sign
      outcome.netRevenueCents[week]! += sign * priced.netRevenueCents
      outcome.contributionCents[week]! += sign * priced.contributionCents
    },
  }
}

/** Outcome of the factual world, from its records. */
export function outcomeOf(world: World): WeeklyOutcome {
  const outcome = createOutcome(world.plan.setting)
  const recorder = outcomeRecorder(world.plan, outcome, 1)
  for (const order of world.orders) recorder.order(order.minute, order.purchase, order.priced, order)
  return outcome
}

/**
 * Factual minus counterfactual outcome, by week. Only people whom the change can concern are lived again; of
 * everybody else every draw, and so every order, is the same in both worlds.
 */
export function effectOf(
  world: World,
  scenario: Scenario,
  concerns: (person: number) => boolean,
): WeeklyOutcome {
  const { plan } = world
  const effect = createOutcome(plan.setting)
  const factual = outcomeRecorder(plan, effect, 1)
  for (const order of world.orders)
    if (concerns(order.purchase.person.id)) factual.order(order.minute, order.purchase, order.priced, order)
  const counterfactual = outcomeRecorder(plan, effect, -1)
  const live = createLife(plan, reachOf(plan, scenario), scenario.withoutPromotion ?? -1, counterfactual)
  const someone = createPerson()
  for (let id = 0; id < world.peopleCount; id++)
    if (concerns(id)) live(meetPerson(plan.setting.seed, id, someone))
  return effect
}

/** People a lever of the scenario touched in the factual world. */
export function touchedBy(world: World, leverIndexes: readonly number[]): (person: number) => boolean {
  let mask = 0
  for (const index of leverIndexes) mask |= 1 << index
  return (person) => (world.touched[person]! & mask) !== 0
}

export const allLevers: readonly number[] = levers.map((_, index) => index)
