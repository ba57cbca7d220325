import { useCallback } from 'react'
import { useSpeech } from '../language/language-context.tsx'
import type { Theme } from '../state/view-context.ts'
import { Chart, type Ink, tooltipLook, tooltipRows } from './chart.tsx'
import type { SeriesPoint } from './revenue-series.ts'

interface RevenueChartProps {
  points: readonly SeriesPoint[]
  title: string
  name: string
  beforeName: string
  isMoney: boolean
  theme: Theme
}

/** Line of these dates over the quieter line of the compared ones; dates still open to refunds are shaded. */
export function RevenueChart({ points, title, name, beforeName, isMoney, theme }: RevenueChartProps) {
  const { text, format } = useSpeech()
  const option = useCallback(
    (ink: Ink, widthPx: number) => {
      const axis = isMoney ? format.compactMoney : format.compactCount
      const full = isMoney ? (value: number) => format.money(value, 0) : format.count
      const dates = points.map(({ date }) => date)
      const firstOpen = points.find(({ isImmature }) => isImmature)?.date
      return {
        aria: { enabled: false },
        grid: {
          left: 8,
          right: 14,
          top: 26,
          bottom: 8,
          outerBoundsMode: 'same',
          outerBoundsContain: 'axisLabel',
        },
        tooltip: {
          trigger: 'axis',
          ...tooltipLook(ink),
          axisPointer: { lineStyle: { color: ink.strong } },
          formatter: (items: { dataIndex: number }[]) => {
            const point = points[items[0]?.dataIndex ?? 0]
            if (!point) return ''
            const rows = [{ name, value: full(point.value), colour: ink.line }]
            if (isMoney) {
              rows.push({
                name: text.overview.contributionLine,
                value: full(point.contribution),
                colour: ink.rule,
              })
            }
            if (point.before !== null) {
              rows.push({ name: beforeName, value: full(point.before), colour: ink.before })
            }
            const suffix = point.isImmature ? ` · ${text.immature.area}` : ''
            return tooltipRows(`${format.date(point.date)}${suffix}`, rows)
          },
        },
        xAxis: {
          type: 'category',
          data: dates,
          boundaryGap: false,
          axisLine: { lineStyle: { color: ink.strong } },
          axisTick: { show: false },
          axisLabel: {
            color: ink.faint,
            margin: 12,
            hideOverlap: true,
            interval: Math.max(0, Math.ceil(points.length / Math.max(2, Math.floor(widthPx / 110))) - 1),
            formatter: (date: string) => format.shortDate(date),
          },
        },
        yAxis: {
          type: 'value',
          splitNumber: 4,
          axisLabel: { color: ink.faint, formatter: (value: number) => axis(value) },
          splitLine: { lineStyle: { color: ink.rule, type: [2, 4] } },
        },
        series: [
          {
            type: 'line',
            name: beforeName,
            data: points.map(({ before }) => before),
            symbol: 'none',
            smooth: 0.3,
            smoothMonotone: 'x',
            lineStyle: { color: ink.before, width: 1.5, type: [4, 4] },
            z: 1,
          },
          {
            type: 'line',
            name,
            data: points.map(({ value }) => value),
            showSymbol: points.length < 3,
            symbolSize: 6,
            smooth: 0.3,
            smoothMonotone: 'x',
            lineStyle: { color: ink.line, width: 2.4 },
            itemStyle: { color: ink.line },
            areaStyle: { color: ink.line, opacity: 0.07 },
            z: 3,
            ...(firstOpen === undefined
              ? {}
              : {
                  markArea: {
                    silent: true,
                    itemStyle: { color: ink.accent, opacity: 0.07 },
                    label: { color: ink.accent, fontSize: 11, position: 'insideTopRight', distance: 6 },
                    data: [[{ name: text.immature.area, xAxis: firstOpen }, { xAxis: dates.at(-1) }]],
                  },
                }),
          },
        ],
      }
    },
    [points, name, beforeName, isMoney, text, format],
  )
  return <Chart option={option} height="tall" label={title} theme={theme} />
}
