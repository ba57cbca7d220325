import { useCallback } from 'react'
import { sharedCostChannel } from '../../../contracts/channels/channel-list.ts'
import { type AttributionModel, attributionModels, type Channels } from '../../../contracts/dashboard.ts'
import { channelColour, placeName } from '../channels.ts'
import { useSpeech } from '../language/language-context.tsx'
import type { Theme } from '../state/view-context.ts'
import { Chart, type Ink, tooltipLook, tooltipRows } from './chart.tsx'
import { placeAxis } from './place-axis.ts'
import { doublingRange, doublings, returnAt } from './return-scale.ts'

export interface ModelSpread {
  readonly channel: string
  readonly platform: string
  readonly returns: readonly { readonly model: AttributionModel; readonly value: number }[]
}

/** Return per euro under each model for every place that cost money, the most disputed first. */
export function modelSpreads(models: Channels['models']): ModelSpread[] {
  const places = new Map<
    string,
    { channel: string; platform: string; returns: ModelSpread['returns'][number][] }
  >()
  for (const { channel, platform, model, credited_contribution, cost } of models) {
    if (cost < 1 || channel === sharedCostChannel) continue
    const key = `${channel}\n${platform}`
    const place = places.get(key) ?? { channel, platform, returns: [] }
    place.returns.push({ model, value: credited_contribution / cost })
    places.set(key, place)
  }
  const width = ({ returns }: ModelSpread) => {
    const positions = returns.map(({ value }) => doublings(value))
    return Math.max(...positions) - Math.min(...positions)
  }
  return [...places.values()].sort((a, b) => width(b) - width(a))
}

/** What all the money brought back under each model, cost that belongs to no channel included. */
export function modelTotals(models: Channels['models']) {
  return attributionModels.flatMap((model) => {
    const rows = models.filter((row) => row.model === model)
    const cost = rows.reduce((sum, row) => sum + row.cost, 0)
    const credited = rows.reduce((sum, row) => sum + row.credited_contribution, 0)
    return cost > 0 ? [{ model, value: credited / cost }] : []
  })
}

interface ModelsChartProps {
  spreads: readonly ModelSpread[]
  chosen: AttributionModel
  title: string
  theme: Theme
}

/** A row of dots per place, one for each model, the chosen one filled: a long row is an uncertain answer. */
export function ModelsChart({ spreads, chosen, title, theme }: ModelsChartProps) {
  const { language, text, format } = useSpeech()
  const option = useCallback(
    (ink: Ink, widthPx: number) => {
      const drawn = [...spreads].reverse()
      const { left, axis } = placeAxis(
        drawn.map((spread) => placeName(spread, language)),
        ink,
        widthPx,
      )
      const dots = drawn.flatMap((spread, row) =>
        spread.returns.map(({ model, value }) => ({ spread, row, model, value })),
      )
      const colour = (spread: ModelSpread) => channelColour(spread.channel, theme)
      return {
        grid: { left, right: 22, top: 26, bottom: 30 },
        tooltip: {
          trigger: 'item',
          ...tooltipLook(ink),
          formatter: ({ data }: { data: { row?: number } }) => {
            const spread = drawn[data.row ?? -1]
            if (!spread) return ''
            const rows = [...spread.returns]
              .sort((a, b) => b.value - a.value)
              .map(({ model, value }) => ({
                name: text.models[model] + (model === chosen ? ' ●' : ''),
                value: format.value(value, 'per_unit'),
              }))
            return tooltipRows(placeName(spread, language), rows)
          },
        },
        xAxis: {
          type: 'value',
          ...doublingRange(dots.map(({ value }) => value)),
          interval: 1,
          axisLabel: {
            color: ink.faint,
            formatter: (position: number) => format.value(returnAt(position), 'per_unit'),
            hideOverlap: true,
          },
          splitLine: { lineStyle: { color: ink.rule, type: [2, 4] } },
        },
        yAxis: axis,
        series: [
          ...drawn.map((spread, row) => {
            const values = spread.returns.map(({ value }) => value)
            return {
              type: 'line',
              silent: true,
              symbol: 'none',
              lineStyle: { color: colour(spread), width: 3, opacity: 0.28, cap: 'round' },
              data: [
                [doublings(Math.min(...values)), row],
                [doublings(Math.max(...values)), row],
              ],
            }
          }),
          {
            type: 'scatter',
            symbolSize: 11,
            data: dots
              .sort((a, b) => Number(a.model === chosen) - Number(b.model === chosen))
              .map(({ spread, row, model, value }) => ({
                value: [doublings(value), row],
                row,
                itemStyle: {
                  color: model === chosen ? colour(spread) : ink.paper,
                  borderColor: colour(spread),
                  borderWidth: 1.6,
                },
              })),
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
    [spreads, chosen, language, text, format, theme],
  )
  return <Chart option={option} height={62 + spreads.length * 36} label={title} theme={theme} />
}
