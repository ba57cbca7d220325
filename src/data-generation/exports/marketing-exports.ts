import { dateText, dayOf, epochSecondsOf, isoTime } from '../calendar.ts'
import { catalog } from '../plan/catalog.ts'
import { regions } from '../plan/geography.ts'
import { influencers } from '../plan/influencer-plan.ts'
import { campaigns, EMAIL, firstUnpaidLever, levers } from '../plan/levers.ts'
import { endMinuteOf, type World } from '../world/world.ts'
import { amount, csvFile, csvLine, share } from './csv.ts'
import { type ExportWindow, type RawFile, windowName } from './export-windows.ts'
import { affiliateCents, feeCents, giftPostageCents, sendingsOf } from './spend.ts'

export const messageColumns = ['message_id', 'medium', 'campaign_name', 'sent_at', 'recipients', 'cost']
export const budgetColumns = [
  'budget_id',
  'channel',
  'platform',
  'starts_on',
  'ends_on',
  'amount',
  'updated_at',
]
export const experimentColumns = [
  'experiment_id',
  'experiment_name',
  'kind',
  'channel',
  'platform',
  'campaign_ids',
  'starts_on',
  'ends_on',
  'treatment_regions',
  'control_regions',
  'status',
  'updated_at',
]
export const marketingCostColumns = [
  'cost_id',
  'kind',
  'channel',
  'starts_on',
  'ends_on',
  'amount',
  'updated_at',
]
export const influencerColumns = [
  'influencer_id',
  'influencer_name',
  'platform',
  'handle',
  'followers',
  'commission_rate',
  'updated_at',
]
export const influencerCodeColumns = [
  'code',
  'influencer_id',
  'discount_rate',
  'valid_from',
  'valid_to',
  'updated_at',
]
export const influencerPostColumns = [
  'post_id',
  'influencer_id',
  'posted_at',
  'post_url',
  'kind',
  'campaign_name',
  'fee',
  'gift_sku',
  'gift_quantity',
  'gift_postage',
  'updated_at',
]

interface Month {
  readonly firstDay: number
  readonly lastDay: number
  readonly label: string
}

/** Calendar months of which at least a day lies between two days. */
function monthsBetween(fromDay: number, toDay: number): Month[] {
  const months: Month[] = []
  let year = Number(dateText(fromDay).slice(0, 4))
  let month = Number(dateText(fromDay).slice(5, 7))
  for (;;) {
    const firstDay = dayOf(year, month, 1)
    if (firstDay > toDay) return months
    months.push({ firstDay, lastDay: dayOf(year, month + 1, 1) - 1, label: dateText(firstDay).slice(0, 7) })
    month++
    if (month > 12) {
      month = 1
      year++
    }
  }
}

const morning = (day: number) => isoTime(day * 86_400 + 6 * 3600)

function budgetFile(world: World): RawFile {
  const { startDay, endDay, plannedEndDay, scale } = world.plan.setting
  const rows = monthsBetween(startDay, Math.max(endDay, plannedEndDay)).flatMap((month) =>
    levers.slice(0, firstUnpaidLever).map((lever, index) => {
      const days = month.lastDay - month.firstDay + 1
      const euros = Math.round((days * lever.dailyBudgetCents * scale) / 1000) * 10
      return csvLine([
        `${month.label}-${leverKey(index)}`,
        lever.channel,
        lever.platform,
        dateText(month.firstDay),
        dateText(month.lastDay),
        amount(euros * 100),
        morning(month.firstDay - 14),
      ])
    }),
  )
  return { folder: 'crm', name: `budgets-${dateText(startDay)}.csv`, text: csvFile(budgetColumns, rows) }
}

const leverKey = (index: number) => levers[index]!.id.replaceAll('_', '-')

function experimentFile(world: World, asOfDay: number): RawFile {
  const { experiment, setting } = world.plan
  const codes = (indexes: readonly number[]) => JSON.stringify(indexes.map((index) => regions[index]!.code))
  const lever = levers[experiment.lever]!
  const own = campaigns
    .filter((campaign) => campaign.lever === experiment.lever)
    .map((campaign) => campaign.id)
  const row = csvLine([
    experiment.id,
    'Instagram coupé dans la moitié des régions',
    'geo_holdout',
    lever.channel,
    lever.platform,
    JSON.stringify(own),
    dateText(experiment.startDay),
    dateText(experiment.endDay),
    codes(experiment.treatment),
    codes(experiment.control),
    asOfDay > experiment.endDay ? 'finished' : asOfDay >= experiment.startDay ? 'running' : 'planned',
    morning(Math.min(asOfDay, experiment.endDay + 1)),
  ])
  return {
    folder: 'crm',
    name: `experiments-${dateText(setting.startDay)}.csv`,
    text: csvFile(experimentColumns, [row]),
  }
}

function messageFile(world: World, window: ExportWindow): RawFile {
  const rows = sendingsOf(world)
    .filter(({ sending }) => sending.day >= window.fromDay && sending.day <= window.toDay)
    .map(({ sending, recipients, costCents }) => {
      const medium = sending.lever === EMAIL ? 'email' : 'sms'
      const at = isoTime(epochSecondsOf(sending.day, sending.minute))
      return csvLine([`${medium}-${sending.name}`, medium, sending.name, at, recipients, amount(costCents)])
    })
  return { folder: 'crm', name: `messages-${windowName(window)}.csv`, text: csvFile(messageColumns, rows) }
}

/** Monthly bills, delivered in the export that holds the month's last day. */
function costFile(world: World, window: ExportWindow): RawFile {
  const { scale, startDay } = world.plan.setting
  const rows: string[] = []
  for (const month of monthsBetween(window.fromDay, window.toDay)) {
    if (month.lastDay > window.toDay) continue
    const from = Math.max(startDay, month.firstDay)
    const bill = (kind: string, channel: string, cents: number) => {
      if (cents > 0)
        rows.push(
          csvLine([
            `${month.label}-${kind}${channel === '' ? '' : `-${channel.toLowerCase()}`}`,
            kind,
            channel,
            dateText(from),
            dateText(month.lastDay),
            amount(cents),
            morning(month.lastDay),
          ]),
        )
    }
    bill('agency', '', Math.round(45_000 * scale))
    bill('tool', 'Email', Math.round(7_900 * scale))
    bill('tool', '', Math.round(12_900 * scale))
    if (Number(month.label.slice(5)) % 3 === 1) bill('creative', 'Paid Social', Math.round(60_000 * scale))
    bill('affiliate', 'Affiliates', commissions(world, from, month.lastDay))
  }
  return {
    folder: 'crm',
    name: `marketing-costs-${windowName(window)}.csv`,
    text: csvFile(marketingCostColumns, rows),
  }
}

function commissions(world: World, fromDay: number, toDay: number): number {
  const { plan } = world
  let cents = 0
  for (const order of world.orders) {
    const day = plan.firstDay + Math.floor(order.minute / 1440)
    if (day >= fromDay && day <= toDay && order.minute < endMinuteOf(plan)) cents += affiliateCents(order)
  }
  return cents
}

function influencerFiles(world: World): RawFile[] {
  const { startDay } = world.plan.setting
  const people = influencers.map((person) =>
    csvLine([
      person.id,
      person.name,
      person.platform,
      person.handle,
      person.followers,
      share(person.commissionPercent * 10_000),
      morning(startDay - 30),
    ]),
  )
  const codes = influencers.map((person) =>
    csvLine([
      person.code,
      person.id,
      share(person.discountPercent * 10_000),
      dateText(startDay - 200),
      '',
      morning(startDay - 30),
    ]),
  )
  const name = dateText(startDay)
  return [
    { folder: 'influencers', name: `influencers-${name}.csv`, text: csvFile(influencerColumns, people) },
    {
      folder: 'influencers',
      name: `influencer-codes-${name}.csv`,
      text: csvFile(influencerCodeColumns, codes),
    },
  ]
}

function postFile(world: World, window: ExportWindow): RawFile {
  const { plan } = world
  // Posts of the last weeks before the records can still be what a first order goes back to.
  const fromDay = window.fromDay === plan.setting.startDay ? window.fromDay - 40 : window.fromDay
  const rows = plan.posts
    .filter((post) => post.day >= fromDay && post.day <= window.toDay)
    .map((post) => {
      const person = influencers[post.influencer]!
      const at = isoTime(epochSecondsOf(post.day, post.minute))
      return csvLine([
        post.id,
        person.id,
        at,
        `https://www.${person.platform}.com/${person.handle.slice(1)}/${post.id.toLowerCase()}`,
        post.kind,
        post.campaignName,
        amount(feeCents(world, post.influencer)),
        catalog[post.giftProduct]!.sku,
        1,
        amount(giftPostageCents),
        at,
      ])
    })
  return {
    folder: 'influencers',
    name: `influencer-posts-${windowName(window)}.csv`,
    text: csvFile(influencerPostColumns, rows),
  }
}

/** Influencers and their codes once, their posts with every export. */
export function* influencerExports(world: World, windows: readonly ExportWindow[]): Generator<RawFile> {
  if (windows[0]!.fromDay === world.plan.setting.startDay) yield* influencerFiles(world)
  for (const window of windows) yield postFile(world, window)
}

/** What the marketing team keeps: budgets and the experiment once, messages and bills with every export. */
export function* marketingExports(world: World, windows: readonly ExportWindow[]): Generator<RawFile> {
  if (windows[0]!.fromDay === world.plan.setting.startDay) {
    yield budgetFile(world)
    yield experimentFile(world, world.plan.setting.endDay)
  }
  for (const window of windows) {
    yield messageFile(world, window)
    yield costFile(world, window)
  }
}
