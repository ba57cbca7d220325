import type { Change, Language, MetricUnit } from '../../contracts/metrics.ts'

/** Formatters bound to a language, a currency and the shop's time zone. */
export interface Format {
  readonly money: (value: number, digits?: number) => string
  readonly compactMoney: (value: number) => string
  readonly count: (value: number) => string
  readonly compactCount: (value: number) => string
  readonly share: (value: number, digits?: number) => string
  /** A value of a metric; `–` when there is none. */
  readonly value: (value: number | null | undefined, unit: MetricUnit) => string
  /** Formats the values of one column alike: its amounts have cents, or none where one of them is large. */
  readonly column: (unit: MetricUnit, values: readonly (number | null)[]) => (value: number | null) => string
  readonly change: (change: Change) => string
  readonly date: (date: string) => string
  readonly shortDate: (date: string) => string
  readonly month: (date: string) => string
  readonly range: (from: string, to: string) => string
  readonly instant: (utc: string) => string
  readonly duration: (seconds: number) => string
  readonly list: (items: readonly string[]) => string
}

const missing = '–'
/** Amounts from which cents are noise. */
const wholeFrom = 1000
const locales: Record<Language, string> = { en: 'en-GB', fr: 'fr-FR' }

export function createFormat(language: Language, currency: string, timeZone: string): Format {
  const locale = locales[language]
  const number = (options: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, { signDisplay: 'negative', ...options })
    return (value: number) => format.format(value).replace(/^-/, '−')
  }
  const day = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })
    return (date: string) => format.format(Date.parse(`${date.slice(0, 10)}T00:00:00Z`))
  }
  const money0 = number({ style: 'currency', currency, maximumFractionDigits: 0 })
  const money2 = number({
    style: 'currency',
    currency,
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  })
  const compactMoney = number({ style: 'currency', currency, notation: 'compact', maximumFractionDigits: 1 })
  const count = number({ maximumFractionDigits: 0 })
  const fraction = number({ minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const compactCount = number({ notation: 'compact', maximumFractionDigits: 1 })
  const share = [0, 1, 2].map((digits) =>
    number({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )
  const signed = new Intl.NumberFormat(locale, {
    style: 'percent',
    signDisplay: 'exceptZero',
    maximumFractionDigits: 1,
  })
  const signedPoints = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero', maximumFractionDigits: 1 })
  const date = day({ day: 'numeric', month: 'short', year: 'numeric' })
  const rangeFormat = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  })
  const instant = new Intl.DateTimeFormat(locale, {
    timeZone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  const list = new Intl.ListFormat(locale, { type: 'conjunction' })
  const money = (value: number, digits?: number) =>
    (digits ?? (value !== 0 && Math.abs(value) < 100 ? 2 : 0)) === 0 ? money0(value) : money2(value)
  const ofShare = (value: number, digits = 1) => (share[digits] ?? share[1]!)(value)
  const ofMetric: Format['value'] = (value, unit) => {
    if (value === null || value === undefined) return missing
    if (unit === 'money') return money(value)
    if (unit === 'per_unit') return money2(value)
    if (unit === 'share') return ofShare(value, Math.abs(value) < 1 ? 1 : 0)
    return unit === 'fraction' && value < 1000 && value !== 0 ? fraction(value) : count(value)
  }
  return {
    money,
    compactMoney,
    count,
    compactCount,
    share: ofShare,
    value: ofMetric,
    column: (unit, values) => {
      if (unit !== 'money') return (value) => ofMetric(value, unit)
      const isLarge = values.some((value) => value !== null && Math.abs(value) >= wholeFrom)
      return (value) => (value === null ? missing : money(value, isLarge ? 0 : 2))
    },
    change: ({ amount, isPoints }) =>
      (isPoints ? `${signedPoints.format(amount * 100)} pt` : signed.format(amount)).replace(/^-/, '−'),
    date,
    shortDate: day({ day: 'numeric', month: 'short' }),
    month: day({ month: 'short', year: 'numeric' }),
    range: (from, to) =>
      rangeFormat.formatRange(Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)),
    instant: (utc) =>
      instant.format(Date.parse(/Z|[+-]\d\d:?\d\d$/.test(utc) ? utc : `${utc.replace(' ', 'T')}Z`)),
    duration: (seconds) => {
      if (seconds < 1) return `${count(seconds * 1000)} ms`
      if (seconds < 90) return `${fraction(seconds)} s`
      return `${count(Math.floor(seconds / 60))} min ${count(Math.round(seconds % 60))} s`
    },
    list: (items) => list.format(items),
  }
}
