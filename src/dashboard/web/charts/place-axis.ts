import type { Ink } from './chart.tsx'

/** Below this width in pixels a chart is drawn for a phone. */
export const narrowPx = 460

/** Vertical axis of names: a long one takes two lines, what is longer still is cut and left to the tooltip. */
export function placeAxis(names: readonly string[], ink: Ink, widthPx: number) {
  const isNarrow = widthPx < narrowPx
  const width = isNarrow ? Math.round(widthPx * 0.34) : 176
  const lineHeight = isNarrow ? 14 : 15
  return {
    /** Pixels the names take on the left. */
    left: width + 12,
    axis: {
      type: 'category',
      data: [...names],
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        interval: 0,
        color: ink.ink,
        fontSize: isNarrow ? 12 : 13,
        lineHeight,
        align: 'left',
        margin: width + 10,
        width,
        height: 2 * lineHeight,
        overflow: 'break',
        lineOverflow: 'truncate',
        ellipsis: '…',
      },
    },
  }
}
