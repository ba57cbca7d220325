import type { ECharts, EChartsCoreOption } from 'echarts/core'
import { useEffect, useRef } from 'react'
import type { Theme } from '../state/view-context.ts'

/** The theme's colours as the stylesheet has them, for drawing. */
export interface Ink {
  readonly ink: string
  readonly soft: string
  readonly faint: string
  readonly rule: string
  readonly strong: string
  readonly paper: string
  readonly raised: string
  readonly wash: string
  readonly accent: string
  readonly line: string
  readonly before: string
}

function readInk(): Ink {
  const style = getComputedStyle(document.documentElement)
  const of = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: of('ink'),
    soft: of('ink-soft'),
    faint: of('ink-faint'),
    rule: of('rule'),
    strong: of('rule-strong'),
    paper: of('paper'),
    raised: of('paper-raised'),
    wash: of('wash'),
    accent: of('accent'),
    line: of('line'),
    before: of('line-before'),
  }
}

interface ChartProps {
  /** Builds the drawing for the theme's colours and the width in pixels. */
  option: (ink: Ink, widthPx: number) => EChartsCoreOption
  /** Pixels; `tall` fills a wide page's column. */
  height: number | 'tall'
  /** What the chart shows, for people who cannot see it; the table view has the numbers. */
  label: string
  theme: Theme
}

/** An ECharts drawing that follows its width, the theme and its data. */
export function Chart({ option, height, label, theme }: ChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const chart = useRef<ECharts | null>(null)
  const latest = useRef(option)
  latest.current = option
  useEffect(() => {
    const node = element.current
    if (!node) return
    let isMounted = true
    const observer = new ResizeObserver(() => {
      chart.current?.resize()
      chart.current?.setOption(complete(latest.current, node.clientWidth), { notMerge: true })
    })
    // The drawing library is the largest part of the app and comes after the numbers.
    import('./drawing.ts').then(({ init }) => {
      if (!isMounted) return
      chart.current = init(node, null, { renderer: 'svg' })
      observer.observe(node)
    })
    return () => {
      isMounted = false
      observer.disconnect()
      chart.current?.dispose()
      chart.current = null
    }
  }, [])
  useEffect(() => {
    const width = element.current?.clientWidth ?? 0
    if (width > 0) chart.current?.setOption(complete(option, width), { notMerge: true })
  }, [option, theme])
  return (
    <div
      ref={element}
      className={height === 'tall' ? 'chart chart-tall' : 'chart'}
      role="img"
      aria-label={label}
      style={height === 'tall' ? undefined : { height }}
    />
  )
}

function complete(option: ChartProps['option'], widthPx: number): EChartsCoreOption {
  const ink = readInk()
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  const family = getComputedStyle(document.body).fontFamily
  return {
    animation: !isStill,
    animationDuration: 350,
    textStyle: { fontFamily: family, color: ink.soft, fontSize: 12 },
    ...option(ink, widthPx),
  }
}

/** Look of a tooltip in every chart. */
export const tooltipLook = (ink: Ink) => ({
  backgroundColor: ink.raised,
  borderColor: ink.rule,
  borderWidth: 1,
  padding: [10, 14],
  textStyle: { color: ink.ink, fontSize: 12.5 },
  extraCssText: 'border-radius:6px;box-shadow:var(--shadow);max-width:320px;white-space:normal',
})

/** Names come from sources, so they are escaped before they enter a tooltip's markup. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** Rows of a tooltip: a heading and name–value pairs with an optional colour mark. */
export function tooltipRows(
  heading: string,
  rows: readonly { name: string; value: string; colour?: string }[],
): string {
  const lines = rows.map(({ name, value, colour }) => {
    const mark = colour
      ? `<i style="display:inline-block;width:9px;height:9px;border-radius:2px;margin-right:7px;background:${colour}"></i>`
      : ''
    return `<tr><td style="padding:2px 18px 2px 0">${mark}${escapeHtml(name)}</td><td style="text-align:right;font-variant-numeric:tabular-nums">${escapeHtml(value)}</td></tr>`
  })
  return `<b style="font-weight:600">${escapeHtml(heading)}</b><table style="margin-top:4px;border-collapse:collapse">${lines.join('')}</table>`
}
