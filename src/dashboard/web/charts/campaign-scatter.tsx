import { useCallback } from 'react'
import type { CampaignRow } from '../../../contracts/dashboard.ts'
import { channelColour, placeName } from '../channels.ts'
import { useSpeech } from '../language/language-context.tsx'
import type { Theme } from '../state/view-context.ts'
import { Chart, type Ink, tooltipLook, tooltipRows } from './chart.tsx'
import { labelSides } from './label-sides.ts'
import { narrowPx } from './place-axis.ts'

const heightPx = 420
/** Room for an axis and its numbers. */
const axisPx = 54
/** Longest label; what is longer is cut. */
const labelPx = 150

interface CampaignScatterProps {
  rows: readonly CampaignRow[]
  title: string
  theme: Theme
}

/** Cost against contribution on equal logarithmic scales; the diagonal is break-even. */
export function CampaignScatter({ rows, title, theme }: CampaignScatterProps) {
  const { language, text, format } = useSpeech()
  const option = useCallback(
    (ink: Ink, widthPx: number) => {
      const drawn = rows.filter(({ cost }) => cost >= 1)
      const low = 0.8 * Math.min(...drawn.map(({ cost }) => cost))
      const high =
        Math.max(...drawn.map((row) => Math.max(row.cost, row.credited_contribution)), low * 10) * 1.4
      const axis = {
        type: 'log',
        min: low,
        max: high,
        axisLine: { show: true, lineStyle: { color: ink.strong } },
        axisLabel: {
          color: ink.faint,
          formatter: format.compactMoney,
          hideOverlap: true,
          showMinLabel: false,
          showMaxLabel: false,
        },
        splitLine: { lineStyle: { color: ink.rule, type: [2, 4] } },
        nameTextStyle: { color: ink.soft, fontSize: 11.5 },
      }
      const position = (value: number) =>
        (Math.log10(Math.max(low, value)) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))
      const plot = { widthPx: widthPx - axisPx, heightPx: heightPx - 2 * axisPx }
      const points = drawn.map((row) => ({
        x: position(row.cost) * plot.widthPx,
        y: (1 - position(row.credited_contribution)) * plot.heightPx,
      }))
      const labelled = drawn
        .map((row, point) => ({ point, lost: row.cost - row.credited_contribution, name: row.campaign_name }))
        .filter(({ lost, name }) => lost > 0 && name !== null)
        .sort((a, b) => b.lost - a.lost)
        .slice(0, widthPx < narrowPx ? 2 : 6)
      const sides = labelSides(
        points,
        labelled.map(({ point, name }) => ({ point, widthPx: Math.min(labelPx, (name ?? '').length * 6.6) })),
        plot,
      )
      const sideOf = new Map(labelled.map(({ point }, index) => [point, sides[index]]))
      return {
        grid: { left: 8, right: 18, top: 30, bottom: 24, outerBoundsMode: 'same', outerBoundsContain: 'all' },
        tooltip: {
          trigger: 'item',
          ...tooltipLook(ink),
          formatter: ({ data }: { data: { row?: CampaignRow } }) => {
            const { row } = data
            if (!row) return ''
            return tooltipRows(row.campaign_name ?? text.channels.noCampaign, [
              { name: placeName(row, language), value: '', colour: channelColour(row.channel, theme) },
              { name: text.overview.contributionLine, value: format.money(row.credited_contribution, 0) },
              { name: text.channels.costAxis, value: format.money(row.cost, 0) },
            ])
          },
        },
        xAxis: {
          ...axis,
          name: text.channels.costAxis,
          nameLocation: 'end',
          nameGap: -6,
          nameTextStyle: {
            ...axis.nameTextStyle,
            align: 'right',
            verticalAlign: 'top',
            padding: [26, 0, 0, 0],
          },
        },
        yAxis: {
          ...axis,
          name: text.overview.contributionLine,
          nameTextStyle: { ...axis.nameTextStyle, align: 'left' },
        },
        series: [
          {
            type: 'line',
            silent: true,
            symbol: 'none',
            lineStyle: { color: ink.ink, width: 1 },
            data: [
              [low, low],
              [high, high],
            ],
          },
          {
            type: 'scatter',
            symbolSize: 12,
            data: drawn.map((row, point) => ({
              value: [row.cost, Math.max(low, row.credited_contribution)],
              row,
              itemStyle: {
                color: channelColour(row.channel, theme),
                borderColor: ink.paper,
                borderWidth: 1,
                opacity: 0.92,
              },
              label: {
                show: typeof sideOf.get(point) === 'string',
                formatter: row.campaign_name ?? '',
                position: sideOf.get(point) ?? 'right',
                distance: 5,
                color: ink.accent,
                fontSize: 11.5,
                fontWeight: 600,
                textBorderColor: ink.paper,
                textBorderWidth: 3,
                width: labelPx,
                overflow: 'truncate',
              },
            })),
          },
        ],
      }
    },
    [rows, language, text, format, theme],
  )
  return <Chart option={option} height={heightPx} label={title} theme={theme} />
}
