import { useState } from 'react'
import { type LiveBreakdown, type LiveRow, type LiveView, otherLiveValue } from '../../../contracts/live.ts'
import { channelColour, channelName } from '../channels.ts'
import { DataTable, type TableColumn } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { EmptyState } from '../components/states.tsx'
import { useSpeech } from '../language/language-context.tsx'
import { useView } from '../state/view-context.ts'

type Period = 'today' | 'recent'

/** Channels and campaigns side by side, of today or of the last half hour. */
export function LivePlaces({ view }: { view: LiveView }) {
  const { text, language } = useSpeech()
  const [period, setPeriod] = useState<Period>('today')
  const rows = view[period].breakdown
  const named = rows.channel.filter(({ value }) => value !== '')
  const hasRevenue = named.some(({ netRevenue }) => netRevenue > 0)
  const [best] = named.toSorted((left, right) =>
    hasRevenue ? right.netRevenue - left.netRevenue : right.sessions - left.sessions,
  )
  const title =
    best === undefined
      ? text.live.channelsQuestion
      : text.live.channelsTitle(channelName(best.value, language), hasRevenue)
  const controls = <PeriodChoice period={period} choose={setPeriod} />
  return (
    <div className="columns columns-even">
      <Panel title={title} unit={text.live.channelsUnit} csv="/api/live-channels.csv" controls={controls}>
        <ChannelTable key={period} rows={rows.channel} label={title} />
      </Panel>
      <Panel title={text.live.campaignsTitle} unit={text.live.campaignsUnit} csv="/api/live-campaigns.csv">
        <CampaignTable key={period} rows={rows.campaign} />
      </Panel>
    </div>
  )
}

function PeriodChoice({ period, choose }: { period: Period; choose: (period: Period) => void }) {
  const { text } = useSpeech()
  return (
    <label className="inline-control">
      <span className="visually-hidden">{text.live.period}</span>
      <select value={period} onChange={({ target }) => choose(target.value as Period)}>
        <option value="today">{text.live.today}</option>
        <option value="recent">{text.live.recent}</option>
      </select>
    </label>
  )
}

function useCountColumns() {
  const { text, format } = useSpeech()
  const count = (
    id: 'sessions' | 'landings' | 'orders' | 'productViews' | 'carts',
  ): TableColumn<LiveRow> => ({
    id,
    heading: text.live.measures[id],
    isNumber: true,
    sortValue: (row) => row[id],
    cell: (row) => <Changing value={format.count(row[id])} />,
  })
  const revenue: TableColumn<LiveRow> = {
    id: 'netRevenue',
    heading: text.live.measures.netRevenue,
    isNumber: true,
    sortValue: (row) => row.netRevenue,
    cell: (row) => <Changing value={format.money(row.netRevenue)} />,
  }
  return { count, revenue }
}

/** A value that is briefly marked when it changes: the new key draws it anew. */
function Changing({ value }: { value: string }) {
  return (
    <span key={value} className="live-value">
      {value}
    </span>
  )
}

/** By revenue, or by visits while there is none. */
const bestFirst = (rows: readonly LiveRow[]) => ({
  column: rows.some(({ netRevenue }) => netRevenue > 0) ? 'netRevenue' : 'sessions',
  isDescending: true,
})

function ChannelTable({ rows, label }: { rows: LiveBreakdown['channel']; label: string }) {
  const { text } = useSpeech()
  const { count, revenue } = useCountColumns()
  if (rows.length === 0) return <EmptyState title={text.live.noRows} hint="" />
  return (
    <DataTable
      label={label}
      rows={rows}
      rowKey={({ value }) => value}
      sorting={bestFirst(rows)}
      limit={10}
      columns={[
        {
          id: 'channel',
          heading: text.channels.channel,
          sortValue: ({ value }) => value,
          cell: ({ value }) => <ChannelMark channel={value} />,
        },
        count('sessions'),
        count('landings'),
        count('orders'),
        revenue,
      ]}
    />
  )
}

function CampaignTable({ rows }: { rows: LiveBreakdown['campaign'] }) {
  const { text } = useSpeech()
  const { count, revenue } = useCountColumns()
  if (rows.length === 0) return <EmptyState title={text.live.noRows} hint="" />
  return (
    <DataTable
      label={text.live.campaignsTitle}
      rows={rows}
      rowKey={({ value }) => value}
      sorting={bestFirst(rows)}
      limit={10}
      columns={[
        {
          id: 'campaign',
          heading: text.channels.campaign,
          sortValue: ({ value }) => value,
          cell: ({ value }) => (
            <span className="live-name">{value === otherLiveValue ? text.live.other : value}</span>
          ),
        },
        count('sessions'),
        count('orders'),
        revenue,
      ]}
    />
  )
}

/** Products that are looked at today. */
export function LiveProducts({ view }: { view: LiveView }) {
  const { text } = useSpeech()
  const { count } = useCountColumns()
  const rows = view.today.breakdown.product
  return (
    <Panel
      title={text.live.productsTitle}
      unit={`${text.live.today}, ${text.live.productsUnit}`}
      csv="/api/live-products.csv"
    >
      {rows.length === 0 ? (
        <EmptyState title={text.live.noRows} hint="" />
      ) : (
        <DataTable
          label={text.live.productsTitle}
          rows={rows}
          rowKey={({ value }) => value}
          sorting={{ column: 'productViews', isDescending: true }}
          limit={8}
          columns={[
            {
              id: 'product',
              heading: text.live.product,
              sortValue: ({ label, value }) => label ?? value,
              cell: ({ label, value }) => (
                <span className="live-name">
                  {label ?? (value === otherLiveValue ? text.live.other : value)}
                </span>
              ),
            },
            count('productViews'),
            count('carts'),
          ]}
        />
      )}
    </Panel>
  )
}

/** A channel's colour and name; the empty one is visits without consent. */
export function ChannelMark({ channel }: { channel: string }) {
  const { text, language } = useSpeech()
  const { theme } = useView()
  if (channel === '' || channel === otherLiveValue)
    return <span className="live-faint">{channel === '' ? text.live.withoutConsent : text.live.other}</span>
  return (
    <span className="place">
      <i style={{ background: channelColour(channel, theme) }} />
      {channelName(channel, language)}
    </span>
  )
}
