import { describe, expect, it } from 'vitest'
import { adFactsOf, adRegionCount, factIndex } from '../../src/data-generation/exports/ad-facts.ts'
import { advertisingExports } from '../../src/data-generation/exports/advertising.ts'
import { orderExports } from '../../src/data-generation/exports/crm.ts'
import { customerExports } from '../../src/data-generation/exports/customer-exports.ts'
import { exportWindows } from '../../src/data-generation/exports/export-windows.ts'
import { influencers } from '../../src/data-generation/plan/influencer-plan.ts'
import { campaigns, firstUnpaidLever } from '../../src/data-generation/plan/levers.ts'
import { burnInDays, resolveSetting } from '../../src/data-generation/shop.ts'
import { linesOf } from '../../src/data-generation/web/delivered-day.ts'
import { campaignOfVisit } from '../../src/data-generation/web/landing.ts'
import { kioskVisitor } from '../../src/data-generation/web/visit-events.ts'
import { webLog } from '../../src/data-generation/web/web-log.ts'
import { endMinuteOf, simulateWorld } from '../../src/data-generation/world/world.ts'

const setting = resolveSetting({ size: 'small' })
const world = simulateWorld(setting)
const windows = exportWindows(setting.startDay, setting.endDay, 'history')

interface WebEvent {
  id: string
  at: string
  event: string
  visitor?: string
  url: string
  ua: string
  consent: string
  transaction?: string
  code?: string
  value?: string
}

const lines = [...webLog(world)].flatMap(linesOf)
const events: WebEvent[] = lines.flatMap((line) => {
  try {
    return [JSON.parse(line) as WebEvent]
  } catch {
    return []
  }
})

/** Rows of all files of a kind, by column; only for files whose cells hold no quotes before the columns asked for. */
function rowsOf(files: { name: string; text: string }[], prefix: string): Record<string, string>[] {
  return files
    .filter(({ name }) => name.startsWith(prefix))
    .flatMap(({ text }) => {
      const [header, ...rows] = text.trimEnd().split('\n')
      const columns = header!.split(',')
      return rows.map((row) => {
        const cells = [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((match) => match[1]!)
        return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))
      })
    })
}

const crm = [...orderExports(world, windows), ...customerExports(world, windows)]
const orders = rowsOf(crm, 'orders-').filter((row) => /^FS-[0-9]+$/.test(row.order_id!))
const orderLines = rowsOf(crm, 'order-lines-').filter(
  (row) => /^FS-[0-9]+-[0-9]+$/.test(row.order_line_id!) && row.order_id!.startsWith('FS-1'),
)

describe('an order', () => {
  it('of the web has its purchase event, with its number, total and code', () => {
    const purchases = new Map(
      events.filter((event) => event.event === 'purchase').map((event) => [event.transaction, event]),
    )
    const until = endMinuteOf(world.plan) - 2 * 1440 * 3
    let missing = 0
    world.orders.forEach((order, index) => {
      if (order.visit < 0 || order.minute > until) return
      const purchase = purchases.get(world.orderIds[index])
      if (purchase === undefined) missing++
      else {
        expect(Number(purchase.value) * 100).toBeCloseTo(order.priced.totalCents, 3)
        if (order.purchase.influencer >= 0)
          expect(purchase.code).toBe(influencers[order.purchase.influencer]!.code)
      }
    })
    // Spoiled lines can hide a purchase, hardly ever.
    expect(missing).toBeLessThan(3)
  })

  it('stands in the shop system with lines and discounts that add up to what the visitor paid', () => {
    const ids = new Set(orders.map((row) => row.order_id))
    const discounts = rowsOf(crm, 'order-discounts-')
    let seen = 0
    world.orders.forEach((order, index) => {
      const id = world.orderIds[index]!
      if (order.minute < burnInDays * 1440 || order.minute >= endMinuteOf(world.plan)) {
        expect(ids.has(id)).toBe(false)
        return
      }
      expect(ids.has(id)).toBe(true)
      const own = new Map(
        orderLines.filter((row) => row.order_id === id).map((row) => [row.order_line_id, row]),
      )
      const goods = [...own.values()].reduce((sum, row) => sum + Math.round(Number(row.line_amount) * 100), 0)
      const given = discounts
        .filter((row) => row.order_id === id)
        .reduce((sum, row) => sum + Math.round(Number(row.amount) * 100), 0)
      expect(goods - given + order.priced.shippingCents).toBe(order.priced.totalCents)
      seen++
    })
    expect(seen).toBeGreaterThan(100)
  })

  it('comes again with every change of its status, newest last', () => {
    const versions = new Map<string, string[]>()
    for (const row of orders)
      versions.set(row.order_id!, [...(versions.get(row.order_id!) ?? []), row.updated_at!])
    expect([...versions.values()].some((times) => times.length > 1)).toBe(true)
    for (const times of versions.values()) expect([...times].sort()).toEqual(times)
  })

  it('of an account belongs to a customer who was delivered', () => {
    const customers = new Set(rowsOf(crm, 'customers-').map((row) => row.customer_id))
    for (const row of orders) if (row.customer_id !== '') expect(customers.has(row.customer_id!)).toBe(true)
  })
})

describe('a click', () => {
  it('is counted by the ad account on its day, at least as often as it landed', () => {
    const facts = adFactsOf(world)
    const { days } = world.plan
    const landed = new Map<string, number>()
    for (let n = 0; n < world.visits.count; n++) {
      const lever = world.visits.lever[n]!
      if (lever < 0 || lever >= firstUnpaidLever) continue
      const key = `${campaignOfVisit(lever, world.visits.occasion[n]!)}:${Math.floor(world.visits.minute[n]! / 1440)}`
      landed.set(key, (landed.get(key) ?? 0) + 1)
    }
    expect(landed.size).toBeGreaterThan(200)
    for (const [key, visits] of landed) {
      const [campaign, day] = key.split(':').map(Number) as [number, number]
      let clicks = 0
      let spend = 0
      for (let region = 0; region < adRegionCount; region++) {
        clicks += facts.clicks[factIndex(campaign, days, day, region)]!
        spend += facts.spendCents[factIndex(campaign, days, day, region)]!
      }
      expect(clicks).toBeGreaterThanOrEqual(visits)
      expect(spend).toBeGreaterThan(0)
    }
  })

  it('of Instagram costs nothing where the experiment switched it off', () => {
    const facts = adFactsOf(world)
    const { experiment, days, firstDay } = world.plan
    const own = campaigns.findIndex((campaign) => campaign.lever === experiment.lever)
    const spend = Array.from({ length: adRegionCount }, (_, region) => {
      let cents = 0
      for (let day = experiment.startDay; day <= experiment.endDay; day++)
        cents += facts.spendCents[factIndex(own, days, day - firstDay, region)]!
      return cents
    })
    expect(spend.filter((cents) => cents === 0).length).toBe(experiment.treatment.length)
    expect(spend.some((cents) => cents > 0)).toBe(true)
  })
})

describe('ad platforms', () => {
  const files = [...advertisingExports(world, 'backfill')]
  interface Page {
    pull: { id: string; request: string; from: string; to: string; read_at: string; status: string }
    body: {
      data?: {
        campaign_id: string
        date_start: string
        spend?: string
        actions?: { action_type: string; value: string }[]
      }[]
      results?: {
        campaign: { id: string }
        segments?: { date: string }
        metrics: { costMicros: string; conversions?: number }
      }[]
    }
  }
  const pages = files.flatMap(({ text }) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Page),
  )

  it('restate a day until it is four weeks old', () => {
    const stated = new Map<string, Set<string>>()
    const claimed = new Map<string, number[]>()
    for (const { pull, body } of pages) {
      if (pull.request !== 'stats') continue
      for (const result of body.results!) {
        const key = `${result.campaign.id}:${result.segments!.date}`
        stated.set(key, (stated.get(key) ?? new Set()).add(result.metrics.costMicros))
        claimed.set(key, [...(claimed.get(key) ?? []), result.metrics.conversions!])
      }
    }
    expect([...stated.values()].filter((values) => values.size > 1).length).toBeGreaterThan(10)
    for (const values of claimed.values()) expect([...values].sort((a, b) => a - b)).toEqual(values)
    expect([...claimed.values()].some((values) => values.at(-1)! > values[0]!)).toBe(true)
  })

  it('claim more sales together than there were', () => {
    const claims = adFactsOf(world).claims.length
    const paid = new Set(
      world.orders.filter(
        (order) =>
          order.visit >= 0 &&
          world.visits.lever[order.visit]! >= 0 &&
          world.visits.lever[order.visit]! < firstUnpaidLever,
      ),
    )
    expect(claims).toBeGreaterThan(1.3 * paid.size)
  })

  it('fail once, and the next pull covers what was lost', () => {
    const failed = pages.filter(({ pull }) => pull.status === 'failed' && pull.request === 'stats')
    expect(failed.length).toBe(1)
    const next = pages.find(
      ({ pull }) =>
        pull.read_at > failed[0]!.pull.read_at && pull.from <= failed[0]!.pull.to && pull.request === 'stats',
    )
    expect(next?.pull.status).toBe('complete')
  })
})

describe('the web log', () => {
  it('has unique ids but for deliberate repetitions, and few unreadable lines', () => {
    const ids = new Set(events.map((event) => event.id))
    const repeated = events.length - ids.size
    expect(repeated).toBeGreaterThan(0)
    expect(repeated / events.length).toBeLessThan(0.005)
    const unreadable = lines.length - events.length
    expect(unreadable).toBeGreaterThan(0)
    expect(unreadable / lines.length).toBeLessThan(0.001)
  })

  it('holds consents of every kind, crawlers, scrapers, a shared device, and visits that arrive late', () => {
    expect(new Set(events.map((event) => event.consent))).toEqual(
      new Set(['gggg', 'ggdd', 'gddd', 'dddd', 'uuuu']),
    )
    expect(events.some((event) => event.ua.includes('Googlebot'))).toBe(true)
    const perVisitorDay = new Map<string, number>()
    for (const event of events) {
      const key = `${event.visitor} ${event.at.slice(0, 10)}`
      if (event.visitor !== undefined) perVisitorDay.set(key, (perVisitorDay.get(key) ?? 0) + 1)
    }
    expect(Math.max(...perVisitorDay.values())).toBeGreaterThan(150)
    const late = [...webLog(world)].some((day) => {
      const from = new Date((day.day - 1) * 86_400_000).toISOString()
      return linesOf(day).some((line) => (/"at":"(202[0-9-]+T[^"]*)"/.exec(line)?.[1] ?? '9') < from)
    })
    expect(late).toBe(true)
    const big = simulateWorld(
      resolveSetting({ startDate: '2025-06-01', endDate: '2025-07-01', eventsPerDay: 4000 }),
    )
    expect([...webLog(big)].some((day) => linesOf(day).some((line) => line.includes(kioskVisitor)))).toBe(
      true,
    )
  })

  it('carries the campaign on its landings', () => {
    for (const campaign of campaigns) {
      const found = events.some(
        (event) =>
          event.url.includes(campaign.id) ||
          (campaign.utm !== '' && event.url.includes(`utm_campaign=${campaign.utm}&`)),
      )
      expect([campaign.name, found]).toEqual([campaign.name, true])
    }
  })
})
