import { dayOf, weekdayOf } from '../calendar.ts'
import { type Category, catalog } from './catalog.ts'

export type PromotionKind = 'percentage' | 'free_shipping' | 'gift' | 'markdown'

/** A promotion of the shop's calendar: an input of the world, decided by nobody in it. */
export interface Promotion {
  readonly id: string
  readonly name: string
  readonly kind: PromotionKind
  readonly scope: 'sitewide' | 'category' | 'sku'
  readonly scopeValues: readonly string[]
  /** Percent taken off; 0 for free shipping and gifts. */
  readonly percent: number
  readonly code?: string
  readonly startDay: number
  /** Included. */
  readonly endDay: number
  /** How much it stirs people, 1 = a 20 % sitewide offer. */
  readonly pull: number
  /** Product indexes it applies to; empty = all. */
  readonly products: ReadonlySet<number>
}

interface Season {
  key: string
  name: string
  kind: PromotionKind
  percent: number
  pull: number
  start: (year: number) => number
  days: number
  categories?: readonly Category[]
  skus?: readonly string[]
  code?: string
}

/** Last Sunday of May, unless it is Whit Sunday's week end: near enough for a shop's calendar. */
function mothersDay(year: number): number {
  const last = dayOf(year, 5, 31)
  return last - ((weekdayOf(last) + 1) % 7)
}

function blackFriday(year: number): number {
  const last = dayOf(year, 11, 30)
  return last - ((weekdayOf(last) + 3) % 7)
}

const on = (month: number, dayOfMonth: number) => (year: number) => dayOf(year, month, dayOfMonth)

const seasons: readonly Season[] = [
  {
    key: 'SOLDES-HIVER',
    name: 'Soldes d’hiver',
    kind: 'markdown',
    percent: 25,
    pull: 0.7,
    start: on(1, 10),
    days: 14,
    categories: ['maquillage', 'corps'],
  },
  {
    key: 'ST-VALENTIN',
    name: 'Saint-Valentin',
    kind: 'percentage',
    percent: 15,
    pull: 0.45,
    start: on(2, 7),
    days: 8,
    categories: ['parfum'],
  },
  {
    key: 'PRINTEMPS',
    name: 'Printemps de la peau',
    kind: 'percentage',
    percent: 15,
    pull: 0.6,
    start: on(3, 20),
    days: 7,
    categories: ['visage'],
  },
  {
    key: 'DATE-COURTE-P',
    name: 'Dates courtes de printemps',
    kind: 'markdown',
    percent: 30,
    pull: 0.25,
    start: on(4, 14),
    days: 12,
    skus: ['VIS-MASQ-75', 'COR-GOMM-200', 'INF-DETOX-100'],
  },
  {
    key: 'FETE-MERES',
    name: 'Fête des mères',
    kind: 'percentage',
    percent: 10,
    pull: 0.7,
    start: (year) => mothersDay(year) - 7,
    days: 8,
    code: 'MAMAN',
  },
  {
    key: 'MINI-OFFERTE',
    name: 'Une mini offerte',
    kind: 'gift',
    percent: 0,
    pull: 0.4,
    start: on(6, 10),
    days: 7,
  },
  {
    key: 'SOLDES-ETE',
    name: 'Soldes d’été',
    kind: 'markdown',
    percent: 25,
    pull: 0.7,
    start: on(7, 2),
    days: 14,
    categories: ['solaire', 'corps'],
  },
  {
    key: 'RENTREE',
    name: 'Rentrée des cheveux',
    kind: 'percentage',
    percent: 20,
    pull: 0.55,
    start: on(9, 5),
    days: 10,
    categories: ['cheveux'],
  },
  {
    key: 'PORT-OFFERT',
    name: 'Livraison offerte',
    kind: 'free_shipping',
    percent: 0,
    pull: 0.4,
    start: on(10, 9),
    days: 5,
  },
  {
    key: 'DATE-COURTE-A',
    name: 'Dates courtes d’automne',
    kind: 'markdown',
    percent: 30,
    pull: 0.25,
    start: on(10, 27),
    days: 12,
    skus: ['SOL-SPF50-100', 'SOL-SPF30-150', 'VIS-HUILE-30'],
  },
  {
    key: 'BLACK-FRIDAY',
    name: 'Black Friday',
    kind: 'percentage',
    percent: 20,
    pull: 1.3,
    start: (year) => blackFriday(year) - 1,
    days: 5,
  },
  {
    key: 'NOEL',
    name: 'Coffrets de Noël',
    kind: 'percentage',
    percent: 15,
    pull: 0.6,
    start: on(12, 5),
    days: 10,
    categories: ['coffrets', 'parfum'],
  },
]

/** Every promotion that touches the days from `fromDay` to `toDay`, by start. */
export function promotionsBetween(fromDay: number, toDay: number): Promotion[] {
  const firstYear = new Date(fromDay * 86_400_000).getUTCFullYear()
  const lastYear = new Date(toDay * 86_400_000).getUTCFullYear()
  const promotions: Promotion[] = []
  for (let year = firstYear; year <= lastYear; year++) {
    for (const season of seasons) {
      const startDay = season.start(year)
      const endDay = startDay + season.days - 1
      if (endDay < fromDay || startDay > toDay) continue
      const inScope = catalog.flatMap((product, index) =>
        season.categories?.includes(product.category) || season.skus?.includes(product.sku) ? [index] : [],
      )
      promotions.push({
        id: `${season.key}-${year}`,
        name: `${season.name} ${year}`,
        kind: season.kind,
        scope: season.categories ? 'category' : season.skus ? 'sku' : 'sitewide',
        scopeValues: season.categories ?? season.skus ?? [],
        percent: season.percent,
        code: season.code === undefined ? undefined : `${season.code}${year % 100}`,
        startDay,
        endDay,
        pull: season.pull,
        products: new Set(inScope),
      })
    }
  }
  return promotions.sort((a, b) => a.startDay - b.startDay || (a.id < b.id ? -1 : 1))
}

/** The promotion of a day (the calendar has no overlaps within the shop's rules: the later start wins). */
export function promotionsByDay(promotions: readonly Promotion[], fromDay: number, days: number): Int16Array {
  const byDay = new Int16Array(days).fill(-1)
  promotions.forEach((promotion, index) => {
    for (
      let day = Math.max(promotion.startDay, fromDay);
      day <= promotion.endDay && day < fromDay + days;
      day++
    )
      byDay[day - fromDay] = index
  })
  return byDay
}
