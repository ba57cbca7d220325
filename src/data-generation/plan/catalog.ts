import { dayOf } from '../calendar.ts'
import { hash, unit, weightTable } from '../random.ts'
import type { TaxClass } from './geography.ts'

export const categories = [
  'visage',
  'corps',
  'cheveux',
  'maquillage',
  'parfum',
  'solaire',
  'coffrets',
  'infusions',
  'livres',
  'cartes cadeaux',
] as const
export type Category = (typeof categories)[number]

export interface Product {
  readonly sku: string
  readonly name: string
  readonly slug: string
  readonly category: Category
  readonly priceCents: number
  readonly costCents: number
  readonly daysOfUse: number
  readonly taxClass: TaxClass
  /** Relative frequency in baskets. */
  readonly popularity: number
  readonly fullSizeSku?: string
  readonly isGiftCard: boolean
  readonly launchDay: number
}

type Entry = readonly [
  sku: string,
  name: string,
  priceCents: number,
  costCents: number,
  daysOfUse: number,
  popularity: number,
  fullSizeSku?: string,
  launchDay?: number,
]

const shelf: Record<Category, readonly Entry[]> = {
  visage: [
    ['VIS-CREME-50', 'Crème hydratante à la rose de Damas 50 ml', 3490, 1020, 60, 10],
    ['VIS-SERUM-30', 'Sérum éclat vitamine C et kakadu 30 ml', 4290, 1190, 60, 9],
    ['VIS-HUILE-30', 'Huile précieuse églantine 30 ml', 3190, 940, 75, 6],
    ['VIS-GEL-150', 'Gel nettoyant au concombre 150 ml', 1690, 430, 50, 8],
    ['VIS-EAU-200', 'Eau micellaire à la camomille 200 ml', 1490, 380, 45, 7],
    ['VIS-MASQ-75', 'Masque purifiant à l’argile verte 75 ml', 1990, 520, 70, 5],
    ['VIS-YEUX-15', 'Contour des yeux au bleuet 15 ml', 2890, 790, 60, 5],
    ['VIS-NUIT-50', 'Baume de nuit à la lavande 50 ml', 3690, 1090, 65, 4],
    ['VIS-LEVRES-10', 'Baume à lèvres au calendula 10 ml', 790, 190, 60, 7],
    ['VIS-CREME-15', 'Mini crème hydratante à la rose 15 ml', 1190, 420, 18, 5, 'VIS-CREME-50'],
    ['VIS-SERUM-10', 'Mini sérum éclat 10 ml', 1590, 520, 20, 5, 'VIS-SERUM-30'],
    ['VIS-RETINOL-30', 'Sérum de nuit au bakuchiol 30 ml', 4690, 1350, 60, 4, undefined, dayOf(2025, 3, 3)],
  ],
  corps: [
    ['COR-LAIT-200', 'Lait corps à l’amande douce 200 ml', 2190, 560, 45, 7],
    ['COR-BEURRE-150', 'Beurre de karité à la vanille 150 ml', 2490, 680, 60, 5],
    ['COR-GOMM-200', 'Gommage au sel de Guérande 200 ml', 2290, 590, 60, 4],
    ['COR-SAVON-100', 'Savon surgras au chanvre 100 g', 690, 160, 30, 8],
    ['COR-DOUCHE-400', 'Gel douche à la verveine 400 ml', 1390, 340, 40, 6],
    ['COR-MAINS-75', 'Crème mains à l’olive 75 ml', 1190, 290, 40, 5],
    ['COR-DEO-50', 'Déodorant baume au palmarosa 50 g', 1290, 330, 55, 6],
    ['COR-LAIT-50', 'Mini lait corps 50 ml', 790, 260, 12, 3, 'COR-LAIT-200'],
  ],
  cheveux: [
    ['CHE-SHAMP-250', 'Shampoing doux à l’ortie 250 ml', 1590, 410, 45, 7],
    ['CHE-SOLIDE-85', 'Shampoing solide au rhassoul 85 g', 1190, 290, 60, 6],
    ['CHE-APRES-200', 'Après-shampoing au lin 200 ml', 1690, 440, 45, 5],
    ['CHE-MASQ-200', 'Masque réparateur au karité 200 ml', 2290, 610, 75, 4],
    ['CHE-HUILE-100', 'Huile capillaire au ricin 100 ml', 1990, 520, 90, 3],
    ['CHE-SHAMP-50', 'Mini shampoing doux 50 ml', 590, 200, 10, 2, 'CHE-SHAMP-250'],
  ],
  maquillage: [
    ['MAQ-ROUGE-4', 'Rouge à lèvres bio grenade', 2190, 560, 120, 5],
    ['MAQ-MASC-9', 'Mascara volume au café', 2490, 640, 90, 5],
    ['MAQ-TEINT-30', 'Fond de teint à l’aloès 30 ml', 3190, 860, 75, 4],
    ['MAQ-BLUSH-5', 'Blush poudre pétale', 2290, 580, 150, 3],
    ['MAQ-KHOL-1', 'Crayon khôl naturel', 1290, 290, 120, 3],
    ['MAQ-VERNIS-8', 'Vernis végétal coquelicot', 1190, 270, 120, 2],
  ],
  parfum: [
    ['PAR-ROSE-50', 'Eau de parfum Rose des vents 50 ml', 6490, 1780, 180, 3],
    ['PAR-FIGUE-50', 'Eau de parfum Figuier blanc 50 ml', 6490, 1750, 180, 3],
    ['PAR-BRUME-100', 'Brume parfumée fleur d’oranger 100 ml', 2490, 620, 60, 4],
    ['PAR-ROSE-10', 'Mini Rose des vents 10 ml', 1690, 540, 35, 3, 'PAR-ROSE-50'],
  ],
  solaire: [
    ['SOL-SPF50-100', 'Crème solaire minérale SPF 50 100 ml', 2690, 780, 40, 4],
    ['SOL-SPF30-150', 'Lait solaire SPF 30 150 ml', 2490, 700, 40, 3],
    ['SOL-APRES-150', 'Après-soleil au monoï 150 ml', 1890, 480, 45, 3],
  ],
  coffrets: [
    ['COF-DECOUV', 'Coffret découverte visage', 3990, 1390, 30, 3],
    ['COF-BAIN', 'Coffret rituel du bain', 4490, 1480, 45, 3],
    ['COF-NOEL', 'Coffret de Noël botanique', 5990, 1990, 60, 2],
  ],
  infusions: [
    ['INF-DETOX-100', 'Infusion bio équilibre 100 g', 1290, 370, 30, 4],
    ['INF-NUIT-100', 'Infusion bio douce nuit 100 g', 1290, 360, 30, 4],
    ['INF-PEAU-60', 'Compléments éclat de la peau 60 gélules', 2490, 690, 30, 3],
  ],
  livres: [['LIV-SOIN', 'Le petit livre des soins faits maison', 1490, 620, 0, 1]],
  'cartes cadeaux': [['CARTE-50', 'Carte cadeau 50 €', 5000, 0, 0, 1]],
}

const taxClassOf: Partial<Record<Category, TaxClass>> = { infusions: 'food', livres: 'book' }

function slugOf(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

export const catalog: readonly Product[] = categories.flatMap((category) =>
  shelf[category].map(
    ([sku, name, priceCents, costCents, daysOfUse, popularity, fullSizeSku, launchDay]): Product => ({
      sku,
      name,
      slug: slugOf(name),
      category,
      priceCents,
      costCents,
      daysOfUse,
      taxClass: taxClassOf[category] ?? 'standard',
      popularity,
      fullSizeSku,
      isGiftCard: category === 'cartes cadeaux',
      launchDay: launchDay ?? dayOf(2019, 4, 1),
    }),
  ),
)

export const productIndex = new Map(catalog.map((product, index) => [product.sku, index]))

/** Draws a product of the whole catalogue by popularity. */
export const popularityTable = weightTable(catalog.map((product) => product.popularity))

const firstCostDay = dayOf(2021, 1, 1)
/** Suppliers announce new prices for the first days of January and July. */
export const costDays: readonly number[] = Array.from({ length: 14 }, (_, n) =>
  n === 0 ? firstCostDay : dayOf(2021 + Math.floor(n / 2), n % 2 === 0 ? 1 : 7, 1),
)

const costHistory: readonly (readonly number[])[] = catalog.map((product, index) => {
  let cents = Math.round(product.costCents * 0.86)
  return costDays.map((_, n) => {
    if (n > 0) cents = Math.round(cents * (1 + (unit(hash(3, index, n)) - 0.25) * 0.05))
    return cents
  })
})

/** Landed cost of one unit in euro cents, without VAT, from `costDays[period]` on. */
export function costOfPeriod(product: number, period: number): number {
  return costHistory[product]![period]!
}

export function unitCostCents(product: number, day: number): number {
  let period = 0
  while (period + 1 < costDays.length && costDays[period + 1]! <= day) period++
  return costOfPeriod(product, period)
}

const priceFactor: Record<string, number> = { EUR: 100, GBP: 88, CHF: 104, USD: 112, NOK: 1150 }

/** Price list of a currency: the euro price converted once and rounded to ten cents. */
export function listPriceCents(product: number, currency: string): number {
  const euro = catalog[product]!.priceCents
  return currency === 'EUR' ? euro : Math.round((euro * priceFactor[currency]!) / 1000) * 10
}
