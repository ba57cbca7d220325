import { expect, it } from 'vitest'
import { indexCampaigns } from '../../../src/contracts/channels/classify-channel.ts'
import { recordHeaders } from '../../../src/contracts/topics.ts'
import { campaigns } from '../../../src/data-generation/plan/levers.ts'
import { dayTraffic } from '../../../src/data-generation/web/day-traffic.ts'
import { trackedEvent } from '../../../src/data-generation/web/tracked-event.ts'
import { businessDates } from '../../../src/live/business-dates.ts'
import { createEventReader } from '../../../src/live/live-event.ts'

const date = '2026-11-25'
const traffic = dayTraffic({ date, eventsPerMinute: 8 })

it('is the same for the same date, in order, busy in the evening and calm at night', () => {
  expect(dayTraffic({ date, eventsPerMinute: 8 })).toEqual(traffic)
  const hours = Map.groupBy(traffic, ({ sentMs }) => new Date(sentMs).getUTCHours())
  expect(traffic.length).toBeGreaterThan(8 * 1440 * 0.7)
  expect(hours.get(19)!.length).toBeGreaterThan(3 * hours.get(2)!.length)
  expect(traffic.every(({ sentMs }, index) => index === 0 || sentMs >= traffic[index - 1]!.sentMs)).toBe(true)
})

it('is what the shop’s pages would report: its campaigns, consents, orders of its own', () => {
  const read = createEventReader({
    dateOf: businessDates('Europe/Paris'),
    campaigns: indexCampaigns(
      campaigns.map(({ id, name }) => ({
        platform: 'google',
        campaignId: id,
        campaignName: name,
        channel: 'Paid Search',
      })),
    ),
    ownHosts: ['floreetseve.example'],
  })
  const readings = traffic.flatMap(({ line, sentMs }) => {
    const event = trackedEvent(line)
    if (event === undefined) return []
    const headers = { [recordHeaders.schemaVersion]: '1' }
    const record = { key: null, value: JSON.stringify(event), headers, timestampMs: sentMs }
    return [read({ ...record, partition: 0, offset: 0 })]
  })
  const events = readings.filter((reading) => reading.kind === 'event')
  expect(events.length).toBeGreaterThan(traffic.length * 0.9)
  expect(new Set(events.map(({ source }) => source.channel)).size).toBeGreaterThan(8)
  expect(
    events.filter(({ source }) => campaigns.some(({ name }) => name === source.campaign)).length,
  ).toBeGreaterThan(20)
  expect(events.filter(({ hasConsent }) => !hasConsent).length).toBeGreaterThan(events.length * 0.05)
  const orders = events.filter(({ name }) => name === 'purchase')
  expect(new Set(orders.map(({ order }) => order)).size).toBeGreaterThan(10)
  expect(
    traffic
      .filter(({ line }) => line.includes('"transaction"'))
      .every(({ line }) => line.includes('"transaction":"L20261125-')),
  ).toBe(true)
})
