import { useMemo, useState } from 'react'
import type {
  CampaignRow,
  Campaigns,
  Channels,
  ChannelTrendMeasure,
  MarketingRow,
} from '../../../contracts/dashboard.ts'
import type { MarketingSums } from '../../../contracts/metrics/measures.ts'
import { type MetricId, metrics } from '../../../contracts/metrics.ts'
import { channelColour, channelName, placeName, platformName } from '../channels.ts'
import { CampaignScatter } from '../charts/campaign-scatter.tsx'
import { ModelsChart, modelSpreads } from '../charts/models-chart.tsx'
import { TrendChart, trendSeries } from '../charts/trend-chart.tsx'
import { ChangeNote } from '../components/change-note.tsx'
import { DataTable, type TableColumn } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { Answered, EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { places } from '../places.ts'
import { useApi } from '../state/api-client.ts'
import { queryOf, useView } from '../state/view-context.ts'
import { sumRows } from '../sum-rows.ts'

const trendMetrics: readonly { metric: MetricId; measure: ChannelTrendMeasure }[] = [
  { metric: 'credited_contribution', measure: 'credited_contribution' },
  { metric: 'credited_net_revenue', measure: 'credited_net_revenue' },
  { metric: 'credited_orders', measure: 'credited_orders' },
  { metric: 'cost', measure: 'cost' },
  { metric: 'channel_sessions', measure: 'sessions' },
]

const underBreakEven = (value: number | null) => (value !== null && value < 1 ? 'bad' : undefined)
const loses = (value: number | null) => (value !== null && value < 0 ? 'bad' : undefined)

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
        {(data) => (data.rows.length === 0 ? null : <CampaignsBody rows={data.rows} query={query} />)}
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
  const { theme, view, shop } = useView()
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
      cell: (row) => <Place row={row} />,
    },
    { metric: 'credited_contribution' },
    {
      id: 'change',
      heading: text.controls.compare,
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
  const spreads = modelSpreads(data.models)
  return (
    <>
      <Panel title={title} unit={shop.currency} csv={`/api/channels.csv?${query}`}>
        <DataTable
          label={title}
          rows={rows}
          rowKey={({ channel, platform }) => `${channel} ${platform}`}
          sums={withoutEmptyCost}
          totals={[
            { label: text.table.total, sums: sumRows(data.rows) },
            { label: text.channels.withCost, sums: sumRows(data.rows.filter(({ cost }) => cost > 0)) },
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
      <Panel
        title={text.channels.modelsTitle}
        unit={text.channels.modelsUnit}
        csv={`/api/models.csv?${query}`}
        table={
          <DataTable
            label={text.channels.modelsTitle}
            rows={spreads}
            rowKey={({ channel, platform }) => `${channel} ${platform}`}
            sorting={{ column: 'place', isDescending: false }}
            columns={[
              {
                id: 'place',
                heading: text.channels.channel,
                sortValue: (row) => placeName(row, language),
                cell: (row) => placeName(row, language),
              },
              ...modelColumns(spreads),
            ]}
          />
        }
      >
        {spreads.length === 0 ? (
          <EmptyState title={text.states.noCost} hint={text.states.noCostHint} />
        ) : (
          <ModelsChart
            spreads={spreads}
            chosen={view.model}
            title={text.channels.modelsTitle}
            theme={theme}
          />
        )}
      </Panel>
    </>
  )

  function modelColumns(rows: ReturnType<typeof modelSpreads>): TableColumn<(typeof rows)[number]>[] {
    const models = [...new Set(rows.flatMap(({ returns }) => returns.map(({ model }) => model)))]
    return models.map((model) => ({
      id: model,
      heading: text.models[model],
      isNumber: true,
      sortValue: (row) => row.returns.find((item) => item.model === model)?.value ?? null,
      cell: (row) => <PerUnit value={row.returns.find((item) => item.model === model)?.value ?? null} />,
    }))
  }
}

/** A channel that costs nothing shows no cost rather than 0.00. */
const withoutEmptyCost = <R extends MarketingSums>(row: R) =>
  row.cost === 0 && row.spend === 0 ? { ...row, cost: null, spend: null } : row

function PerUnit({ value }: { value: number | null }) {
  const { format } = useSpeech()
  return (
    <span className={value !== null && value < 1 ? 'is-bad' : undefined}>
      {format.value(value, 'per_unit')}
    </span>
  )
}

function Place({ row }: { row: { channel: string; platform: string } }) {
  const { language } = useSpeech()
  const { theme } = useView()
  const detail = row.channel === 'Paid Social' ? channelName(row.channel, language) : ''
  return (
    <span className="place">
      <i style={{ background: channelColour(row.channel, theme) }} />
      <span className="two-lines">
        {placeName(row, language)}
        {detail !== '' && row.platform !== '' && <small>{detail}</small>}
        {row.platform === 'google' && <small>{platformName(row.platform)}</small>}
      </span>
    </span>
  )
}

function TrendPanel({ data, query }: { data: Channels; query: string }) {
  const { text, format, language } = useSpeech()
  const { theme, shop } = useView()
  const [chosen, setChosen] = useState(trendMetrics[0]!)
  const { dates, series } = useMemo(() => trendSeries(data.trend, chosen.measure), [data.trend, chosen])
  const { name, unit } = metrics[chosen.metric]
  const title = text.channels.trendTitle(name[language])
  const per = data.trendGrain === 'day' ? text.overview.days : text.overview.weeks
  return (
    <Panel
      title={title}
      unit={`${unit === 'money' ? shop.currency : name[language]} ${per}`}
      csv={`/api/trend.csv?${query}`}
      controls={
        <label className="inline-control">
          <span className="visually-hidden">{text.channels.measure}</span>
          <select
            value={chosen.metric}
            onChange={({ target }) =>
              setChosen(trendMetrics.find(({ metric }) => metric === target.value) ?? trendMetrics[0]!)
            }
          >
            {trendMetrics.map(({ metric }) => (
              <option key={metric} value={metric}>
                {metrics[metric].name[language]}
              </option>
            ))}
          </select>
        </label>
      }
      table={
        <DataTable
          label={title}
          rows={dates.map((date, position) => ({ date, position }))}
          rowKey={({ date }) => date}
          sorting={{ column: 'date', isDescending: true }}
          columns={[
            {
              id: 'date',
              heading: text.controls.dates,
              sortValue: ({ date }) => date,
              cell: ({ date }) => format.date(date),
            },
            ...series.map(({ channel, values }) => ({
              id: channel ?? 'other',
              heading: channel === null ? text.channels.other : channelName(channel, language),
              isNumber: true,
              sortValue: ({ position }: { position: number }) => values[position] ?? 0,
              cell: ({ position }: { position: number }) => format.value(values[position], unit),
            })),
          ]}
        />
      }
    >
      {series.length === 0 ? (
        <EmptyState />
      ) : (
        <TrendChart dates={dates} series={series} isMoney={unit === 'money'} title={title} theme={theme} />
      )}
    </Panel>
  )
}

function CampaignsBody({ rows, query }: { rows: readonly CampaignRow[]; query: string }) {
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
          cell: (row) => (
            <span className="place">
              <i style={{ background: channelColour(row.channel, theme) }} />
              <span className="two-lines">
                {nameOf(row)}
                <small>{placeName(row, language)}</small>
              </span>
            </span>
          ),
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
    <div className="columns columns-campaigns">
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
        table={table(text.channels.scatterTitle, 14)}
      >
        {withCost.length === 0 ? (
          <EmptyState title={text.states.noCost} hint={text.states.noCostHint} />
        ) : (
          <CampaignScatter rows={withCost} title={text.channels.scatterTitle} theme={theme} />
        )}
      </Panel>
    </div>
  )
}
