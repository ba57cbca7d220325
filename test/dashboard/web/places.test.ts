import { describe, expect, it } from 'vitest'
import { noMarketing } from '../../../src/dashboard/web/gallery/fixture-answers.ts'
import { places } from '../../../src/dashboard/web/places.ts'
import { sumRows } from '../../../src/dashboard/web/sum-rows.ts'

describe('places', () => {
  const row = (channel: string, platform: string, cost: number, sessions: number) => ({
    ...noMarketing,
    channel,
    platform,
    cost,
    sessions,
  })
  const rows = [
    row('Paid Social', 'instagram', 10, 4),
    row('Organic Search', 'google', 0, 7),
    row('Paid Social', 'facebook', 0, 5),
    row('Organic Search', 'ecosia', 0, 1),
  ]

  it('keeps platforms apart where one costs money and joins the free ones', () => {
    expect(places(rows).map(({ channel, platform, sessions }) => [channel, platform, sessions])).toEqual([
      ['Paid Social', 'instagram', 4],
      ['Paid Social', 'facebook', 5],
      ['Organic Search', '', 8],
    ])
  })

  it('loses nothing', () => {
    expect(sumRows(places(rows))).toEqual(sumRows(rows))
  })
})
