import {
  type LiveBreakdown,
  type LiveCounts,
  type LiveMinute,
  type LiveRow,
  type LiveView,
  noLiveCounts,
  noLiveRows,
} from '../../../contracts/live.ts'
import type { FollowLive } from '../state/use-live.ts'

const now = Date.parse('2026-11-22T19:24:40Z')
const ratio = 0.76

/** Numbers in [0, 1), the same every time. */
const draw = (seed: number): number => {
  const mixed = Math.imul(seed ^ (seed >>> 15), 2246822519) >>> 0
  return (Math.imul(mixed ^ (mixed >>> 13), 3266489917) >>> 0) / 2 ** 32
}

const counts = (part: Partial<LiveCounts>): LiveCounts => ({ ...noLiveCounts, ...part })

const minutes: readonly LiveMinute[] = Array.from({ length: 30 }, (_, n) => {
  const minute = `${new Date(Math.floor(now / 60_000 - 29 + n) * 60_000).toISOString().slice(0, 19)}Z`
  const visitors = Math.round((9 + 7 * Math.sin(n / 5) + 8 * draw(n + 1)) * (n === 29 ? 0.6 : 1))
  const orders = draw(n + 90) > 0.82 ? 1 : 0
  return {
    minute,
    ...counts({
      visitors,
      sessions: Math.round(visitors * 0.4),
      events: Math.round(visitors * 3.1),
      pageViews: Math.round(visitors * 1.8),
      productViews: visitors,
      carts: Math.round(visitors * 0.14),
      landings: Math.round(visitors * 0.06),
      orders,
      netRevenue: (orders * Math.round(3_400 + 5_000 * draw(n + 300))) / 100,
    }),
  }
})

const sum = (rows: readonly LiveCounts[], of: keyof LiveCounts) =>
  rows.reduce((total, row) => total + row[of], 0)
const summed = (rows: readonly LiveCounts[]): LiveCounts =>
  counts(Object.fromEntries(Object.keys(noLiveCounts).map((of) => [of, sum(rows, of as keyof LiveCounts)])))

function breakdown(size: number): LiveBreakdown {
  const rows = (values: readonly (readonly [string, number, string?])[]): LiveRow[] =>
    values.map(([value, share, label], index) => ({
      value,
      ...(label === undefined ? {} : { label }),
      ...counts({
        sessions: Math.round(share * size),
        events: Math.round(share * size * 5),
        pageViews: Math.round(share * size * 3),
        productViews: Math.round(share * size * 2),
        carts: Math.round(share * size * 0.22),
        landings: Math.round(share * size * (value === '' ? 0 : 0.11)),
        orders: Math.round(share * size * (0.02 + 0.02 * draw(index + 7))),
        netRevenue: Math.round(share * size * (0.02 + 0.02 * draw(index + 7)) * 5_120) / 100,
      }),
    }))
  return {
    channel: rows([
      ['Paid Social', 0.24],
      ['Organic Search', 0.19],
      ['Direct', 0.15],
      ['Paid Search', 0.12],
      ['Email', 0.09],
      ['Cross-network', 0.07],
      ['Influencer', 0.05],
      ['Organic Social', 0.04],
      ['AI Assistant', 0.02],
      ['', 0],
    ]),
    campaign: rows([
      ['Prospection Bio', 0.13],
      ['Retargeting panier', 0.11],
      ['Marque', 0.08],
      ['PMax Soins', 0.07],
      ['lettre-novembre', 0.06],
      ['Recherche huiles', 0.04],
      ['clara-routine-hiver', 0.03],
    ]),
    device: rows([
      ['mobile', 0.66],
      ['desktop', 0.28],
      ['tablet', 0.06],
    ]),
    country: rows([
      ['FR', 0.84],
      ['BE', 0.08],
      ['CH', 0.05],
    ]),
    product: rows([
      ['VIS-CREME-50', 0.3, 'Crème hydratante à la rose de Damas 50 ml'],
      ['VIS-SERUM-30', 0.24, 'Sérum éclat à la vitamine C végétale 30 ml'],
      ['CHE-SHAMP-85', 0.2, 'Shampoing solide à l’ortie 85 g'],
      ['COR-HUILE-100', 0.17, 'Huile sèche de calendula 100 ml'],
      ['PAR-FIGUE-50', 0.11, 'Eau de parfum Figuier blanc 50 ml'],
      ['MAQ-ROUGE-4', 0.08, 'Rouge à lèvres bio grenade'],
    ]),
  }
}

const orders = (
  [
    ['19:21', 'Paid Social', 'Prospection Bio', 'mobile', 'FR', 62.4],
    ['19:14', 'Email', 'lettre-novembre', 'desktop', 'FR', 118],
    ['19:08', '', '', 'mobile', 'FR', 41.9],
    ['18:57', 'Organic Search', '', 'mobile', 'BE', 54.5],
    ['18:44', 'Paid Search', 'Marque', 'tablet', 'FR', 87.2],
    ['18:31', 'Direct', '', 'desktop', 'CH', null],
  ] as const
).map(([at, channel, campaign, device, country, value]) => ({
  at: `2026-11-22T${at}:12Z`,
  channel,
  campaign,
  device,
  country,
  value,
  netRevenue: (value ?? 0) * ratio,
}))

const recent = summed(minutes)
const running = { state: 'running', problem: null } as const

export const liveView: LiveView = {
  state: 'live',
  problem: null,
  now: new Date(now).toISOString(),
  eventsPerSecond: 0.8,
  visitorsNow: 38,
  lag: { medianMs: 420, p99Ms: 910 },
  lastEventAt: '2026-11-22T19:24:39Z',
  minutes,
  recent: { counts: recent, breakdown: breakdown(recent.sessions) },
  today: {
    date: '2026-11-22',
    counts: counts({ ...recent, events: 21_480, sessions: 4_210, visitors: 3_420, orders: 128 }),
    publishedVisitors: 1_130,
    ledgerOrders: 34,
    ledgerNetRevenue: 1_702.4,
    provisionalOrders: 91,
    provisionalNetRevenue: 4_511.2,
    breakdown: breakdown(4_210),
  },
  orders,
  netRevenueRule: { ratio, basis: 'ledger', orders: 1_204 },
  collector: { ...running, address: 'http://localhost:4010', accepted: 21_531, refused: 7 },
  log: { ...running, kind: 'embedded', behind: 0 },
  lander: { ...running, lastCommitAt: '2026-11-22T19:24:31Z', behind: 12 },
  setAside: { refused: 0, duplicates: 38, crawlers: 412, outsideMinutes: 21 },
  published: { sequence: 12, publishedAt: '2026-11-22T05:12:31Z' },
}

const still = minutes.map(({ minute }) => ({ minute, ...noLiveCounts }))

const quiet: LiveView = {
  ...liveView,
  eventsPerSecond: 0,
  visitorsNow: 0,
  lag: null,
  lastEventAt: '2026-11-22T17:52:03Z',
  minutes: still,
  recent: { counts: noLiveCounts, breakdown: noLiveRows },
}

const noTracker: LiveView = {
  ...quiet,
  lastEventAt: null,
  orders: [],
  today: {
    ...liveView.today,
    counts: noLiveCounts,
    publishedVisitors: 0,
    ledgerOrders: 0,
    ledgerNetRevenue: 0,
    provisionalOrders: 0,
    provisionalNetRevenue: 0,
    breakdown: noLiveRows,
  },
  netRevenueRule: { ratio: 1 / 1.2, basis: 'vat', orders: 0 },
  collector: { ...liveView.collector, accepted: 0, refused: 0 },
  lander: { ...running, lastCommitAt: null, behind: 0 },
  setAside: { refused: 0, duplicates: 0, crawlers: 0, outsideMinutes: 0 },
}

const truncated =
  'log: records of marketing.web-events.v1/2 from offset 1,204 on are gone; restore the log, or let a run publish what is landed'

const stopped: LiveView = {
  ...liveView,
  state: 'stopped',
  problem: truncated,
  log: { state: 'stopped', problem: truncated, kind: 'embedded', behind: 0 },
}

const shows =
  (view: LiveView | null, isConnected = true): FollowLive =>
  (show) => {
    show({ view, isConnected })
    return () => {}
  }

/** The Live page in every state, by the names of the gallery's states. */
export const liveFixtures: Readonly<Record<string, FollowLive>> = {
  data: shows(liveView),
  empty: shows(quiet),
  loading: shows(null),
  stale: shows(liveView, false),
  error: shows(stopped),
  retailer: shows(noTracker),
  'web-only': shows({ ...noTracker, state: 'absent' }),
}
