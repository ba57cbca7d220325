import { dayOf, weekdayOf } from '../calendar.ts'
import { hash, normal, weightTable } from '../random.ts'

export interface Region {
  /** ISO 3166-2; Corsica and the overseas departments by department, because their VAT differs. */
  readonly code: string
  readonly country: string
  readonly weight: number
  readonly currency: string
  /** Start of its postal codes. */
  readonly postal: string
  readonly language: string
}

const france = (code: string, weight: number, postal: string): Region => ({
  code: `FR-${code}`,
  country: 'FR',
  weight,
  currency: 'EUR',
  postal,
  language: 'fr-FR',
})
const abroad = (
  code: string,
  weight: number,
  currency: string,
  postal: string,
  language: string,
): Region => ({
  code,
  country: code.slice(0, 2),
  weight,
  currency,
  postal,
  language,
})

/** Where people live, largest French regions first; weights follow population, abroad by the shop's reach. */
export const regions: readonly Region[] = [
  france('IDF', 205, '75'),
  france('ARA', 125, '69'),
  france('OCC', 95, '31'),
  france('NAQ', 93, '33'),
  france('HDF', 85, '59'),
  france('PAC', 83, '13'),
  france('GES', 78, '67'),
  france('PDL', 60, '44'),
  france('BRE', 56, '35'),
  france('NOR', 48, '76'),
  france('BFC', 39, '21'),
  france('CVL', 36, '45'),
  france('2A', 3, '20'),
  france('2B', 3, '20'),
  france('971', 5, '971'),
  france('972', 5, '972'),
  france('973', 2, '973'),
  france('974', 9, '974'),
  france('976', 1, '976'),
  abroad('BE-WAL', 24, 'EUR', '50', 'fr-BE'),
  abroad('BE-BRU', 14, 'EUR', '10', 'fr-BE'),
  abroad('CH-GE', 12, 'CHF', '12', 'fr-CH'),
  abroad('CH-VD', 9, 'CHF', '10', 'fr-CH'),
  abroad('LU-LU', 7, 'EUR', 'L-1', 'fr-LU'),
  abroad('DE-BW', 8, 'EUR', '70', 'de-DE'),
  abroad('ES-CT', 6, 'EUR', '08', 'es-ES'),
  abroad('IT-25', 5, 'EUR', '20', 'it-IT'),
  abroad('GB-LND', 9, 'GBP', 'SW1', 'en-GB'),
  abroad('US-NY', 4, 'USD', '100', 'en-US'),
  abroad('IE-D', 0.7, 'EUR', 'D02', 'en-IE'),
  abroad('NO-03', 0.7, 'NOK', '01', 'nb-NO'),
]

export const regionTable = weightTable(regions.map((region) => region.weight))

export type TaxClass = 'standard' | 'food' | 'book'

interface VatRow {
  readonly territory: string
  readonly taxClass: TaxClass
  readonly validFrom: string
  readonly validTo?: string
  /** Basis points: 2000 = 20 %. */
  readonly rate: number
}

const rates = (
  territory: string,
  standard: number,
  food: number,
  book: number,
  from = '2014-01-01',
  to?: string,
) =>
  (
    [
      ['standard', standard],
      ['food', food],
      ['book', book],
    ] as const
  ).map(([taxClass, rate]): VatRow => ({ territory, taxClass, validFrom: from, validTo: to, rate }))

/** VAT by destination. Ireland is missing on purpose: its orders are held until somebody adds the rate. */
export const vatTable: readonly VatRow[] = [
  ...rates('FR', 2000, 550, 550),
  ...rates('FR-2A', 2000, 210, 210),
  ...rates('FR-2B', 2000, 210, 210),
  ...rates('FR-971', 850, 210, 210),
  ...rates('FR-972', 850, 210, 210),
  ...rates('FR-974', 850, 210, 210),
  ...rates('FR-973', 0, 0, 0),
  ...rates('FR-976', 0, 0, 0),
  ...rates('BE', 2100, 600, 600),
  ...rates('DE', 1900, 700, 700),
  ...rates('LU', 1600, 300, 300, '2023-01-01', '2023-12-31'),
  ...rates('LU', 1700, 300, 300, '2024-01-01'),
  ...rates('ES', 2100, 1000, 400),
  ...rates('IT', 2200, 1000, 400),
  ...rates('CH', 0, 0, 0),
  ...rates('GB', 0, 0, 0),
  ...rates('US', 0, 0, 0),
  ...rates('NO', 0, 0, 0),
]

const luxembourgChange = dayOf(2024, 1, 1)

/** Basis points for goods sent to a region on a day; −1 where `vatTable` has none. */
export function vatBasisPoints(region: Region, taxClass: TaxClass, day: number): number {
  const territory = vatTable.some((row) => row.territory === region.code) ? region.code : region.country
  const row = vatTable.find(
    (candidate) =>
      candidate.territory === territory &&
      candidate.taxClass === taxClass &&
      (territory !== 'LU' || day < luxembourgChange === (candidate.validTo !== undefined)),
  )
  return row === undefined ? -1 : row.rate
}

/** Currencies with published rates. The krone has none on purpose: its orders are held. */
export const ratedCurrencies = ['GBP', 'CHF', 'USD'] as const
const firstRateDay = dayOf(2021, 1, 4)
const firstRates = [1_110_000, 925_000, 815_000]
const walks: number[][] = [[], [], []]

/** Millionths of a euro for one unit of a rated currency, as last published on or before a day. */
export function euroMicros(currency: string, day: number): number {
  if (currency === 'EUR') return 1_000_000
  const index = ratedCurrencies.indexOf(currency as (typeof ratedCurrencies)[number])
  if (index < 0) return -1
  const walk = walks[index]!
  const wanted = Math.max(0, day - firstRateDay)
  while (walk.length <= wanted) {
    const n = walk.length
    const last = n === 0 ? firstRates[index]! : walk[n - 1]!
    const towards = Math.trunc((firstRates[index]! - last) / 250)
    const step = Math.round(normal(hash(77, index, n)) * 3200) + towards
    walk.push(isPublished(firstRateDay + n) && n > 0 ? last + step : last)
  }
  return walk[wanted]!
}

/** Rates are published on weekdays. */
export function isPublished(day: number): boolean {
  return weekdayOf(day) < 5
}
