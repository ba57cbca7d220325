import { useMemo } from 'react'
import type { Campaigns, Channels, MarketingRow } from '../../../contracts/dashboard.ts'
import { metricValue } from '../../../contracts/metrics.ts'
import { placeName } from '../channels.ts'
import { ChangeNote } from '../components/change-note.tsx'
import { DataTable, type TableColumn } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { ChannelPlace } from '../components/place.tsx'
import { Answered, EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { places } from '../places.ts'
import { useApi } from '../state/api-client.ts'
import { queryOf, useView } from '../state/view-context.ts'
import { sumRows } from '../sum-rows.ts'
import { CampaignPanels } from './campaign-panels.tsx'
import { ModelsPanel, TrendPanel } from './channel-charts.tsx'
import { loses, underBreakEven, withoutEmptyCost } from './cost-cells.ts'

/** Which channel and which campaign brought its money back? */
export function ChannelsPage() {
  const { text } = useSpeech()
  const state = useView()
  const query = queryOf(state)
  const channels = useApi<Channels>(`/api/channels?${query}`)
  const campaigns = useApi<Campaigns>(`/api/campaigns?${query}`)
  return (
    <>
      <div className="headline headline-small">
        <h1>{text.channels.lead}</h1>
        <p className="headline-foot">
          <em>{text.creditNote(text.models[state.view.model])}</em>
        </p>
      </div>
      <Answered answer={channels} lines={10}>
        {(data) => (data.rows.length === 0 ? <NoChannels /> : <ChannelsBody data={data} query={query} />)}
      </Answered>
      <Answered answer={campaigns} lines={8}>
        {(data) => (data.rows.length === 0 ? null : <CampaignPanels rows={data.rows} query={query} />)}
      </Answered>
    </>
  )
}

function NoChannels() {
  const { text } = useSpeech()
  const { shop } = useView()
  return shop.has.web ? <EmptyState /> : <EmptyState title={text.states.noWeb} hint={text.states.noWebHint} />
}

function ChannelsBody({ data, query }: { data: Channels; query: string }) {
  const { text, language } = useSpeech()
  const { shop } = useView()
  const title = text.channels.tableTitle
  const rows = useMemo(() => places(data.rows), [data.rows])
  const before = useMemo(
    () => new Map(places(data.before).map((row) => [`${row.channel} ${row.platform}`, row])),
    [data.before],
  )
  const columns: TableColumn<MarketingRow>[] = [
    {
      id: 'place',
      heading: text.channels.channel,
      sortValue: (row) => placeName(row, language),
      cell: (row) => <ChannelPlace row={row} />,
    },
    { metric: 'credited_contribution' },
    {
      id: 'change',
      heading: text.channels.change,
      isNumber: true,
      sortValue: (row) =>
        row.credited_contribution -
        (before.get(`${row.channel} ${row.platform}`)?.credited_contribution ?? 0),
      cell: (row) => (
        <ChangeNote
          isInTable
          metric="credited_contribution"
          now={row.credited_contribution}
          before={before.get(`${row.channel} ${row.platform}`)?.credited_contribution ?? null}
        />
      ),
      total: ({ sums, before: earlier }) => (
        <ChangeNote
          isInTable
          metric="credited_contribution"
          now={metricValue('credited_contribution', sums)}
          before={metricValue('credited_contribution', earlier ?? {})}
        />
      ),
    },
    { metric: 'cost' },
    { metric: 'contribution_return', emphasis: underBreakEven },
    { metric: 'roi', emphasis: loses },
    { metric: 'roas' },
    { metric: 'credited_net_revenue' },
    { metric: 'credited_orders' },
    { metric: 'cost_per_order' },
    { metric: 'credited_new_customers' },
    { metric: 'paid_cac' },
    { metric: 'channel_sessions' },
  ]
  const hasCost = ({ cost }: MarketingRow) => cost > 0
  return (
    <>
      <Panel title={title} unit={shop.currency} csv={`/api/channels.csv?${query}`}>
        <DataTable
          label={title}
          rows={rows}
          rowKey={({ channel, platform }) => `${channel} ${platform}`}
          sums={withoutEmptyCost}
          totals={[
            { label: text.table.total, sums: sumRows(data.rows), before: sumRows(data.before) },
            {
              label: text.channels.withCost,
              sums: sumRows(data.rows.filter(hasCost)),
              before: sumRows(data.before.filter(hasCost)),
            },
          ]}
          sorting={{ column: 'credited_contribution', isDescending: true }}
          limit={16}
          columns={
            data.before.length > 0
              ? columns
              : columns.filter((column) => !('id' in column && column.id === 'change'))
          }
        />
      </Panel>
      <TrendPanel data={data} query={query} />
      <ModelsPanel data={data} query={query} />
    </>
  )
}
