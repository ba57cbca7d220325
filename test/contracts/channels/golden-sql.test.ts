import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { normaliseEvidence } from '../../../src/contracts/channels/channel-evidence.ts'
import { channelModes } from '../../../src/contracts/channels/channel-rules.ts'
import { sites } from '../../../src/contracts/channels/sites.ts'
import { goldenCampaigns, goldenVisits } from './golden-visits.ts'

const target = join(
  import.meta.dirname,
  '../../../transform/models/intermediate/web/int_sources_classified_golden.generated.yml',
)

/** The golden file as unit tests of the warehouse's model; what an adapter reads from a landing address is read here. */
function goldenUnitTests(): string {
  const events = goldenVisits().map(({ what, evidence }) => {
    const {
      source,
      medium,
      campaign,
      campaignIds,
      referrerHost,
      landingHost,
      hasGoogleClick,
      hasMicrosoftClick,
    } = normaliseEvidence(evidence)
    return {
      source_key: what,
      utm_source: source || null,
      utm_medium: medium || null,
      utm_campaign: campaign || null,
      gad_campaign_id: campaignIds[0] ?? null,
      has_google_click: hasGoogleClick,
      has_microsoft_click: hasMicrosoftClick,
      // Cleaned events carry no referrer of the page's own host.
      referrer_host: referrerHost === landingHost ? null : referrerHost || null,
    }
  })
  const campaigns = goldenCampaigns.map(({ platform, campaignId, campaignName, channel }) => ({
    platform,
    campaign_id: campaignId,
    campaign_name: campaignName,
    channel,
  }))
  const siteRows = sites.flatMap(({ site, category, hosts, names }) => [
    ...hosts.map((value) => ({ kind: 'host', value, site_category: category, site })),
    ...(names ?? []).map((value) => ({ kind: 'name', value, site_category: category, site })),
  ])
  const needed = siteRows.filter(({ kind, value }) =>
    events.some(({ utm_source, referrer_host }) =>
      kind === 'name'
        ? utm_source === value
        : [utm_source, referrer_host].some((host) => host === value || host?.endsWith(`.${value}`)),
    ),
  )
  return stringify(
    {
      unit_tests: channelModes.map((mode) => ({
        name: `golden_visits_${mode}`,
        description: 'The verdicts of test/contracts/channels/golden.csv.',
        model: 'int_sources_classified',
        overrides: { vars: { channel_mode: mode } },
        given: [
          { input: "ref('int_events_cleaned')", rows: events },
          { input: "ref('int_ad_campaigns_channeled')", rows: campaigns },
          { input: "ref('stg_channels__sites')", rows: needed },
          { input: "ref('stg_influencers__posts')", rows: [] },
          { input: "ref('stg_influencers__influencers')", rows: [] },
        ],
        expect: {
          rows: goldenVisits().map((visit) => ({
            source_key: visit.what,
            channel: visit[mode].channel,
            channel_rule: visit[mode].rule,
          })),
        },
      })),
    },
    { lineWidth: 0 },
  )
}

it('the warehouse is tested on the golden file as it is; `npx vitest run test/contracts/channels -u` renews its unit tests', async () => {
  await expect(goldenUnitTests()).toMatchFileSnapshot(target)
})
