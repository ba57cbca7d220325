import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChannelEvidence } from '../../../src/contracts/channels/channel-evidence.ts'
import { indexCampaigns, type KnownCampaign } from '../../../src/contracts/channels/classify-channel.ts'

/** One visit of the golden file, with the verdict of each mode. */
export interface GoldenVisit {
  readonly what: string
  readonly evidence: ChannelEvidence
  readonly spend_aligned: { readonly channel: string; readonly rule: string }
  readonly ga4: { readonly channel: string; readonly rule: string }
}

/** The campaigns the golden file takes as known. */
export const goldenCampaigns: readonly (KnownCampaign & { readonly campaignType: string })[] = [
  {
    platform: 'google',
    campaignId: '111',
    campaignName: 'Marque FR',
    campaignType: 'SEARCH',
    channel: 'Paid Search',
  },
  {
    platform: 'google',
    campaignId: '222',
    campaignName: 'PMax soins',
    campaignType: 'PERFORMANCE_MAX',
    channel: 'Cross-network',
  },
  {
    platform: 'facebook',
    campaignId: '333',
    campaignName: 'Promo Noël',
    campaignType: 'OUTCOME_SALES',
    channel: 'Paid Social',
  },
]

export const goldenIndex = indexCampaigns(goldenCampaigns)

/** The golden file; no field of it is quoted. */
export function goldenVisits(): GoldenVisit[] {
  const text = readFileSync(join(import.meta.dirname, 'golden.csv'), 'utf8')
  const [header, ...lines] = text.trimEnd().split('\n')
  const names = header!.split(',')
  return lines.map((line) => {
    const cells = line.split(',')
    const cell = (name: string): string => cells[names.indexOf(name)] ?? ''
    return {
      what: cells.slice(names.indexOf('what')).join(','),
      evidence: {
        source: cell('source'),
        medium: cell('medium'),
        campaign: cell('campaign'),
        referrer: cell('referrer'),
        landingUrl: cell('landing_url'),
        campaignId: cell('campaign_id'),
      },
      spend_aligned: { channel: cell('spend_aligned_channel'), rule: cell('spend_aligned_rule') },
      ga4: { channel: cell('ga4_channel'), rule: cell('ga4_rule') },
    }
  })
}
