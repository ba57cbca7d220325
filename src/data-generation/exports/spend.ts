import { weekStart } from '../calendar.ts'
import { influencers } from '../plan/influencer-plan.ts'
import { AFFILIATES, EMAIL, INFLUENCERS, levers, SMS } from '../plan/levers.ts'
import type { Sending } from '../plan/marketing-plan.ts'
import { burnInDays } from '../shop.ts'
import { endMinuteOf, type PlacedOrder, type World } from '../world/world.ts'
import { adFactsOf, adRegionCount, factIndex, reportedCampaigns } from './ad-facts.ts'

/** Hundredths of a cent for one e-mail, one text message. */
const emailHundredths = 12
const textHundredths = 650
export const giftPostageCents = 520
/** Commission of coupon sites, in percent of value ex VAT. */
export const affiliatePercent = 7

export interface Sent {
  readonly sending: Sending
  readonly recipients: number
  readonly costCents: number
}

/** How many people each sending reached, and what it cost. */
export function sendingsOf(world: World): Sent[] {
  const { plan } = world
  const minuteOf = (sending: Sending) => (sending.day - plan.firstDay) * 1440 + sending.minute
  const count = (medium: 'email' | 'sms', sendings: readonly Sending[], hundredths: number): Sent[] => {
    const own = world.subscriptions.filter((subscription) => subscription.medium === medium)
    const starts = own.map((subscription) => subscription.minute).sort((a, b) => a - b)
    const ends = own.map((subscription) => subscription.untilMinute).sort((a, b) => a - b)
    let begun = 0
    let ended = 0
    return sendings.map((sending) => {
      const minute = minuteOf(sending)
      while (begun < starts.length && starts[begun]! < minute) begun++
      while (ended < ends.length && ends[ended]! < minute) ended++
      const recipients = begun - ended
      return { sending, recipients, costCents: Math.ceil((recipients * hundredths) / 100) }
    })
  }
  const from = plan.setting.startDay
  return [
    ...count('email', plan.emails, emailHundredths),
    ...count('sms', plan.texts, textHundredths),
  ].filter(({ sending }) => sending.day >= from && sending.day <= plan.setting.endDay)
}

export function feeCents(world: World, influencer: number): number {
  return Math.round((influencers[influencer]!.feeCents * world.plan.setting.scale) / 100) * 100
}

function commission(order: PlacedOrder, percent: number): number {
  return Math.round((order.priced.netRevenueCents * percent) / 100)
}

export function affiliateCents(order: PlacedOrder): number {
  return order.cameByCoupon ? commission(order, affiliatePercent) : 0
}

/** Marketing money by lever and recorded week, in euro cents. */
export function weeklySpend(world: World): { ofLever: Float64Array[]; total: Float64Array } {
  const { plan } = world
  const { startDay, endDay } = plan.setting
  const weeks = (weekStart(endDay) - weekStart(startDay)) / 7 + 1
  const ofLever = levers.map(() => new Float64Array(weeks))
  const add = (lever: number, day: number, cents: number) => {
    if (day >= startDay && day <= endDay)
      ofLever[lever]![(weekStart(day) - weekStart(startDay)) / 7]! += cents
  }
  const facts = adFactsOf(world)
  reportedCampaigns.forEach((campaign, number) => {
    for (let day = burnInDays; day <= endDay - plan.firstDay; day++)
      for (let region = 0; region < adRegionCount; region++)
        add(campaign.lever, plan.firstDay + day, facts.spendCents[factIndex(number, plan.days, day, region)]!)
  })
  for (const { sending, costCents } of sendingsOf(world))
    add(sending.lever === EMAIL ? EMAIL : SMS, sending.day, costCents)
  for (const post of plan.posts)
    add(INFLUENCERS, post.day, feeCents(world, post.influencer) + giftPostageCents)
  for (const order of world.orders) {
    if (order.minute >= endMinuteOf(plan)) continue
    const day = plan.firstDay + Math.floor(order.minute / 1440)
    add(AFFILIATES, day, affiliateCents(order))
    const { influencer } = order.purchase
    if (influencer >= 0) add(INFLUENCERS, day, commission(order, influencers[influencer]!.commissionPercent))
  }
  const total = new Float64Array(weeks)
  for (const own of ofLever) for (let week = 0; week < weeks; week++) total[week]! += own[week]!
  return { ofLever, total }
}
