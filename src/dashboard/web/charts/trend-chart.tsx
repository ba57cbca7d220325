import { useCallback } from 'react'
import type { Channels, ChannelTrendMeasure } from '../../../contracts/dashboard.ts'
import { channelColour, channelName } from '../channels.ts'
import { useSpeech } from '../language/language-context.tsx'
import type { Theme } from '../state/view-context.ts'
import { Chart, type Ink, tooltipLook, tooltipRows } from './chart.tsx'

export interface TrendSeries {
  /** `null` gathers the channels beyond the largest. */
  readonly channel: string | null
  readonly values: readonly number[]
  readonly total: number
}

/** The largest channels of a measure over the buckets, the rest as one. */
export function trendSeries(trend: Channels['trend'], measure: ChannelTrendMeasure, largest = 7) {
  const dates = [...new Set(trend.map(({ date }) => date))].sort()
  const index = new Map(dates.map((date, position) => [date, position]))
  const byChannel = new Map<string, number[]>()
  for (const row of trend) {
    const values = byChannel.get(row.channel) ?? dates.map(() => 0)
    values[index.get(row.date) ?? 0]! += row[measure]
    byChannel.set(row.channel, values)
  }
  const all: TrendSeries[] = [...byChannel]
    .map(([channel, values]) => ({ channel, values, total: values.reduce((sum, value) => sum + value, 0) }))
    .filter(({ values }) => values.some((value) => value !== 0))
    .sort((a, b) => b.total - a.total)
  const rest = all.slice(largest)
  const gathered: TrendSeries[] =
    rest.length === 0
      ? []
      : [
          {
            channel: null,
            values: dates.map((_, position) =>
              rest.reduce((sum, item) => sum + (item.values[position] ?? 0), 0),
            ),
            total: rest.reduce((sum, item) => sum + item.total, 0),
          },
        ]
  return { dates, series: [...all.slice(0, largest), ...gathered] }
}

interface TrendChartProps {
  dates: readonly string[]
  series: readonly TrendSeries[]
  isMoney: boolean
  title: string
  theme: Theme
}

/** Stacked columns by channel, in the channels' own colours. */
export function TrendChart({ dates, series, isMoney, title, theme }: TrendChartProps) {
  const { language, text, format } = useSpeech()
  const option = useCallback(
    (ink: Ink, widthPx: number) => {
      const full = (value: number) => (isMoney ? format.money(value, 0) : format.value(value, 'fraction'))
      const nameOf = (channel: string | null) =>
        channel === null ? text.channels.other : channelName(channel, language)
      const colourOf = (channel: string | null) =>
        channel === null ? ink.faint : channelColour(channel, theme)
      return {
        grid: {
          left: 8,
          right: 8,
          top: 14,
          bottom: 4,
          outerBoundsMode: 'same',
          outerBoundsContain: 'axisLabel',
        },
        tooltip: {
          trigger: 'axis',
          ...tooltipLook(ink),
          axisPointer: { type: 'shadow', shadowStyle: { color: ink.wash, opacity: 0.6 } },
          formatter: (items: { dataIndex: number }[]) => {
            const position = items[0]?.dataIndex ?? 0
            const rows = series
              .map((item) => ({ item, value: item.values[position] ?? 0 }))
              .filter(({ value }) => value !== 0)
              .map(({ item, value }) => ({
                name: nameOf(item.channel),
                value: full(value),
                colour: colourOf(item.channel),
              }))
            return tooltipRows(format.date(dates[position] ?? ''), rows)
          },
        },
        xAxis: {
          type: 'category',
          data: [...dates],
          axisLine: { lineStyle: { color: ink.strong } },
          axisTick: { show: false },
          axisLabel: {
            color: ink.faint,
            margin: 12,
            interval: Math.max(0, Math.ceil(dates.length / Math.max(2, Math.floor(widthPx / 110))) - 1),
            formatter: (date: string) => format.shortDate(date),
          },
        },
        yAxis: {
          type: 'value',
          splitNumber: 4,
          axisLabel: { color: ink.faint, formatter: isMoney ? format.compactMoney : format.compactCount },
          splitLine: { lineStyle: { color: ink.rule, type: [2, 4] } },
        },
        series: series.map((item) => ({
          type: 'bar',
          stack: 'all',
          name: nameOf(item.channel),
          data: [...item.values],
          barCategoryGap: dates.length > 40 ? '12%' : '28%',
          itemStyle: {
            color: colourOf(item.channel),
            borderColor: ink.paper,
            borderWidth: dates.length > 60 ? 0 : 0.75,
          },
        })),
      }
    },
    [dates, series, isMoney, language, text, format, theme],
  )
  return (
    <>
      <ul className="legend">
        {series.map(({ channel }) => (
          <li key={channel ?? ''}>
            <i
              style={{ background: channel === null ? 'var(--ink-faint)' : channelColour(channel, theme) }}
            />
            {channel === null ? text.channels.other : channelName(channel, language)}
          </li>
        ))}
      </ul>
      <Chart option={option} height={330} label={title} theme={theme} />
    </>
  )
}
