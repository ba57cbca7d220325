import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Observer } from '../contracts/observer.ts'
import type { LiveFeed } from '../dashboard/api/live-stream.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import { startLander } from '../ingestion/lander/lander.ts'
import { finishedPositions } from '../ingestion/lander/log-positions.ts'
import { startMaintenance } from '../lake/start-maintenance.ts'
import { startSpeedLayer } from '../live/speed-layer.ts'
import { serveCollector } from './collector-server.ts'
import type { Configuration } from './configuration.ts'
import { withSource } from './event-sources.ts'
import { keepTrying } from './keep-trying.ts'
import { createLiveFeed, type LiveParts, noParts } from './live-feed.ts'
import { openCollectingLog } from './open-configured-log.ts'
import type { StartedBy } from './port-taken.ts'
import { readSecret, secretBytes } from './shop.ts'
import type { ShopFile } from './shop-file.ts'
import { countryOf } from './shop-settings.ts'
import { type Stop, stopAll } from './stop-all.ts'

/** What runs beside the dashboard: collector, log, lander, speed layer. */
export interface RealTime {
  /** Answers from the beginning, also before the parts have started. */
  readonly feed: LiveFeed
  /**
   * Opens the log, takes events and counts them. What cannot start until somebody mends something (a damaged log, a
   * taken port) is said, shown and tried again; the rest goes on without it.
   *
   * @returns `collectUrl` is undefined while no events are taken; `collecting` resolves as soon as they are.
   */
  start(): Promise<{
    readonly shop: ShopFile
    readonly collectUrl: string | undefined
    readonly collecting: Promise<string>
  }>
  /** Lands what comes in from here on; where another lander is at work, as soon as that one has ended. */
  land(): Promise<void>
  /** When the newest event there is was received, once the log has been read; null without one. */
  lastEventAt(): Promise<string | null>
  /** Ends all, the collector first: what it has taken is landed and counted. @throws The first failure, all ended. */
  close(): Promise<void>
}

const lookAroundMs = 2_000
const tryAgainMs = 5_000
const closingOrder = ['collector', 'watch', 'lander', 'layer', 'log'] as const

export function createRealTime(
  configuration: Configuration,
  shop: ShopFile,
  remark: (line: string) => void,
  startedBy: StartedBy,
): RealTime {
  const { dataDir } = configuration
  const parts = noParts()
  const feed = createLiveFeed(parts)
  const stops: { -readonly [part in (typeof closingOrder)[number]]?: Stop } = {}
  const stopping = new AbortController()
  const trying: Promise<void>[] = []
  const collecting = Promise.withResolvers<string>()
  let canLand = false

  const untilDone = async (work: () => Promise<void>, show: (problem: string | null) => void) => {
    let last: string | null = null
    const tell = (problem: string | null) => {
      show(problem)
      if (problem !== null && problem !== last) remark(`sillage: ${problem}`)
      last = problem
      feed.changed()
    }
    const { settled } = await keepTrying(work, { tell, everyMs: tryAgainMs, signal: stopping.signal })
    trying.push(settled)
  }

  const openLog = async (withKey: ShopFile) => {
    const log = await openCollectingLog(configuration, remark)
    stops.log = () => log.close()
    const layer = startSpeedLayer({
      dataDir,
      log,
      shop: {
        timeZone: shop.timeZone,
        currency: shop.currency,
        hosts: shop.hosts ?? [],
        ...(countryOf(shop) === undefined ? {} : { country: countryOf(shop) as string }),
      },
      observer: { count() {}, stage: ({ message = '' }) => remark(`sillage: ${message}`) },
    })
    stops.layer = () => layer.stop()
    layer.onChange(feed.changed)
    Object.assign(parts, { log, layer })
    stops.watch = watchLanding(parts, log, dataDir)
    await untilDone(
      () => collect(withKey, log),
      (problem) => {
        parts.collector.problem = problem
      },
    )
    if (canLand) await startLanding(log)
  }

  const collect = async (withKey: ShopFile, log: EventLog) => {
    const observer = countingObserver(parts.collector, remark)
    const server = await serveCollector(configuration, withKey, log, observer, {
      chooseAnother: `${startedBy} --collect-port`,
    })
    stops.collector = () => server.close()
    parts.collector.address = server.url
    collecting.resolve(server.url)
  }

  const startLanding = (log: EventLog) =>
    untilDone(
      async () => {
        const secret = secretBytes(await readSecret(configuration, shop))
        const { python } = configuration
        const upkeep = existsSync(python) ? { startMaintenance: () => startMaintenance(python) } : {}
        const lander = await startLander({ dataDir, log, secret, ...upkeep })
        parts.lander = lander
        // Its state says what it stopped for.
        lander.ended.catch((error: Error) => remark(`sillage: ${error.message}`))
        stops.lander = () => lander.stop()
      },
      (problem) => {
        parts.landerProblem = problem
      },
    )

  return {
    feed,
    async start() {
      const withKey = await withSource(configuration, shop)
      await untilDone(
        () => openLog(withKey),
        (problem) => {
          parts.logProblem = problem
        },
      )
      const collectUrl = parts.collector.address ?? undefined
      if (collectUrl === undefined)
        void collecting.promise.then((url) => remark(`${shop.name}: events are taken on ${url}`))
      return { shop: withKey, collectUrl, collecting: collecting.promise }
    },

    async land() {
      canLand = true
      if (parts.log !== undefined) await startLanding(parts.log)
    },

    async lastEventAt() {
      await parts.layer?.caughtUp()
      return parts.layer?.view().lastEventAt ?? null
    },

    async close() {
      stopping.abort()
      await stopAll([
        async () => {
          // One that is ending may begin another.
          for (let ended = 0; ended < trying.length; ended += 1) await trying[ended]
        },
        ...closingOrder.map((part) => async () => stops[part]?.()),
      ])
    },
  }
}

/** Counts what the collector takes, and says once when its log fails and when it is back. */
function countingObserver(
  counts: { accepted: number; refused: number; problem: string | null },
  remark: (line: string) => void,
): Observer {
  return {
    stage({ state, message = '' }) {
      counts.problem = state === 'failed' ? message : null
      remark(`sillage: ${message}`)
    },
    count(metric, value, { outcome }) {
      if (metric !== 'collector_events') return
      if (outcome === 'accepted') counts.accepted += value
      else counts.refused += value
    },
  }
}

/** Keeps how far the lake is behind the log; returns how to stop. */
function watchLanding(parts: LiveParts, log: EventLog, dataDir: string): Stop {
  const stopping = new AbortController()
  const watch = async () => {
    while (!stopping.signal.aborted) {
      await sleep(lookAroundMs, undefined, { signal: stopping.signal }).catch(() => {})
      // The log's own failures are shown by those who read it.
      const found = await Promise.all([log.topics(), finishedPositions(dataDir)]).catch(() => undefined)
      if (found !== undefined) parts.unlanded = behindOf(...found)
    }
  }
  const watching = watch()
  return () => {
    stopping.abort()
    return watching
  }
}

const behindOf = (
  topics: Awaited<ReturnType<EventLog['topics']>>,
  finished: ReadonlyMap<string, number>,
): number =>
  topics
    .flatMap(({ name, partitions }) =>
      partitions.map((state) => ({ id: `${name}/${state.partition}`, state })),
    )
    .reduce(
      (sum, { id, state }) =>
        sum + Math.max(0, state.nextOffset - Math.max(state.firstOffset, finished.get(id) ?? 0)),
      0,
    )
