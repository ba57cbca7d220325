import {
  type AttributionModel,
  attributionModels,
  type Comparison,
  comparisons,
  type DateRange,
  defaultAttributionModel,
} from '../../../contracts/dashboard.ts'
import type { Language } from '../../../contracts/metrics.ts'
import { addDays, addMonths, isDate } from './dates.ts'

export const pages = ['overview', 'channels', 'live', 'health'] as const
export type Page = (typeof pages)[number]

export const presets = [
  'last_7',
  'last_28',
  'last_90',
  'this_month',
  'last_month',
  'this_year',
  'last_365',
  'all',
] as const
export type Preset = (typeof presets)[number]

/** Everything the address bar holds: a shared link opens the same view. */
export interface View {
  readonly page: Page
  readonly dates: Preset | DateRange
  readonly compare: Comparison
  readonly model: AttributionModel
  readonly language: Language
}

const paths: Record<Page, string> = { overview: '/', channels: '/channels', live: '/live', health: '/health' }
const oneOf = <T extends string>(list: readonly T[], value: string | null): T | undefined =>
  list.find((item) => item === value)

/** Reads a view from an address; whatever is missing or unknown takes its default. */
export function readView(url: URL, browserLanguages: readonly string[]): View {
  const query = url.searchParams
  const from = query.get('from')
  const to = query.get('to')
  const dates = isDate(from) && isDate(to) && from <= to ? { from, to } : undefined
  const preferred: Language = browserLanguages[0]?.toLowerCase().startsWith('fr') ? 'fr' : 'en'
  return {
    page: pages.find((page) => paths[page] === url.pathname) ?? 'overview',
    dates: dates ?? oneOf(presets, query.get('range')) ?? 'last_90',
    compare: oneOf(comparisons, query.get('compare')) ?? 'previous_period',
    model: oneOf(attributionModels, query.get('model')) ?? defaultAttributionModel,
    language: oneOf(['en', 'fr'] as const, query.get('lang')) ?? preferred,
  }
}

/** Writes a view as path and query; defaults are left out, the language never is. */
export function writeView(view: View): string {
  const query = new URLSearchParams()
  if (typeof view.dates === 'string') {
    if (view.dates !== 'last_90') query.set('range', view.dates)
  } else {
    query.set('from', view.dates.from)
    query.set('to', view.dates.to)
  }
  if (view.compare !== 'previous_period') query.set('compare', view.compare)
  if (view.model !== defaultAttributionModel) query.set('model', view.model)
  query.set('lang', view.language)
  return `${paths[view.page]}?${query}`
}

/** Turns a preset into dates; presets end on the last day with data, not today. */
export function resolveDates(dates: View['dates'], available: DateRange): DateRange {
  if (typeof dates !== 'string') return dates
  const { from: first, to: last } = available
  const month = `${last.slice(0, 7)}-01`
  const start = {
    last_7: addDays(last, -6),
    last_28: addDays(last, -27),
    last_90: addDays(last, -89),
    this_month: month,
    last_month: addMonths(month, -1),
    this_year: `${last.slice(0, 4)}-01-01`,
    last_365: addDays(last, -364),
    all: first,
  }[dates]
  const to = dates === 'last_month' ? addDays(month, -1) : last
  const from = start < first && first <= to ? first : start
  return { from, to }
}
