import { adFactsOf, adRegionCount, factIndex, reportedCampaigns } from '../exports/ad-facts.ts'
import {
  BRAND,
  FACEBOOK,
  firstUnpaidLever,
  INSTAGRAM,
  levers,
  PMAX,
  SEARCH,
  SHOPPING,
} from '../plan/levers.ts'
import { burnInDays } from '../shop.ts'
import { botVisits } from '../web/bots.ts'
import { consentOf, deviceNumber, deviceOf } from '../web/visitors.ts'
import { webLog } from '../web/web-log.ts'
import { entries } from '../world/behaviour.ts'
import { createPerson, meetPerson } from '../world/people.ts'
import { endMinuteOf, type World } from '../world/world.ts'

export interface Statistic {
  readonly name: string
  readonly value: number
  readonly unit: '%' | '€' | 'orders'
  /** Range published for real shops. */
  readonly from: number
  readonly to: number
  readonly source: string
}

const entryNumber = (name: (typeof entries)[number]) => entries.indexOf(name)

/** Shares of visits that come to a shop by searching, paid or not, and directly. */
function visitShares(world: World) {
  const { visits, plan } = world
  const { seed } = plan.setting
  const someone = createPerson()
  const searchLevers = new Set([SEARCH, BRAND, SHOPPING, PMAX])
  const searchEntries = new Set([entryNumber('brand_search'), entryNumber('generic_search')])
  let search = 0
  let direct = 0
  let paid = 0
  let mobile = 0
  let refused = 0
  let withOrder = 0
  for (let n = 0; n < visits.count; n++) {
    const lever = visits.lever[n]!
    const detail = visits.detail[n]!
    if (lever < 0 ? searchEntries.has(detail) : searchLevers.has(lever)) search++
    if (lever < 0 && detail === entryNumber('direct')) direct++
    if (lever >= 0 && lever < firstUnpaidLever) paid++
    if (visits.order[n]! >= 0) withOrder++
    const person = meetPerson(seed, visits.person[n]!, someone)
    const device = deviceNumber(person, visits.occasion[n]!)
    if (deviceOf(seed, person.id, device).type === 'mobile') mobile++
    if (consentOf(seed, person.id, device)[0] !== 'g') refused++
  }
  const percent = (count: number) => (100 * count) / Math.max(1, visits.count)
  return {
    search: percent(search),
    direct: percent(direct),
    paid: percent(paid),
    mobile: percent(mobile),
    refused: percent(refused),
    conversion: percent(withOrder),
  }
}

function orderStatistics(world: World) {
  const { plan } = world
  const from = burnInDays * 1440
  const orders = world.orders.filter(
    ({ minute, priced }) =>
      minute >= from && minute < endMinuteOf(plan) && !priced.isCancelled && priced.isCounted,
  )
  const perBuyer = new Map<number, number>()
  let gross = 0
  let refunded = 0
  for (const { purchase, priced } of orders) {
    perBuyer.set(purchase.person.id, (perBuyer.get(purchase.person.id) ?? 0) + 1)
    if (priced.currency === 'EUR') gross += priced.totalCents
    if (priced.refunds.length > 0) refunded++
  }
  const inEuro = orders.filter(({ priced }) => priced.currency === 'EUR').length
  const buyers = Math.max(1, perBuyer.size)
  return {
    repeat: (100 * [...perBuyer.values()].filter((count) => count > 1).length) / buyers,
    perBuyer: orders.length / buyers,
    orderValue: gross / 100 / Math.max(1, inEuro),
    refunds: (100 * refunded) / Math.max(1, orders.length),
    netRevenueCents: orders.reduce((sum, { priced }) => sum + priced.netRevenueCents, 0),
  }
}

function adStatistics(world: World) {
  const { plan } = world
  const facts = adFactsOf(world)
  let social = 0
  let socialClicks = 0
  let searching = 0
  let searchingClicks = 0
  let spend = 0
  reportedCampaigns.forEach((campaign, number) => {
    for (let day = burnInDays; day <= plan.setting.endDay - plan.firstDay; day++)
      for (let region = 0; region < adRegionCount; region++) {
        const at = factIndex(number, plan.days, day, region)
        spend += facts.spendCents[at]!
        if (campaign.share === 0) continue
        if (campaign.lever === FACEBOOK || campaign.lever === INSTAGRAM) {
          social += facts.spendCents[at]!
          socialClicks += facts.clicks[at]!
        }
        if (campaign.lever === SEARCH) {
          searching += facts.spendCents[at]!
          searchingClicks += facts.clicks[at]!
        }
      }
  })
  return {
    spend,
    socialClick: social / 100 / Math.max(1, socialClicks),
    searchClick: searching / 100 / Math.max(1, searchingClicks),
  }
}

function botShare(world: World): number {
  const { seed, startDay, endDay, eventsPerDay } = world.plan.setting
  let bots = 0
  let all = 0
  for (let day = startDay; day <= endDay; day++)
    for (const bot of botVisits(seed, eventsPerDay, day)) bots += bot.paths.length
  for (const day of webLog(world)) all += day.records
  return (100 * bots) / Math.max(1, all)
}

/** What the simulated shop looks like beside what is published about real ones; takes as long as writing the log. */
export function statisticsOf(world: World): Statistic[] {
  const visits = visitShares(world)
  const orders = orderStatistics(world)
  const ads = adStatistics(world)
  const statistic = (
    name: string,
    value: number,
    unit: Statistic['unit'],
    from: number,
    to: number,
    source: string,
  ): Statistic => ({ name, value: Math.round(value * 100) / 100, unit, from, to, source })
  const { startDay, endDay } = world.plan.setting
  const isLong = endDay - startDay >= 360
  const repeats = [
    statistic(
      'Buyers who buy again within the records',
      orders.repeat,
      '%',
      20,
      40,
      'Metrilo, beauty: 23 % in a year; two years are recorded here',
    ),
    statistic(
      'Orders per buyer within the records',
      orders.perBuyer,
      'orders',
      1.2,
      2.2,
      'Metrilo, beauty: 1.6; hair care: 1.3',
    ),
  ]
  return [
    statistic(
      'Visits that end in an order',
      visits.conversion,
      '%',
      1.8,
      3.6,
      'Statista, beauty and skincare, Q1 2023: 2.4 %; IRP Commerce, health and wellbeing, July 2019 and 2020: 3.2–3.6 %; Wolfgang Digital, retail: 1.85 %',
    ),
    ...(isLong ? repeats : []),
    statistic(
      'Order value with VAT, in euros',
      orders.orderValue,
      '€',
      45,
      75,
      'IRP Commerce, health and wellbeing, July 2019 and 2020: £44.75–48.21, about €50–56',
    ),
    statistic(
      'Orders with a refund',
      orders.refunds,
      '%',
      4,
      12,
      'Published return rates of beauty and cosmetics: 5–12 % (Corso: about 5 %)',
    ),
    statistic(
      'Visits without consent to analytics',
      visits.refused,
      '%',
      25,
      41,
      'CNIL/IFOP, June 2022: 39 % refuse, 59–65 % accept',
    ),
    statistic(
      'Events of bots',
      botShare(world),
      '%',
      5,
      32,
      'CHEQ 2022: up to 32 % of direct and organic visits invalid; trackers see fewer than servers',
    ),
    statistic(
      'Visits on a mobile phone',
      visits.mobile,
      '%',
      52,
      75,
      'Wolfgang Digital: 52 % (2017) to 70 % (2020)',
    ),
    statistic(
      'Visits by search, paid or not',
      visits.search,
      '%',
      35,
      69,
      'Wolfgang Digital: 62–69 % through Google (2016–2017), falling as social grows',
    ),
    statistic('Direct visits', visits.direct, '%', 15, 30, 'Wolfgang Digital 2017: 18 %'),
    statistic(
      'Visits paid for by click or view',
      visits.paid,
      '%',
      20,
      45,
      'Wolfgang Digital 2020: paid search leads with 34 % of revenue',
    ),
    statistic(
      'Ad spend as share of net revenue',
      (100 * ads.spend) / Math.max(1, orders.netRevenueCents),
      '%',
      10,
      35,
      'assumption; no public figure cited',
    ),
    statistic(
      'Cost of a click on Facebook and Instagram',
      ads.socialClick,
      '€',
      0.3,
      1.8,
      'assumption; no public figure cited',
    ),
    statistic(
      'Cost of a click on a search ad',
      ads.searchClick,
      '€',
      0.4,
      1.6,
      'assumption; no public figure cited',
    ),
  ]
}

/** The statistics as a Markdown page. */
export function statisticsPage(world: World, statistics: readonly Statistic[]): string {
  const { setting } = world.plan
  const rows = statistics.map(({ name, value, unit, from, to, source }) => {
    const fits = value >= from && value <= to ? 'yes' : '**no**'
    return `| ${name} | ${value} ${unit} | ${from}–${to} ${unit} | ${fits} | ${source} |`
  })
  const lines = [
    '# How real the simulated shop looks',
    '',
    `Seed ${setting.seed}, ${setting.eventsPerDay} web events a day, ${levers.length} levers, ${world.visits.count} visits.`,
    '',
    '| statistic | here | published range | inside | where the range comes from |',
    '|---|---:|---:|---|---|',
    ...rows,
  ]
  return `${lines.join('\n')}\n`
}
