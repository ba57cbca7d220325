import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { campaignChannel } from '../../../src/contracts/channels/campaign-channels.ts'
import { channelDefinitions } from '../../../src/contracts/channels/channel-list.ts'
import { channelModes } from '../../../src/contracts/channels/channel-rules.ts'
import { classifyChannel, siteOfHost } from '../../../src/contracts/channels/classify-channel.ts'
import { sites } from '../../../src/contracts/channels/sites.ts'
import { goldenCampaigns, goldenIndex, goldenVisits } from './golden-visits.ts'

describe.each(channelModes)('channel of a visit, %s', (mode) => {
  it.each(goldenVisits())('$what: $evidence.source / $evidence.medium', (visit) => {
    const { channel, rule } = classifyChannel(visit.evidence, mode, { campaigns: goldenIndex })
    expect({ channel, rule }).toEqual(visit[mode])
  })

  const known = fc.constantFrom(
    'google',
    'fb',
    'cpc',
    'email',
    'organic',
    'display',
    '(direct)',
    '(none)',
    'shop',
  )
  const channels = new Set<string>(channelDefinitions.map(({ channel }) => channel))

  it('is one of the list, whatever the evidence', () => {
    const word = fc.oneof(known, fc.string({ unit: 'grapheme', maxLength: 12 }))
    fc.assert(
      fc.property(word, word, word, word, word, (source, medium, campaign, referrer, landingUrl) => {
        const verdict = classifyChannel({ source, medium, campaign, referrer, landingUrl }, mode)
        expect(channels).toContain(verdict.channel)
      }),
    )
  })

  it('does not depend on the case of the letters', () => {
    fc.assert(
      fc.property(known, known, known, (source, medium, campaign) => {
        const upper = classifyChannel(
          { source: source.toUpperCase(), medium: medium.toUpperCase(), campaign: campaign.toUpperCase() },
          mode,
        )
        expect(upper).toEqual(classifyChannel({ source, medium, campaign }, mode))
      }),
    )
  })
})

describe('a campaign’s spend and its visits', () => {
  it.each(goldenCampaigns)('$campaignName land in one channel', ({ platform, campaignId, campaignType }) => {
    const visit = classifyChannel({ source: 'other', medium: 'referral', campaignId }, 'spend_aligned', {
      campaigns: goldenIndex,
    })
    expect(visit.channel).toBe(campaignChannel(platform, campaignType))
  })

  it.each([
    ['google', 'PERFORMANCE_MAX', 'Cross-network'],
    ['google', 'DEMAND_GEN', 'Cross-network'],
    ['google', 'Shopping', 'Paid Shopping'],
    ['google', 'SEARCH', 'Paid Search'],
    ['google', 'VIDEO', 'Paid Video'],
    ['google', 'DISPLAY', 'Display'],
    ['facebook', 'OUTCOME_SALES', 'Paid Social'],
    ['instagram', 'REACH', 'Paid Social'],
    ['tiktok', 'CONVERSIONS', 'Paid Social'],
    ['microsoft', 'Search', 'Paid Search'],
    ['other', 'whatever', 'Paid Other'],
  ])('%s %s is %s', (platform, type, channel) => {
    expect(campaignChannel(platform, type)).toBe(channel)
  })
})

describe('sites', () => {
  it('name no host and no source twice', () => {
    const hosts = sites.flatMap(({ hosts: listed }) => listed)
    const names = sites.flatMap(({ names: listed }) => listed ?? [])
    expect(hosts.length).toBe(new Set(hosts).size)
    expect(names.length).toBe(new Set(names).size)
  })

  it('are written in lower case, without www and scheme', () => {
    for (const { hosts } of sites) {
      for (const host of hosts) expect(host).toMatch(/^(?!www\.)[a-z0-9-]+(\.[a-z0-9-]+)+$/)
    }
  })

  it('are found by the longest host', () => {
    expect(siteOfHost('mail.google.com')?.category).toBe('email')
    expect(siteOfHost('news.google.fr')?.category).toBe('search')
    expect(siteOfHost('accounts.google.com')?.category).toBe('ignored')
    expect(siteOfHost('notgoogle.com')).toBeUndefined()
  })
})
