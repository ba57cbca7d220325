import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Observer, silentObserver } from '../contracts/observer.ts'
import { dateText } from './calendar.ts'
import { amount, csvFile, csvLine } from './exports/csv.ts'
import { weeklySpend } from './exports/spend.ts'
import { levers } from './plan/levers.ts'
import { resolveSetting, type WorldOptions } from './shop.ts'
import {
  blockEffects,
  budgetEffects,
  type Counterfactual,
  type Effect,
  effects,
  leversOfChannel,
} from './truth/truth.ts'
import { outcomeOf, simulateWorld, type WeeklyOutcome, type World } from './world/world.ts'

export interface TruthOptions extends WorldOptions {
  /** Folder only the scorer and its page may read. */
  readonly truthDir: string
  /** `full` adds four-week blocks with their carry-over and budgets of ±10 and ±30 %; minutes instead of seconds. */
  readonly level?: 'default' | 'full'
  readonly observer?: Observer
}

interface Total {
  readonly orders: number
  readonly netRevenue: string
  readonly contribution: string
}

export interface TruthSummary {
  readonly seed: number
  readonly startDate: string
  readonly endDate: string
  readonly factual: Total
  readonly allOff: Total
  /** `allOff` minus the sum of all levers; shown, never spread. */
  readonly interaction: Total
  readonly levers: Readonly<Record<string, Total>>
  readonly channels: Readonly<Record<string, Total>>
}

const measures = ['orders', 'net_revenue', 'contribution']
export const effectColumns = ['scenario', 'kind', 'channel', 'platform', 'week_start', ...measures, 'spend']
export const promotionColumns = ['promotion_id', 'week_start', ...measures]
export const counterfactualColumns = [
  'scenario',
  'lever',
  'channel',
  'platform',
  'factor',
  'block_start',
  'week_start',
  ...measures,
]

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0)

function totalOf(outcomes: readonly WeeklyOutcome[], signs: readonly number[]): Total {
  const add = (pick: (outcome: WeeklyOutcome) => Float64Array) =>
    outcomes.reduce((total, outcome, index) => total + signs[index]! * sum(pick(outcome)), 0)
  return {
    orders: add((outcome) => outcome.orders),
    netRevenue: amount(add((outcome) => outcome.netRevenueCents)),
    contribution: amount(add((outcome) => outcome.contributionCents)),
  }
}

function weekCells(outcome: WeeklyOutcome, week: number): (string | number)[] {
  return [
    outcome.orders[week]!,
    amount(outcome.netRevenueCents[week]!),
    amount(outcome.contributionCents[week]!),
  ]
}

function weeksOf(outcome: WeeklyOutcome): { week: number; start: string }[] {
  return Array.from(outcome.orders, (_, week) => ({ week, start: dateText(outcome.firstWeek + week * 7) }))
}

/** Computes what really caused the demo's orders and writes it as CSV and `summary.json`. Same options, same bytes. */
export async function writeTruth(options: TruthOptions): Promise<TruthSummary> {
  const { observer = silentObserver, truthDir, level = 'default' } = options
  const setting = resolveSetting(options)
  const world = simulateWorld(setting)
  const spend = weeklySpend(world)
  await mkdir(truthDir, { recursive: true })
  const factual = outcomeOf(world)
  const effectLines = weeksOf(factual).map(({ week, start }) =>
    csvLine(['factual', 'factual', '', '', start, ...weekCells(factual, week), amount(spend.total[week]!)]),
  )
  const promotionLines: string[] = []
  const all: Effect[] = []
  for (const effect of effects(world)) {
    all.push(effect)
    observer.stage({ stage: 'truth', state: 'progress', message: effect.scenario })
    for (const { week, start } of weeksOf(effect.outcome)) {
      const cells = weekCells(effect.outcome, week)
      if (effect.kind === 'promotion')
        promotionLines.push(csvLine([effect.scenario.slice('promotion:'.length), start, ...cells]))
      else
        effectLines.push(
          csvLine([
            effect.scenario,
            effect.kind,
            effect.channel,
            effect.platform,
            start,
            ...cells,
            amount(spendOf(effect, spend, week)),
          ]),
        )
    }
  }
  await writeFile(join(truthDir, 'effects.csv'), csvFile(effectColumns, effectLines))
  await writeFile(join(truthDir, 'promotions.csv'), csvFile(promotionColumns, promotionLines))
  if (level === 'full') await writeFull(world, truthDir, observer)
  const ofKind = (kind: Effect['kind']) => all.filter((effect) => effect.kind === kind)
  const off = ofKind('lever').map((effect) => effect.outcome)
  const allOff = ofKind('all_off')[0]!.outcome
  const summary: TruthSummary = {
    seed: setting.seed,
    startDate: dateText(setting.startDay),
    endDate: dateText(setting.endDay),
    factual: totalOf([factual], [1]),
    allOff: totalOf([allOff], [1]),
    interaction: totalOf([allOff, ...off], [1, ...off.map(() => -1)]),
    levers: Object.fromEntries(
      ofKind('lever').map((effect) => [effect.scenario.slice(6), totalOf([effect.outcome], [1])]),
    ),
    channels: Object.fromEntries(
      ofKind('channel').map((effect) => [effect.channel, totalOf([effect.outcome], [1])]),
    ),
  }
  await writeFile(join(truthDir, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`)
  return summary
}

function spendOf(effect: Effect, spend: ReturnType<typeof weeklySpend>, week: number): number {
  if (effect.kind === 'all_off') return spend.total[week]!
  const indexes =
    effect.kind === 'channel'
      ? leversOfChannel.get(effect.channel)!
      : [levers.findIndex((lever) => `lever:${lever.id}` === effect.scenario)]
  return indexes.reduce((total, index) => total + spend.ofLever[index]![week]!, 0)
}

async function writeFull(world: World, truthDir: string, observer: Observer): Promise<void> {
  const linesOf = (counterfactuals: Iterable<Counterfactual>) => {
    const lines: string[] = []
    for (const { scenario, lever, factor, blockStart, outcome } of counterfactuals) {
      observer.stage({ stage: 'truth', state: 'progress', message: scenario })
      const { channel, platform, id } = levers[lever]!
      const block = blockStart === undefined ? '' : dateText(blockStart)
      for (const { week, start } of weeksOf(outcome)) {
        if (outcome.orders[week] === 0 && outcome.netRevenueCents[week] === 0) continue
        lines.push(
          csvLine([scenario, id, channel, platform, factor, block, start, ...weekCells(outcome, week)]),
        )
      }
    }
    return csvFile(counterfactualColumns, lines)
  }
  await writeFile(join(truthDir, 'blocks.csv'), linesOf(blockEffects(world)))
  await writeFile(join(truthDir, 'budgets.csv'), linesOf(budgetEffects(world)))
}
