import { weekStart } from '../calendar.ts'
import { levers } from '../plan/levers.ts'
import type { Scenario } from '../plan/marketing-plan.ts'
import { allLevers, effectOf, touchedBy, type WeeklyOutcome, type World } from '../world/world.ts'

export interface Effect {
  /** `lever:<id>`, `channel:<name>`, `all_off` or `promotion:<id>`. */
  readonly scenario: string
  readonly kind: 'lever' | 'channel' | 'all_off' | 'promotion'
  readonly channel: string
  readonly platform: string
  readonly outcome: WeeklyOutcome
}

const channelNames = [...new Set(levers.map((lever) => lever.channel))]

/** Levers of each channel, by its name. */
export const leversOfChannel: ReadonlyMap<string, readonly number[]> = new Map(
  channelNames.map((name) => [name, allLevers.filter((index) => levers[index]!.channel === name)]),
)

/**
 * What each lever, each channel, all of them and each promotion changed: the factual world minus the world without.
 * Effects do not add up: `all_off` minus their sum is how far marketing helps or hinders itself.
 */
export function* effects(world: World): Generator<Effect> {
  const off = (indexes: readonly number[]) =>
    effectOf(world, { levers: indexes, factor: 0 }, touchedBy(world, indexes))
  const ofLever = new Map<number, WeeklyOutcome>()
  for (const index of allLevers) {
    const lever = levers[index]!
    const outcome = off([index])
    ofLever.set(index, outcome)
    yield {
      scenario: `lever:${lever.id}`,
      kind: 'lever',
      channel: lever.channel,
      platform: lever.platform,
      outcome,
    }
  }
  for (const [channel, indexes] of leversOfChannel) {
    const outcome = indexes.length === 1 ? ofLever.get(indexes[0]!)! : off(indexes)
    yield { scenario: `channel:${channel}`, kind: 'channel', channel, platform: '', outcome }
  }
  yield { scenario: 'all_off', kind: 'all_off', channel: '', platform: '', outcome: off(allLevers) }
  for (const [index, promotion] of world.plan.promotions.entries()) {
    if (promotion.endDay < world.plan.setting.startDay || promotion.startDay > world.plan.setting.endDay)
      continue
    yield {
      scenario: `promotion:${promotion.id}`,
      kind: 'promotion',
      channel: '',
      platform: '',
      outcome: effectOf(world, { withoutPromotion: index }, concernedBy(world, index)),
    }
  }
}

/** People who came while a promotion ran, or shortly before, when some wait for it. */
function concernedBy(world: World, promotion: number): (person: number) => boolean {
  const { plan, visits } = world
  const { startDay, endDay } = plan.promotions[promotion]!
  // Visits of the burn-in are not kept: nobody can be left out then.
  if (startDay - 5 < plan.setting.startDay) return () => true
  const from = (startDay - 5 - plan.firstDay) * 1440
  const to = (endDay + 2 - plan.firstDay) * 1440
  const concerned = new Uint8Array(world.peopleCount)
  for (let n = 0; n < visits.count; n++)
    if (visits.minute[n]! >= from && visits.minute[n]! < to) concerned[visits.person[n]!] = 1
  for (const order of world.orders)
    if (order.minute >= from && order.minute < to) concerned[order.purchase.person.id] = 1
  return (person) => concerned[person] === 1
}

export interface Counterfactual {
  readonly scenario: string
  readonly lever: number
  readonly factor: number
  /** Monday of the first week without, for blocks; undefined for a changed budget over the whole horizon. */
  readonly blockStart: number | undefined
  readonly outcome: WeeklyOutcome
}

const blockWeeks = 4
const changes = [0.7, 0.9, 1.1, 1.3]

/** Each lever switched off for four weeks at a time: the weeks after the block show what carries over. */
export function* blockEffects(world: World): Generator<Counterfactual> {
  const first = weekStart(world.plan.setting.startDay + 6)
  for (const lever of allLevers)
    for (
      let start = first;
      start + blockWeeks * 7 - 1 <= world.plan.setting.endDay;
      start += blockWeeks * 7
    ) {
      const scenario: Scenario = {
        levers: [lever],
        factor: 0,
        fromDay: start,
        toDay: start + blockWeeks * 7 - 1,
      }
      yield {
        scenario: `block:${levers[lever]!.id}`,
        lever,
        factor: 0,
        blockStart: start,
        outcome: effectOf(world, scenario, touchedBy(world, [lever])),
      }
    }
}

/** Each lever at 70, 90, 110 and 130 % of its budget; the effect is the world at that budget minus the factual one. */
export function* budgetEffects(world: World): Generator<Counterfactual> {
  for (const lever of allLevers)
    for (const factor of changes) {
      const concerns = factor > 1 ? () => true : touchedBy(world, [lever])
      const effect = effectOf(world, { levers: [lever], factor }, concerns)
      yield {
        scenario: `budget:${levers[lever]!.id}:${Math.round(factor * 100)}`,
        lever,
        factor,
        blockStart: undefined,
        outcome: negated(effect),
      }
    }
}

function negated(outcome: WeeklyOutcome): WeeklyOutcome {
  const flip = (values: Float64Array) => values.map((value) => (value === 0 ? 0 : -value))
  return {
    firstWeek: outcome.firstWeek,
    orders: flip(outcome.orders),
    netRevenueCents: flip(outcome.netRevenueCents),
    contributionCents: flip(outcome.contributionCents),
  }
}
