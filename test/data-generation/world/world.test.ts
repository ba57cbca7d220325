import { describe, expect, it } from 'vitest'
import { levers, RETARGETING } from '../../../src/data-generation/plan/levers.ts'
import { reachOf, type Scenario } from '../../../src/data-generation/plan/marketing-plan.ts'
import { resolveSetting } from '../../../src/data-generation/shop.ts'
import { createLife, type Recorder } from '../../../src/data-generation/world/behaviour.ts'
import { createPerson, meetPerson } from '../../../src/data-generation/world/people.ts'
import {
  allLevers,
  effectOf,
  outcomeOf,
  simulateWorld,
  touchedBy,
} from '../../../src/data-generation/world/world.ts'

const setting = resolveSetting({ size: 'small' })
const world = simulateWorld(setting)

/** Everything a person does in a world, as text. */
function lives(scenario: Scenario, withoutPromotion = -1): string[] {
  const diary: string[] = []
  let current = 0
  const recorder: Recorder = {
    visit: (...visit) => {
      diary[current] += `v${visit.join(',')};`
    },
    order: (minute, _purchase, order) => {
      diary[current] +=
        `o${minute},${order.netRevenueCents},${order.contributionCents},${order.lines.map((line) => line.product)};`
    },
    subscription: (minute, medium) => {
      diary[current] += `s${minute},${medium};`
    },
  }
  const live = createLife(world.plan, reachOf(world.plan, scenario), withoutPromotion, recorder)
  const someone = createPerson()
  for (current = 0; current < world.peopleCount; current++) {
    diary[current] = ''
    live(meetPerson(setting.seed, current, someone))
  }
  return diary
}

describe('counterfactual worlds', () => {
  const factual = lives({})

  it.each(allLevers.map((index) => [levers[index]!.id, index] as const))(
    'leave everybody alone whom %s did not touch',
    (_, index) => {
      const without = lives({ levers: [index], factor: 0 })
      const touched = touchedBy(world, [index])
      let changed = 0
      for (let person = 0; person < world.peopleCount; person++) {
        if (touched(person)) changed += without[person] === factual[person] ? 0 : 1
        else expect(without[person]).toBe(factual[person])
      }
      expect(changed).toBeGreaterThan(0)
    },
  )

  it('are the factual world when nothing differs', () => {
    expect(lives({ levers: [0], factor: 1 })).toEqual(factual)
    const nothing = effectOf(world, {}, () => true)
    expect([...nothing.orders, ...nothing.netRevenueCents].every((value) => value === 0)).toBe(true)
  })

  it('give the same effect whether everybody is lived again or only those concerned', () => {
    const scenario = { levers: [RETARGETING], factor: 0 }
    expect(effectOf(world, scenario, touchedBy(world, [RETARGETING]))).toEqual(
      effectOf(world, scenario, () => true),
    )
  })

  it('change nothing before a promotion that never was', () => {
    const index = world.plan.promotions.findIndex((promotion) => promotion.startDay > setting.startDay + 20)
    const without = lives({}, index)
    const known = (world.plan.promotions[index]!.startDay - 5 - world.plan.firstDay) * 1440
    const before = (diary: string) =>
      diary.split(';').filter((entry) => entry !== '' && Number(/[0-9]+/.exec(entry)![0]) < known)
    expect(without).not.toEqual(factual)
    without.forEach((diary, person) => {
      expect(before(diary)).toEqual(before(factual[person]!))
    })
  })

  it('sell less with all marketing off', () => {
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)
    const effect = effectOf(world, { levers: allLevers, factor: 0 }, () => true)
    const all = outcomeOf(world)
    expect(sum(effect.orders)).toBeGreaterThan(0.15 * sum(all.orders))
    expect(sum(effect.orders)).toBeLessThan(0.8 * sum(all.orders))
  })
})

describe('the world', () => {
  it('orders each person’s visits in time and ties each order to the visit that ended in it', () => {
    const { visits } = world
    for (let n = 1; n < visits.count; n++)
      if (visits.person[n] === visits.person[n - 1])
        expect(visits.minute[n]).toBeGreaterThan(visits.minute[n - 1]!)
    world.orders.forEach((order, index) => {
      if (order.visit < 0) return
      expect(visits.order[order.visit]).toBe(index)
      expect(visits.person[order.visit]).toBe(order.purchase.person.id)
      expect(order.minute).toBeGreaterThan(visits.minute[order.visit]!)
    })
  })

  it('is another world with another seed', () => {
    const other = simulateWorld({ ...setting, seed: setting.seed + 1 })
    expect(outcomeOf(other).orders).not.toEqual(outcomeOf(world).orders)
  })

  it('holds a finished experiment, a pause, a post and a promotion within the small demo', () => {
    const { plan } = world
    expect(plan.experiment.endDay).toBeLessThan(setting.endDay)
    expect(plan.experiment.startDay).toBeGreaterThanOrEqual(setting.startDay)
    const recorded = plan.budget.filter((_, index) => index % plan.days >= setting.startDay - plan.firstDay)
    expect(recorded.includes(0)).toBe(true)
    expect(plan.posts.some((post) => post.day >= setting.startDay && post.day <= setting.endDay)).toBe(true)
    expect(
      plan.promotions.filter((promotion) => promotion.startDay >= setting.startDay).length,
    ).toBeGreaterThan(1)
    expect(new Set(world.orders.map((order) => order.purchase.region.currency)).size).toBeGreaterThan(1)
    expect(world.orders.some((order) => order.purchase.influencer >= 0)).toBe(true)
    expect(world.orders.some((order) => order.priced.refunds.length > 0)).toBe(true)
  })
})
