import { regions } from '../plan/geography.ts'
import { hash, pick, rehash, unit, weightTable } from '../random.ts'
import type { Person } from '../world/people.ts'

/** Purposes of the draws of a person's devices. */
const DEVICE = 40
const CONSENT = 41
const COOKIE = 42
const ADDRESS = 43

export type DeviceType = 'desktop' | 'mobile' | 'tablet'

export interface Device {
  readonly type: DeviceType
  readonly userAgent: string
}

const mobiles = [
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
]
const desktops = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0',
]
const tablets = [
  'Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
]

const devices: readonly Device[] = [
  ...mobiles.map((userAgent): Device => ({ type: 'mobile', userAgent })),
  ...desktops.map((userAgent): Device => ({ type: 'desktop', userAgent })),
  ...tablets.map((userAgent): Device => ({ type: 'tablet', userAgent })),
]
const firstDevice = weightTable([22, 12, 14, 18, 6, 10, 5, 4, 3, 4, 2])
const otherDevice = weightTable([6, 4, 4, 5, 2, 22, 12, 14, 8, 14, 9])

/** Which of a person's devices a visit happens on; the first is the usual one. */
export function deviceNumber(person: Readonly<Person>, occasion: number): number {
  const draw = unit(rehash(occasion, 80))
  if (person.deviceCount === 1 || draw < 0.68) return 0
  return person.deviceCount === 2 || draw < 0.9 ? 1 : 2
}

export function deviceOf(seed: number, person: number, number: number): Device {
  return devices[pick(number === 0 ? firstDevice : otherDevice, hash(seed, person, DEVICE, number))]!
}

/** Consent given on a device: analytics, ad storage, ad user data, ad personalisation. */
export type ConsentCode = 'gggg' | 'ggdd' | 'gddd' | 'dddd' | 'uuuu'

export function consentOf(seed: number, person: number, number: number): ConsentCode {
  const draw = unit(hash(seed, person, CONSENT, number))
  if (draw < 0.58) return 'gggg'
  if (draw < 0.65) return 'ggdd'
  if (draw < 0.7) return 'gddd'
  return draw < 0.96 ? 'dddd' : 'uuuu'
}

/** First-party id of a browser: people clear cookies, some browsers do it for them. */
export function visitorId(seed: number, person: number, number: number, day: number): string {
  const h = hash(seed, person, COOKIE, number)
  const keptDays = h % 100 < 30 ? 45 : 390
  const epoch = Math.floor((day + (h % 390)) / keptDays)
  const id = hash(seed, person, COOKIE + number * 64, epoch)
  return id.toString(36) + rehash(id, person).toString(36)
}

/** From 100.64.0.0/10, which no one on the internet has. */
export function addressOf(seed: number, person: number, number: number): string {
  const h = hash(seed, person, ADDRESS, number)
  return `100.${64 + (h & 63)}.${(h >>> 8) & 255}.${1 + ((h >>> 16) % 254)}`
}

export interface Crawler {
  readonly userAgent: string
  readonly weight: number
}

export const crawlers: readonly Crawler[] = [
  { userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', weight: 32 },
  { userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', weight: 18 },
  { userAgent: 'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', weight: 16 },
  { userAgent: 'Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)', weight: 10 },
  {
    userAgent:
      'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
    weight: 12,
  },
  { userAgent: 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', weight: 6 },
  { userAgent: 'python-requests/2.31.0', weight: 3 },
  { userAgent: 'curl/8.5.0', weight: 1 },
]

/** What a scraper pretends to be. */
export const scraperAgent = desktops[0]!

export const firstNames = [
  'Camille',
  'Léa',
  'Manon',
  'Chloé',
  'Emma',
  'Inès',
  'Jade',
  'Louise',
  'Zoé',
  'Sarah',
  'Julie',
  'Marion',
  'Élise',
  'Aurélie',
  'Céline',
  'Nathalie',
  'Sophie',
  'Isabelle',
  'Hélène',
  'Amélie',
  'Lucas',
  'Hugo',
  'Thomas',
  'Nicolas',
  'Antoine',
  'Julien',
  'Françoise',
  'Maëlle',
  'Noémie',
  'Océane',
]
export const lastNames = [
  'Martin',
  'Bernard',
  'Dubois',
  'Thomas',
  'Robert',
  'Richard',
  'Petit',
  'Durand',
  'Leroy',
  'Moreau',
  'Simon',
  'Laurent',
  'Lefèvre',
  'Michel',
  'Garcia',
  'David',
  'Bertrand',
  'Roux',
  'Vincent',
  'Fournier',
  'Morel',
  'Girard',
  'André',
  'Mercier',
  'Dupont',
  'Lambert',
  'Bonnet',
  'François',
  'Martinez',
  'Legrand',
  'Garnier',
]
const plainText = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
const plainFirst = firstNames.map(plainText)
const plainLast = lastNames.map(plainText)
const mailHosts = ['example.org', 'example.com', 'example.net']

/** An address nobody has (reserved domains), one per person; typed with capitals or blanks at times. */
export function emailOf(seed: number, person: number): string {
  const h = hash(seed, person, 44)
  const first = plainFirst[h % plainFirst.length]!
  const last = plainLast[(h >>> 8) % plainLast.length]!
  return `${first}.${last}${person.toString(36)}@${mailHosts[(h >>> 16) % 3]!}`
}

export function emailAsTyped(email: string, occasion: number): string {
  const draw = rehash(occasion, 81) & 63
  if (draw === 0) return ` ${email}`
  return draw < 4 ? email[0]!.toUpperCase() + email.slice(1) : email
}

/** A French mobile number of the block kept for fiction. */
export function phoneOf(seed: number, person: number): string {
  const h = hash(seed, person, 45)
  return `06 39 98 ${String(h % 100).padStart(2, '0')} ${String((h >>> 8) % 100).padStart(2, '0')}`
}

export function customerId(person: number): string {
  return `C${100000 + person}`
}

export function postalPrefix(region: number): string {
  return regions[region]!.postal
}
