import { useCallback } from 'react'
import { sharedCostChannel } from '../../../contracts/channels/channel-list.ts'
import type { MarketingRow } from '../../../contracts/dashboard.ts'
import { metricValue } from '../../../contracts/metrics.ts'
import { channelColour, placeName } from '../channels.ts'
import { useSpeech } from '../language/language-context.tsx'
import type { Theme } from '../state/view-context.ts'
import { Chart, type Ink, tooltipLook, tooltipRows } from './chart.tsx'
import { narrowPx, placeAxis } from './place-axis.ts'
import { doublingRange, doublings, returnAt } from './return-scale.ts'

interface ReturnBarsProps {
  rows: readonly MarketingRow[]
  title: string
  theme: Theme
}

/** Rows that cost money, best return first; cost that belongs to no channel cannot return anything. */
export function rowsWithReturn(rows: readonly MarketingRow[]) {
  return rows
    .map((row) => ({ row, value: metricValue('contribution_return', row) }))
    .filter(
      (item): item is { row: MarketingRow; value: number } =>
        item.value !== null && item.row.cost >= 1 && item.row.channel !== sharedCostChannel,
    )
    .sort((a, b) => b.value - a.value)
}

/** One bar per place that cost money, against the break-even line. */
export function ReturnBars({ rows, title, theme }: ReturnBarsProps) {
  const { language, text, format } = useSpeech()
  const items = rowsWithReturn(rows)
  const option = useCallback(
    (ink: Ink, widthPx: number) => {
      const drawn = rowsWithReturn(rows).reverse()
      const { left, axis } = placeAxis(
        drawn.map(({ row }) => placeName(row, language)),
        ink,
        widthPx,
      )
      return {
        grid: { left, right: widthPx < narrowPx ? 50 : 64, top: 26, bottom: 26 },
        tooltip: {
          trigger: 'item',
          ...tooltipLook(ink),
          formatter: ({ dataIndex }: { dataIndex: number }) => {
            const item = drawn[dataIndex]
            if (!item) return ''
            return tooltipRows(placeName(item.row, language), [
              {
                name: text.overview.contributionLine,
                value: format.money(item.row.credited_contribution, 0),
              },
              { name: text.channels.costAxis, value: format.money(item.row.cost, 0) },
            ])
          },
        },
        xAxis: {
          type: 'value',
          ...doublingRange(drawn.map(({ value }) => value)),
          interval: 1,
          axisLabel: {
            color: ink.faint,
            hideOverlap: true,
            formatter: (position: number) => format.value(returnAt(position), 'per_unit'),
          },
          splitLine: { lineStyle: { color: ink.rule, type: [2, 4] } },
        },
        yAxis: axis,
        series: [
          {
            type: 'bar',
            barWidth: 12,
            data: drawn.map(({ row, value }) => ({
              value: doublings(value),
              itemStyle: {
                color: channelColour(row.channel, theme),
                borderRadius: value < 1 ? [2, 0, 0, 2] : [0, 2, 2, 0],
              },
              label: {
                position: 'right',
                color: value < 1 ? ink.accent : ink.ink,
                fontWeight: value < 1 ? 600 : 450,
              },
            })),
            label: {
              show: true,
              distance: 8,
              fontSize: 13,
              formatter: ({ dataIndex }: { dataIndex: number }) =>
                format.value(drawn[dataIndex]?.value, 'per_unit'),
            },
            markLine: {
              silent: true,
              symbol: 'none',
              lineStyle: { color: ink.ink, width: 1, type: 'solid' },
              label: { formatter: text.overview.breakEven, color: ink.soft, fontSize: 11.5, distance: 6 },
              data: [{ xAxis: 0 }],
            },
          },
        ],
      }
    },
    [rows, language, text, format, theme],
  )
  return <Chart option={option} height={64 + items.length * 34} label={title} theme={theme} />
}
