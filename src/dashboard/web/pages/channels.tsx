import { useMemo } from 'react'
import type { Campaigns, Channels, MarketingRow } from '../../../contracts/dashboard.ts'
import { type MetricId, metricValue, type Sums } from '../../../contracts/metrics.ts'
import { placeName } from '../channels.ts'
import { ChangeNote } from '../components/change-note.tsx'
import { DataTable, type TableColumn } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { ChannelPlace } from '../components/place.tsx'
import { Answered, EmptyState } from '../components/states.tsx'
import { isKnown } from '../known-metrics.ts'
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
        <h1>{state.shop.has.orders ? text.channels.lead : text.channels.trafficLead}</h1>
        {state.shop.has.orders && (
          <p className="headline-foot">
            <em>{text.creditNote(text.models[state.view.model])}</em>
          </p>
        )}
      </div>
      <Answered answer={channels} lines={10}>
        {(data) => (data.rows.length === 0 ? <NoChannels /> : <ChannelsBody data={data} query={query} />)}
      </Answered>
      {channels.error === null && (
        <Answered answer={campaigns} lines={8}>
          {(data) => (data.rows.length === 0 ? null : <CampaignPanels rows={data.rows} query={query} />)}
        </Answered>
      )}
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
  const title = shop.has.orders ? text.channels.tableTitle : text.channels.trafficTitle
  const sortedBy = shop.has.orders ? 'credited_contribution' : 'channel_sessions'
  const rows = useMemo(() => places(data.rows), [data.rows])
  const before = useMemo(
    () => new Map(places(data.before).map((row) => [`${row.channel} ${row.platform}`, row])),
    [data.before],
  )
  const beforeOf = (row: MarketingRow) => before.get(`${row.channel} ${row.platform}`) ?? {}
  const columns: TableColumn<MarketingRow>[] = [
    {
      id: 'place',
      heading: text.channels.channel,
      sortValue: (row) => placeName(row, language),
      cell: (row) => <ChannelPlace row={row} />,
    },
    { metric: sortedBy },
    {
      id: 'change',
      heading: text.channels.change,
      isNumber: true,
      sortValue: (row) => (metricValue(sortedBy, row) ?? 0) - (metricValue(sortedBy, beforeOf(row)) ?? 0),
      cell: (row) => <Change metric={sortedBy} now={row} before={beforeOf(row)} />,
      total: ({ sums, before: earlier = {} }) => <Change metric={sortedBy} now={sums} before={earlier} />,
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
    ...(shop.has.orders ? [{ metric: 'channel_sessions' } as const] : []),
  ]
  const hasCost = ({ cost }: MarketingRow) => cost > 0
  const isShown = (column: TableColumn<MarketingRow>) =>
    'metric' in column ? isKnown(column.metric, shop.has) : column.id !== 'change' || data.before.length > 0
  return (
    <>
      <Panel
        title={title}
        unit={shop.has.orders ? shop.currency : undefined}
        csv={`/api/channels.csv?${query}`}
      >
        <DataTable
          label={title}
          rows={rows}
          rowKey={({ channel, platform }) => `${channel} ${platform}`}
          sums={withoutEmptyCost}
          totals={[
            { label: text.table.total, sums: sumRows(data.rows), before: sumRows(data.before) },
            ...(shop.has.cost
              ? [
                  {
                    label: text.channels.withCost,
                    sums: sumRows(data.rows.filter(hasCost)),
                    before: sumRows(data.before.filter(hasCost)),
                  },
                ]
              : []),
          ]}
          sorting={{ column: sortedBy, isDescending: true }}
          limit={16}
          columns={columns.filter(isShown)}
        />
      </Panel>
      <TrendPanel data={data} query={query} />
      {shop.has.orders && <ModelsPanel data={data} query={query} />}
    </>
  )
}

function Change({ metric, now, before }: { metric: MetricId; now: Sums; before: Sums }) {
  const value = (sums: Sums) => metricValue(metric, sums)
  return <ChangeNote isInTable metric={metric} now={value(now)} before={value(before)} />
}
