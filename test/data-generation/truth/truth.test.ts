import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StageEvent } from '../../../src/contracts/observer.ts'
import { resolveSetting } from '../../../src/data-generation/shop.ts'
import { blockEffects, budgetEffects, effects } from '../../../src/data-generation/truth/truth.ts'
import { effectOf, outcomeOf, simulateWorld } from '../../../src/data-generation/world/world.ts'
import { writeTruth } from '../../../src/data-generation/write-truth.ts'
import { writeTruthBeside } from '../../../src/data-generation/write-truth-beside.ts'

const small = { size: 'small' } as const
const world = simulateWorld(resolveSetting(small))
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)

describe('truth', () => {
  const all = [...effects(world)]

  it('finds for each promotion what living everybody again finds', () => {
    const promotions = all.filter((effect) => effect.kind === 'promotion')
    expect(promotions.length).toBeGreaterThan(2)
    for (const promotion of promotions) {
      const index = world.plan.promotions.findIndex(({ id }) => promotion.scenario === `promotion:${id}`)
      expect(promotion.outcome).toEqual(effectOf(world, { withoutPromotion: index }, () => true))
    }
  })

  it('speaks of every channel once and of levers with the channel their spend is booked on', () => {
    const channels = all.filter((effect) => effect.kind === 'channel').map((effect) => effect.channel)
    expect(new Set(channels).size).toBe(channels.length)
    for (const lever of all.filter((effect) => effect.kind === 'lever'))
      expect(channels).toContain(lever.channel)
  })

  it('has brand search and retargeting harvest: they cause less than the orders they end in', () => {
    for (const [id, index] of [
      ['google_brand', 1],
      ['retargeting', 7],
    ] as const) {
      const caused = sum(all.find((effect) => effect.scenario === `lever:${id}`)!.outcome.orders)
      let ended = 0
      for (let n = 0; n < world.visits.count; n++)
        if (world.visits.lever[n] === index && world.visits.order[n]! >= 0) ended++
      expect(ended).toBeGreaterThan(4)
      expect(caused).toBeLessThan(0.7 * ended)
    }
  })

  it('writes sums that agree with its rows', async () => {
    const truthDir = await mkdtemp(join(tmpdir(), 'sillage-truth-'))
    const summary = await writeTruth({ ...small, truthDir })
    expect(summary.factual.orders).toBe(sum(outcomeOf(world).orders))
    const rows = (await readFile(join(truthDir, 'effects.csv'), 'utf8')).trim().split('\n').slice(1)
    const total = (scenario: string, column: number) =>
      rows
        .map((row) => row.split(','))
        .filter((cells) => cells[0] === scenario)
        .reduce((cents, cells) => cents + Math.round(Number(cells[column]) * 100), 0)
    for (const [lever, { netRevenue }] of Object.entries(summary.levers))
      expect(total(`lever:${lever}`, 6)).toBe(Math.round(Number(netRevenue) * 100))
    const levers = Object.values(summary.levers).reduce((orders, lever) => orders + lever.orders, 0)
    expect(summary.interaction.orders).toBe(summary.allOff.orders - levers)
    expect(JSON.parse(await readFile(join(truthDir, 'summary.json'), 'utf8'))).toEqual(summary)
  })
})

describe('the truth beside other work', () => {
  it('is the same, and leaves this thread free', async () => {
    const [here, beside] = [1, 2].map(() => mkdtemp(join(tmpdir(), 'sillage-truth-')))
    const wanted = await writeTruth({ ...small, truthDir: await here! })
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
    }, 5)
    const seen: string[] = []
    const observer = { stage: ({ message = '' }: StageEvent) => void seen.push(message), count() {} }
    expect(await writeTruthBeside({ ...small, truthDir: await beside!, observer })).toEqual(wanted)
    clearInterval(timer)
    expect(turns).toBeGreaterThan(5)
    expect(seen).toContain('all_off')
    const bytes = async (folder: string) => readFile(join(folder, 'effects.csv'), 'utf8')
    expect(await bytes(await beside!)).toBe(await bytes(await here!))
  })

  it('says what went wrong, with its code', async () => {
    const truthDir = join(await mkdtemp(join(tmpdir(), 'sillage-truth-')), 'file')
    await writeFile(truthDir, '')
    await expect(writeTruthBeside({ ...small, truthDir })).rejects.toMatchObject({ code: 'EEXIST' })
  })
})

describe('the full truth', () => {
  it('carries the effect of a block into the weeks after it, never into those before', () => {
    let after = 0
    for (const { blockStart, outcome } of blockEffects(world)) {
      const block = (blockStart! - outcome.firstWeek) / 7
      outcome.orders.forEach((orders, week) => {
        if (week < block) expect(orders).toBe(0)
        if (week >= block + 4) after += Math.abs(orders)
      })
    }
    expect(after).toBeGreaterThan(0)
  })

  it('gives more for more money and less for less, with diminishing returns', () => {
    const byFactor = new Map<number, number>()
    for (const { factor, outcome } of budgetEffects(world))
      byFactor.set(factor, (byFactor.get(factor) ?? 0) + sum(outcome.orders))
    expect(byFactor.get(0.7)!).toBeLessThan(byFactor.get(0.9)!)
    expect(byFactor.get(0.9)!).toBeLessThanOrEqual(0)
    expect(byFactor.get(1.1)!).toBeGreaterThanOrEqual(0)
    expect(byFactor.get(1.3)!).toBeGreaterThan(byFactor.get(1.1)!)
    expect(-byFactor.get(0.7)!).toBeGreaterThan(byFactor.get(1.3)!)
  })
})
