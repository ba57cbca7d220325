import { dateText, isoTime } from '../calendar.ts'
import { type Campaign, googleAccount, levers, metaAccount } from '../plan/levers.ts'
import { hash, rehash, unit } from '../random.ts'
import type { World } from '../world/world.ts'
import {
  type AdFacts,
  adFactsOf,
  adRegionCodes,
  adRegionCount,
  type Claim,
  factIndex,
  reportedCampaigns,
} from './ad-facts.ts'
import { amount } from './csv.ts'
import type { RawFile } from './export-windows.ts'

/** Platforms restate this many days: late conversions, invalid clicks taken back. */
export const restatedDays = 28
const longestDailyPulls = 60
const backfillChunkDays = 92
const rowsPerPage = 100

interface Pull {
  readonly fromDay: number
  readonly toDay: number
  /** Day on which it is read, early in the morning. */
  readonly readDay: number
  readonly isFailed: boolean
}

export type AdSchedule = 'backfill' | 'day' | 'daily'

function pullsOf(world: World, schedule: AdSchedule): Pull[] {
  const { startDay, endDay, plannedEndDay, seed } = world.plan.setting
  const daily = (readDay: number): Pull => ({
    fromDay: Math.max(startDay, readDay - restatedDays),
    toDay: readDay - 1,
    readDay,
    isFailed: readDay === plannedEndDay - 9 - (seed % 5),
  })
  if (schedule === 'day') return [daily(endDay + 1)]
  const dailyPullDays = Math.min(longestDailyPulls, Math.floor((endDay - startDay) / 4))
  const firstDaily =
    schedule === 'daily' ? startDay + 1 : Math.max(startDay + restatedDays, endDay + 2 - dailyPullDays)
  const pulls: Pull[] = []
  if (schedule === 'backfill')
    for (let day = startDay; day < firstDaily; day += backfillChunkDays)
      pulls.push({
        fromDay: day,
        toDay: Math.min(firstDaily - 1, day + backfillChunkDays - 1),
        readDay: firstDaily,
        isFailed: false,
      })
  for (let day = firstDaily + (schedule === 'daily' ? 0 : 1); day <= endDay + 1; day++) pulls.push(daily(day))
  return pulls
}

/** Clicks, impressions and spend of a day as the platform stated them `age` days later. */
function stated(value: number, age: number): number {
  if (age >= 4) return value
  return value + Math.round((value * [3, 2.5, 1.5, 0.7][age]!) / 100)
}

interface Totals {
  clicks: number
  impressions: number
  spendCents: number
}

function totalsOf(
  facts: AdFacts,
  days: number,
  campaign: number,
  dayIndex: number,
  age: number,
  region = -1,
): Totals {
  const totals = { clicks: 0, impressions: 0, spendCents: 0 }
  const first = region < 0 ? 0 : region
  const last = region < 0 ? adRegionCount - 1 : region
  for (let place = first; place <= last; place++) {
    const at = factIndex(campaign, days, dayIndex, place)
    totals.clicks += stated(facts.clicks[at]!, age)
    totals.impressions += facts.impressions[at]!
    totals.spendCents += stated(facts.spendCents[at]!, age)
  }
  return totals
}

type ClaimIndex = Map<number, Claim[]>

function indexClaims(facts: AdFacts, days: number): ClaimIndex {
  const index: ClaimIndex = new Map()
  for (const claim of facts.claims) {
    const key = claim.campaign * days + claim.dayIndex
    const list = index.get(key)
    if (list === undefined) index.set(key, [claim])
    else list.push(claim)
  }
  return index
}

/** The answers of both ad platforms to each pull, one page of an answer a line, inside the reader's envelope. */
export function* advertisingExports(world: World, schedule: AdSchedule): Generator<RawFile> {
  const facts = adFactsOf(world)
  const claims = indexClaims(facts, world.plan.days)
  for (const pull of pullsOf(world, schedule)) {
    const name = `${dateText(pull.readDay)}-${dateText(pull.fromDay)}_${dateText(pull.toDay)}.ndjson`
    yield { folder: 'advertising', name: `google-${name}`, text: googleFile(world, facts, claims, pull) }
    yield {
      folder: 'advertising',
      name: `meta-${name}`,
      text: metaFile(world, facts, claims, { ...pull, isFailed: false }),
    }
  }
}

function envelope(platform: string, account: string, request: string, pull: Pull, body: string): string {
  const answers = request === 'region' || request === 'actions' ? 'insights' : request
  const id = `${platform}-${answers}-${dateText(pull.readDay)}-${dateText(pull.fromDay)}`
  const level = request === 'ad_groups' ? 'ad_group' : 'campaign'
  const at = isoTime(pull.readDay * 86_400 + 4 * 3600 + 900)
  return `{"pull":{"id":"${id}","platform":"${platform}","account":"${account}","request":"${request}","level":"${level}","from":"${dateText(pull.fromDay)}","to":"${dateText(pull.toDay)}","read_at":"${at}","status":"${pull.isFailed ? 'failed' : 'complete'}","time_zone":"Europe/Paris"},"body":${body}}\n`
}

function pages(rows: readonly string[]): string[][] {
  if (rows.length === 0) return [[]]
  return Array.from({ length: Math.ceil(rows.length / rowsPerPage) }, (_, page) =>
    rows.slice(page * rowsPerPage, (page + 1) * rowsPerPage),
  )
}

const ofAccount = (account: string) =>
  reportedCampaigns
    .map((campaign, number) => ({ campaign, number }))
    .filter(({ campaign }) => campaign.accountId === account)

/** Days a pull covers, newest last, cut short when the pull failed. */
function coveredDays(world: World, pull: Pull): { dayIndex: number; day: number; age: number }[] {
  const until = pull.isFailed ? pull.fromDay + 5 : pull.toDay
  const covered: { dayIndex: number; day: number; age: number }[] = []
  for (let day = pull.fromDay; day <= until; day++)
    covered.push({ day, dayIndex: day - world.plan.firstDay, age: pull.readDay - day - 1 })
  return covered
}

const adGroupNames = ['Génériques', 'Longue traîne']

function googleFile(world: World, facts: AdFacts, claims: ClaimIndex, pull: Pull): string {
  const own = ofAccount(googleAccount)
  const resource = (id: string) => `"resourceName":"customers/${googleAccount}/campaigns/${id}","id":"${id}"`
  const batch = (results: readonly string[], fields: string, n: number) =>
    `{"results":[${results.join(',')}],"fieldMask":"${fields}","requestId":"${hash(pull.readDay, pull.fromDay, n).toString(36)}"}`
  const described = own.map(
    ({ campaign }) =>
      `{"campaign":{${resource(campaign.id)},"name":"${campaign.name}","status":"ENABLED","advertisingChannelType":"${campaign.type}"},"campaignBudget":{"amountMicros":"${budgetCents(world, campaign) * 10_000}"}}`,
  )
  const stats: string[] = []
  const groups: string[] = []
  for (const { dayIndex, day, age } of coveredDays(world, pull))
    for (const { campaign, number } of own) {
      const totals = totalsOf(facts, world.plan.days, number, dayIndex, age)
      if (totals.impressions === 0 && totals.spendCents === 0) continue
      const sales = (claims.get(number * world.plan.days + dayIndex) ?? []).filter(
        (claim) => claim.reportedAfterDays <= age + 1,
      )
      const value = sales.reduce((sum, claim) => sum + claim.valueCents, 0)
      const segments = `"segments":{"date":"${dateText(day)}"}`
      stats.push(
        `{"campaign":{${resource(campaign.id)},"name":"${campaign.name}"},${segments},"metrics":{"clicks":"${totals.clicks}","impressions":"${totals.impressions}","costMicros":"${totals.spendCents * 10_000}","conversions":${sales.length},"conversionsValue":${amount(value)}}}`,
      )
      if (campaign.type !== 'SEARCH') continue
      const part = 0.55 + 0.2 * unit(rehash(hash(number, dayIndex), 1))
      const first = {
        clicks: Math.floor(totals.clicks * part),
        impressions: Math.floor(totals.impressions * part),
        spendCents: Math.floor(totals.spendCents * part),
      }
      adGroupNames.forEach((name, n) => {
        const group = n === 0 ? first : minus(totals, first)
        groups.push(
          `{"campaign":{${resource(campaign.id)}},"adGroup":{"id":"${campaign.id}${n + 1}","name":"${name}"},${segments},"metrics":{"clicks":"${group.clicks}","impressions":"${group.impressions}","costMicros":"${group.spendCents * 10_000}"}}`,
        )
      })
    }
  const fields =
    'campaign.id,campaign.name,segments.date,metrics.clicks,metrics.impressions,metrics.costMicros'
  return [
    envelope(
      'google',
      googleAccount,
      'campaigns',
      pull,
      batch(described, 'campaign.id,campaign.name,campaignBudget.amountMicros', 0),
    ),
    ...pages(stats).map((page, n) =>
      envelope('google', googleAccount, 'stats', pull, batch(page, fields, n + 1)),
    ),
    ...pages(groups).map((page, n) =>
      envelope('google', googleAccount, 'ad_groups', pull, batch(page, fields, n + 500)),
    ),
  ].join('')
}

const minus = (a: Totals, b: Totals): Totals => ({
  clicks: a.clicks - b.clicks,
  impressions: a.impressions - b.impressions,
  spendCents: a.spendCents - b.spendCents,
})

function budgetCents(world: World, campaign: Campaign): number {
  return Math.round(
    levers[campaign.lever]!.dailyBudgetCents * world.plan.setting.scale * (campaign.share || 0.06),
  )
}

function metaFile(world: World, facts: AdFacts, claims: ClaimIndex, pull: Pull): string {
  const own = ofAccount(metaAccount)
  const answer = (rows: readonly string[], n: number) =>
    `{"data":[${rows.join(',')}],"paging":{"cursors":{"before":"${n}","after":"${n + 1}"}}}`
  const described = own.map(
    ({ campaign }) =>
      `{"id":"${campaign.id}","name":"${campaign.name}","publisher_platform":"${levers[campaign.lever]!.platform}","objective":"${campaign.type}","status":"ACTIVE","daily_budget":"${budgetCents(world, campaign)}"}`,
  )
  const regional: string[] = []
  const actions: string[] = []
  for (const { dayIndex, day, age } of coveredDays(world, pull))
    for (const { campaign, number } of own) {
      const date = dateText(day)
      const platform = levers[campaign.lever]!.platform
      const about = `"campaign_id":"${campaign.id}","publisher_platform":"${platform}","date_start":"${date}","date_stop":"${date}"`
      adRegionCodes.forEach((code, region) => {
        const totals = totalsOf(facts, world.plan.days, number, dayIndex, age, region)
        if (totals.impressions === 0 && totals.spendCents === 0) return
        regional.push(
          `{${about},"region":"${code}","impressions":"${totals.impressions}","clicks":"${totals.clicks}","spend":"${amount(totals.spendCents)}"}`,
        )
      })
      const sales = (claims.get(number * world.plan.days + dayIndex) ?? []).filter(
        (claim) => claim.reportedAfterDays <= age + 1,
      )
      if (sales.length > 0)
        actions.push(
          `{${about},"actions":[${metaActions(sales, false)}],"action_values":[${metaActions(sales, true)}]}`,
        )
    }
  return [
    envelope('meta', metaAccount, 'campaigns', pull, answer(described, 0)),
    ...pages(regional).map((page, n) => envelope('meta', metaAccount, 'region', pull, answer(page, n))),
    ...pages(actions).map((page, n) => envelope('meta', metaAccount, 'actions', pull, answer(page, n))),
  ].join('')
}

/** Meta states one sale under several names; each with its attribution windows. */
const saleNames = ['purchase', 'omni_purchase', 'offsite_conversion.fb_pixel_purchase']

function metaActions(sales: readonly Claim[], asValue: boolean): string {
  const total = (window?: Claim['window']) => {
    const own = window === undefined ? sales : sales.filter((claim) => claim.window === window)
    return asValue ? amount(own.reduce((sum, claim) => sum + claim.valueCents, 0)) : String(own.length)
  }
  return saleNames
    .map(
      (name) =>
        `{"action_type":"${name}","value":"${total()}","7d_click":"${total('7d_click')}","1d_view":"${total('1d_view')}"}`,
    )
    .join(',')
}
