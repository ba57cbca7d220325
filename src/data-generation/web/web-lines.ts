import { dateText } from '../calendar.ts'

export type WebFormat = 'ndjson' | 'csv'

/** Columns of the web log as CSV, and the keys of its NDJSON in the same order. */
export const webColumns = [
  'id',
  'at',
  'event',
  'visitor',
  'customer',
  'email',
  'url',
  'referrer',
  'ip',
  'ua',
  'lang',
  'geo',
  'consent',
  'sku',
  'quantity',
  'value',
  'currency',
  'transaction',
  'code',
  'search',
] as const

/** What all events of a visit share. */
export interface VisitPieces {
  readonly id: string
  visitor: string
  customer: string
  ip: string
  userAgent: string
  language: string
  geo: string
  consent: string
}

/** What one event adds; '' = absent. */
export interface EventPieces {
  name: string
  email: string
  url: string
  referrer: string
  sku: string
  quantity: string
  value: string
  currency: string
  transaction: string
  code: string
  search: string
}

const twoDigits = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'))
const minuteTexts = Array.from(
  { length: 1440 },
  (_, minute) => `T${twoDigits[Math.floor(minute / 60)]}:${twoDigits[minute % 60]}:`,
)
const milliTexts = Array.from({ length: 1000 }, (_, milli) => `.${String(milli).padStart(3, '0')}Z`)

/** `YYYY-MM-DDTHH:MM:SS.mmmZ` of a UTC day, second of the day and millisecond. */
export function preciseTime(day: number, second: number, milli: number): string {
  const minute = (second / 60) | 0
  return dateText(day) + minuteTexts[minute]! + twoDigits[second - minute * 60]! + milliTexts[milli]!
}

const pair = (key: string, value: string) => (value === '' ? '' : `,"${key}":"${value}"`)

/** Builds the fixed head and tail of a visit's lines once, so that an event costs a few concatenations. */
export function createLineWriter(format: WebFormat) {
  let before = ''
  let after = ''
  let shared: VisitPieces
  let landingLanguage = ''
  return {
    begin(visit: VisitPieces): void {
      shared = visit
      landingLanguage = visit.language
      this.refresh()
    },
    /** To be called when the visitor logs in within a visit. */
    refresh(): void {
      if (format === 'csv') {
        before = `,${shared.visitor},${shared.customer},`
        after = `,${shared.ip},"${shared.userAgent}",`
        return
      }
      before = pair('visitor', shared.visitor) + pair('customer', shared.customer)
      after = `${pair('ip', shared.ip)},"ua":"${shared.userAgent}"${pair('geo', shared.geo)},"consent":"${shared.consent}"`
    },
    line(number: number, at: string, event: EventPieces): string {
      const language = landingLanguage
      landingLanguage = ''
      if (format === 'csv')
        return `${shared.id}${number},${at},${event.name}${before}${event.email},${event.url},${event.referrer}${after}${language},${shared.geo},${shared.consent},${event.sku},${event.quantity},${event.value},${event.currency},${event.transaction},${event.code},${event.search}\n`
      let line = `{"id":"${shared.id}${number}","at":"${at}","event":"${event.name}"${before},"url":"${event.url}"${after}`
      if (event.referrer !== '') line += `,"referrer":"${event.referrer}"`
      if (language !== '') line += `,"lang":"${language}"`
      if (event.sku !== '') line += `,"sku":"${event.sku}"`
      if (event.value !== '')
        line += `${pair('quantity', event.quantity)},"value":"${event.value}","currency":"${event.currency}"${pair('transaction', event.transaction)}${pair('code', event.code)}`
      if (event.email !== '') line += `,"email":"${event.email}"`
      if (event.search !== '') line += `,"search":"${event.search}"`
      return `${line}}\n`
    },
  }
}
