import { useMemo, useState } from 'react'
import type { Channels, ChannelTrendMeasure } from '../../../contracts/dashboard.ts'
import { type MetricId, metrics } from '../../../contracts/metrics.ts'
import { channelName } from '../channels.ts'
import { ModelsChart, modelSpreads, modelTotals } from '../charts/models-chart.tsx'
import { TrendChart, trendSeries } from '../charts/trend-chart.tsx'
import { DataTable } from '../components/data-table.tsx'
import { Panel } from '../components/panel.tsx'
import { EmptyState } from '../components/states.tsx'
import { usePlaceColumn } from '../components/use-columns.ts'
import { isKnown } from '../known-metrics.ts'
import { useSpeech } from '../language/language-context.tsx'
import { useView } from '../state/view-context.ts'

const trendMetrics: readonly { metric: MetricId; measure: ChannelTrendMeasure }[] = [
  { metric: 'credited_contribution', measure: 'credited_contribution' },
  { metric: 'credited_net_revenue', measure: 'credited_net_revenue' },
  { metric: 'credited_orders', measure: 'credited_orders' },
  { metric: 'cost', measure: 'cost' },
  { metric: 'channel_sessions', measure: 'sessions' },
]

/** Channels over time, by a measure of choice. */
export function TrendPanel({ data, query }: { data: Channels; query: string }) {
  const { text, format, language } = useSpeech()
  const { theme, shop } = useView()
  const offered = trendMetrics.filter(({ metric }) => isKnown(metric, shop.has))
  const [chosen, setChosen] = useState(offered[0] ?? trendMetrics[0]!)
  const { dates, series } = useMemo(() => trendSeries(data.trend, chosen.measure), [data.trend, chosen])
  const { name, unit } = metrics[chosen.metric]
  const title = text.channels.trendTitle(name[language])
  const show = format.column(
    unit,
    series.flatMap(({ values }) => values),
  )
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
              setChosen(offered.find(({ metric }) => metric === target.value) ?? chosen)
            }
          >
            {offered.map(({ metric }) => (
              <option key={metric} value={metric}>
                {metrics[metric].name[language]}
              </option>
            ))}
          </select>
        </label>
      }
      table={
        series.length > 0 && (
          <DataTable
            label={title}
            rows={dates.map((date, position) => ({ date, position }))}
            rowKey={({ date }) => date}
            totals={[
              { label: data.trendGrain === 'day' ? text.table.total : text.table.totalOfWeeks, sums: {} },
            ]}
            sorting={{ column: 'date', isDescending: true }}
            columns={[
              {
                id: 'date',
                heading: text.controls.dates,
                sortValue: ({ date }) => date,
                cell: ({ date }) => format.date(date),
              },
              ...series.map(({ channel, values, total }) => ({
                id: channel ?? 'other',
                heading: channel === null ? text.channels.other : channelName(channel, language),
                isNumber: true,
                sortValue: ({ position }: { position: number }) => values[position] ?? 0,
                cell: ({ position }: { position: number }) => show(values[position] ?? 0),
                total: () => show(total),
              })),
            ]}
          />
        )
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

/** What each place returned under every model. */
export function ModelsPanel({ data, query }: { data: Channels; query: string }) {
  const { text } = useSpeech()
  const { theme, view } = useView()
  const title = text.channels.modelsTitle
  const spreads = modelSpreads(data.models)
  const place = usePlaceColumn<(typeof spreads)[number]>()
  const totals = modelTotals(data.models)
  return (
    <Panel
      title={title}
      unit={text.channels.modelsUnit}
      csv={`/api/models.csv?${query}`}
      table={
        spreads.length > 0 && (
          <DataTable
            label={title}
            rows={spreads}
            rowKey={({ channel, platform }) => `${channel} ${platform}`}
            totals={[{ label: text.channels.withCost, sums: {} }]}
            sorting={{ column: 'place', isDescending: false }}
            columns={[
              place,
              ...totals.map(({ model, value }) => ({
                id: model,
                heading: text.models[model],
                isNumber: true,
                sortValue: (row: (typeof spreads)[number]) => returnUnder(row, model),
                cell: (row: (typeof spreads)[number]) => <PerUnit value={returnUnder(row, model)} />,
                total: () => <PerUnit value={value} />,
              })),
            ]}
          />
        )
      }
    >
      {spreads.length === 0 ? (
        <EmptyState title={text.states.noCost} hint={text.states.noCostHint} />
      ) : (
        <ModelsChart spreads={spreads} chosen={view.model} title={title} theme={theme} />
      )}
    </Panel>
  )
}

const returnUnder = ({ returns }: ReturnType<typeof modelSpreads>[number], model: string) =>
  returns.find((item) => item.model === model)?.value ?? null

function PerUnit({ value }: { value: number | null }) {
  const { format } = useSpeech()
  return (
    <span className={value !== null && value < 1 ? 'is-bad' : undefined}>
      {format.value(value, 'per_unit')}
    </span>
  )
}
