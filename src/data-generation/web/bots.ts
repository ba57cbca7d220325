import { catalog } from '../plan/catalog.ts'
import { hash, pick, rehash, unit, weightTable } from '../random.ts'
import { crawlers, scraperAgent } from './visitors.ts'
import type { VisitPieces } from './web-lines.ts'

export interface BotVisit {
  readonly visit: VisitPieces
  readonly startSecond: number
  readonly gapSeconds: number
  readonly paths: readonly string[]
}

const crawlerTable = weightTable(crawlers.map((crawler) => crawler.weight))
const crawlerShare = 0.075
const scraperShare = 0.03
const meanScraperPages = 250

const pathOf = (h: number) =>
  h % 5 === 0
    ? ['/', '/c/visage', '/c/corps', '/journal/lire-une-etiquette-inci'][(h >>> 8) % 4]!
    : `/p/${catalog[(h >>> 8) % catalog.length]!.slug}`

/** Crawlers that say who they are, and scrapers that read hundreds of pages as one visitor no person could be. */
export function botVisits(seed: number, eventsPerDay: number, day: number): BotVisit[] {
  const visits: BotVisit[] = []
  const pagesEach = 6
  const crawls = countOf(hash(seed, 8001, day), (eventsPerDay * crawlerShare) / pagesEach)
  for (let n = 0; n < crawls; n++) {
    const h = hash(seed, 8002, day, n)
    const kind = pick(crawlerTable, rehash(h, 1))
    visits.push({
      visit: {
        id: `b${h.toString(36)}${day.toString(36)}${n.toString(36)}-`,
        visitor: '',
        customer: '',
        ip: `100.127.${kind}.${1 + (h % 250)}`,
        userAgent: crawlers[kind]!.userAgent,
        language: '',
        geo: 'US-CA',
        consent: 'uuuu',
      },
      startSecond: rehash(h, 2) % 82_000,
      gapSeconds: 3 + (h % 40),
      paths: Array.from({ length: 2 + (rehash(h, 3) % (2 * pagesEach - 3)) }, (_, p) =>
        pathOf(rehash(h, 10 + p)),
      ),
    })
  }
  const scrapers = countOf(hash(seed, 8003, day), (eventsPerDay * scraperShare) / meanScraperPages)
  for (let n = 0; n < scrapers; n++) {
    const h = hash(seed, 8004, day, n)
    visits.push({
      visit: {
        id: `s${h.toString(36)}${day.toString(36)}${n.toString(36)}-`,
        visitor: `${h.toString(36)}${rehash(h, 9).toString(36)}`,
        customer: '',
        ip: `100.126.${h & 255}.7`,
        userAgent: scraperAgent,
        language: '',
        geo: 'FR-IDF',
        consent: 'gggg',
      },
      startSecond: rehash(h, 2) % 70_000,
      gapSeconds: 1 + (h % 4),
      paths: Array.from({ length: 160 + (rehash(h, 3) % 181) }, (_, p) => pathOf(rehash(h, 10 + p))),
    })
  }
  return visits
}

function countOf(h: number, mean: number): number {
  return Math.floor(mean * (0.6 + 0.8 * unit(rehash(h, 1))) + unit(h))
}
