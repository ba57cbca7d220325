import { useState } from 'react'
import type { CampaignRow } from '../../../contracts/dashboard.ts'
import { channelName, placeName } from '../channels.ts'
import { CampaignScatter } from '../charts/campaign-scatter.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { Place } from '../components/place.tsx'
import { EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useView } from '../state/view-context.ts'
import { sumRows } from '../sum-rows.ts'
import { underBreakEven, withoutEmptyCost } from './cost-cells.ts'

/** Campaigns as a table and against their cost. */
export function CampaignPanels({ rows, query }: { rows: readonly CampaignRow[]; query: string }) {
  const { text, language } = useSpeech()
  const { theme } = useView()
  const [channel, setChannel] = useState('')
  const channels = [...new Set(rows.map((row) => row.channel))].sort()
  const shown = channel === '' ? rows : rows.filter((row) => row.channel === channel)
  const withCost = shown.filter(({ cost }) => cost >= 1)
  const nameOf = (row: CampaignRow) => row.campaign_name ?? (row.campaign_id || text.channels.noCampaign)
  const filter = (
    <label className="inline-control">
      <span className="visually-hidden">{text.channels.filter}</span>
      <select value={channel} onChange={({ target }) => setChannel(target.value)}>
        <option value="">{text.channels.allChannels}</option>
        {channels.map((item) => (
          <option key={item} value={item}>
            {channelName(item, language)}
          </option>
        ))}
      </select>
    </label>
  )
  const table = (label: string, limit: number) => (
    <DataTable
      label={label}
      rows={shown}
      rowKey={({ channel: of, platform, campaign_id }) => `${of} ${platform} ${campaign_id}`}
      sums={withoutEmptyCost}
      totals={[{ label: text.table.total, sums: sumRows(shown) }]}
      sorting={{ column: 'cost', isDescending: true }}
      limit={limit}
      columns={[
        {
          id: 'campaign',
          heading: text.channels.campaign,
          sortValue: nameOf,
          cell: (row) => <Place channel={row.channel} name={nameOf(row)} detail={placeName(row, language)} />,
        },
        { metric: 'cost' },
        { metric: 'credited_contribution' },
        { metric: 'contribution_return', emphasis: underBreakEven },
        { metric: 'roas' },
        { metric: 'credited_orders' },
        { metric: 'cost_per_order' },
        { metric: 'clicks' },
        { metric: 'click_rate' },
        { metric: 'channel_sessions' },
      ]}
    />
  )
  return (
    <>
      <Panel
        title={text.channels.campaignsTitle}
        unit={text.channels.campaignsUnit}
        csv={`/api/campaigns.csv?${query}`}
        controls={filter}
      >
        {table(text.channels.campaignsTitle, 14)}
      </Panel>
      <Panel
        title={text.channels.scatterTitle}
        unit={text.channels.scatterUnit}
        csv={`/api/campaigns.csv?${query}`}
        table={withCost.length > 0 && table(text.channels.scatterTitle, 14)}
      >
        {withCost.length === 0 ? (
          <EmptyState title={text.states.noCost} hint={text.states.noCostHint} />
        ) : (
          <CampaignScatter rows={withCost} title={text.channels.scatterTitle} theme={theme} />
        )}
      </Panel>
    </>
  )
}
