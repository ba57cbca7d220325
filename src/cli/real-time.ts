import { existsSync } from 'node:fs'
import { PlatformError } from '../contracts/errors.ts'
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
import { createLiveFeed, type LiveParts } from './live-feed.ts'
import { openCollectingLog } from './open-configured-log.ts'
import type { StartedBy } from './port-taken.ts'
import { readSecret, secretBytes } from './shop.ts'
import type { ShopFile } from './shop-file.ts'
import { countryOf } from './shop-settings.ts'

/** What runs beside the dashboard: collector, log, lander, speed layer. */
export interface RealTime {
  /** Answers from the beginning, also before the parts have started. */
  readonly feed: LiveFeed
  /** Opens the log, takes events and counts them. @throws {PlatformError} `port.taken`, `log.damaged`, … */
  start(): Promise<{ readonly shop: ShopFile; readonly collectUrl: string }>
  /** Lands what comes in from here on; where another lander is at work, it is left to that one. */
  land(): Promise<void>
  /** When the newest event there is was received, once the log has been read; null without one. */
  lastEventAt(): Promise<string | null>
  /** Ends all, the collector first: what it has taken is landed and counted. */
  close(): Promise<void>
}

const lookAroundMs = 2_000
const closingOrder = ['collector', 'watch', 'lander', 'layer', 'log'] as const

export function createRealTime(
  configuration: Configuration,
  shop: ShopFile,
  remark: (line: string) => void,
  startedBy: StartedBy,
): RealTime {
  const { dataDir } = configuration
  const feed = createLiveFeed()
  const closing: { -readonly [part in (typeof closingOrder)[number]]?: () => Promise<unknown> } = {}
  let parts: LiveParts | undefined

  return {
    feed,
    async start() {
      const withKey = await withSource(configuration, shop)
      const log = await openCollectingLog(configuration, remark)
      closing.log = () => log.close()
      const counts = { accepted: 0, refused: 0, problem: null as string | null }
      const server = await serveCollector(configuration, withKey, log, countingObserver(counts, remark), {
        chooseAnother: `${startedBy} --collect-port`,
      })
      closing.collector = () => server.close()
      const layer = startSpeedLayer({
        dataDir,
        log,
        shop: {
          timeZone: shop.timeZone,
          currency: shop.currency,
          hosts: shop.hosts ?? [],
          ...(countryOf(shop) === undefined ? {} : { country: countryOf(shop) as string }),
        },
      })
      closing.layer = () => layer.stop()
      parts = {
        layer,
        log,
        collector: Object.assign(counts, { address: server.url }),
        lander: undefined,
        landerProblem: null,
        unlanded: 0,
      }
      closing.watch = watchLanding(parts, dataDir)
      feed.start(parts)
      return { shop: withKey, collectUrl: server.url }
    },

    async land() {
      if (parts === undefined) return
      const secret = secretBytes(await readSecret(configuration, shop))
      try {
        const { python } = configuration
        const upkeep = existsSync(python) ? { startMaintenance: () => startMaintenance(python) } : {}
        const lander = await startLander({ dataDir, log: parts.log, secret, ...upkeep })
        parts.lander = lander
        // Its state says what it stopped for.
        lander.ended.catch((error: Error) => remark(`sillage: ${error.message}`))
        closing.lander = () => lander.stop()
      } catch (error) {
        if (!(error instanceof PlatformError) || error.code !== 'lease.held') throw error
        parts.landerProblem = error.message
      }
    },

    async lastEventAt() {
      await parts?.layer.caughtUp()
      return parts?.layer.view().lastEventAt ?? null
    },

    async close() {
      for (const part of closingOrder) await closing[part]?.()
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
function watchLanding(parts: LiveParts, dataDir: string): () => Promise<void> {
  const look = async () => {
    const [topics, finished] = [await parts.log.topics(), await finishedPositions(dataDir)]
    parts.unlanded = behindOf(topics, finished)
  }
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    looking = look().catch(() => {})
  }, lookAroundMs)
  return async () => {
    clearInterval(timer)
    await looking
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
