import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { PlatformError } from '../../contracts/errors.ts'
import { silentObserver } from '../../contracts/observer.ts'
import { type DuckDb, openDuckDb } from '../../database/duckdb.ts'
import { acquireLease, type Lease } from '../../lake/lease.ts'
import type { DeliveryCounts } from '../delivery-log.ts'
import type { EventLog, TopicState } from '../event-log/event-log.ts'
import type { Totals } from '../land-sources.ts'
import { definePersonalDataMacros } from '../personal-data.ts'
import type { InTurn } from './log-batch.ts'
import { type LandedTopic, landedTopics, positionIdOf } from './log-delivery.ts'
import { finishedPositions } from './log-positions.ts'
import { openTopicLander, type TopicLander } from './topic-lander.ts'
import { createUpkeep, type UpkeepOptions } from './upkeep.ts'

export interface LanderOptions extends UpkeepOptions {
  readonly log: EventLog
  /** The installation's secret for keyed hashes. */
  readonly secret: Uint8Array
  /** A batch is landed when its first record has waited this long; default 10,000. */
  readonly commitEveryMs?: number
  /** … or when the text of all batches under way comes to this; default 64 MiB. */
  readonly commitBytes?: number
  /** Go on behind records that are gone from the log unread, and count them; default false. */
  readonly skipLost?: boolean
}

export interface LandingTotals extends Totals {
  /** Records that were gone from the log before they could be read, skipped on demand. */
  readonly lost: number
}

export interface LanderState {
  /** `waiting`: what failed may be tried again, and will be; `stopped`: on demand, or by `error`. */
  readonly phase: 'landing' | 'waiting' | 'stopped'
  /** Next offset by `topic/partition`: what is below is in the lake. */
  readonly landed: Readonly<Record<string, number>>
  readonly totals: LandingTotals
  readonly commits: number
  /** ISO 8601, UTC. */
  readonly lastCommitAt: string | undefined
  /** Why it waits or has stopped by itself. */
  readonly error: PlatformError | undefined
}

export interface Lander {
  state(): LanderState
  /** Lands what was read and ends. */
  stop(): Promise<void>
  /** Resolves when the lander has ended. @throws {PlatformError} What it stopped for by itself. */
  readonly ended: Promise<void>
}

/** DuckDB's own memory: together with the rest the process stays below 400 MB. */
const memoryLimit = '64MiB'
/** How often an idle lander looks for new topics. */
const lookAroundMs = 5_000
/** How long another lander may land nothing before it is no longer waited for. */
const patienceMs = 120_000
const firstRetryMs = 500
const longestRetryMs = 30_000

/**
 * Lands every topic of a log as records come in, until stopped.
 *
 * @throws {PlatformError} `lease.held` when another lander is at work on this data folder.
 */
export async function startLander(options: LanderOptions): Promise<Lander> {
  const lease = await acquireLease(options.dataDir, { purpose: 'a lander', right: 'landing' })
  const work = createWork(options, lease)
  return { state: work.state, stop: work.stop, ended: work.run(undefined) }
}

/**
 * Lands what the log has at this moment. While another lander is at work, waits until that one has landed it.
 *
 * @returns What this call landed.
 * @throws {PlatformError} `lease.held` when that one lands nothing for two minutes.
 */
export async function landLog(options: LanderOptions): Promise<LanderState> {
  const ends = endsOf(await options.log.topics())
  let seen = ''
  let patientUntil = performance.now() + patienceMs
  for (;;) {
    try {
      const lease = await acquireLease(options.dataDir, { purpose: 'a landing', right: 'landing' })
      const work = createWork(options, lease)
      await work.run(ends)
      return work.state()
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'lease.held') throw error
      const finished = await finishedPositions(options.dataDir)
      if ([...ends].every(([id, end]) => (finished.get(id) ?? 0) >= end)) return idleState(finished)
      const now = JSON.stringify([...finished])
      if (now !== seen) patientUntil = performance.now() + patienceMs
      else if (performance.now() > patientUntil) throw error
      seen = now
      await setTimeout(200)
    }
  }
}

const noTotals: LandingTotals = { read: 0, accepted: 0, duplicate: 0, dropped: 0, quarantined: 0, lost: 0 }

const idleState = (finished: ReadonlyMap<string, number>): LanderState => ({
  phase: 'stopped',
  landed: Object.fromEntries(finished),
  totals: noTotals,
  commits: 0,
  lastCommitAt: undefined,
  error: undefined,
})

/** Next offsets at the end of every landed topic with records. */
function endsOf(topics: readonly TopicState[]): Map<string, number> {
  const names = new Set(landedTopics.map(({ name }) => name))
  return new Map(
    topics
      .filter(({ name }) => names.has(name))
      .flatMap(({ name, partitions }) =>
        partitions
          .filter(({ firstOffset, nextOffset }) => nextOffset > firstOffset)
          .map(({ partition, nextOffset }) => [positionIdOf(name, partition), nextOffset] as const),
      ),
  )
}

interface Work {
  state(): LanderState
  stop(): Promise<void>
  /** @param ends Where to end, by `topic/partition`; undefined: never. */
  run(ends: ReadonlyMap<string, number> | undefined): Promise<void>
}

function createWork(options: LanderOptions, lease: Lease): Work {
  const { dataDir, log, observer = silentObserver, commitEveryMs = 10_000, commitBytes = 64 << 20 } = options
  const totals = { ...noTotals }
  const landed: Record<string, number> = {}
  const landers = new Set<TopicLander>()
  const stopping = new AbortController()
  let phase: LanderState['phase'] = 'landing'
  let error: PlatformError | undefined
  let commits = 0
  let lastCommitAt: string | undefined
  let running: Promise<void> = Promise.resolve()
  /** Topics in which lost records are still to be skipped: once, not whenever records are lost later. */
  const unskipped = new Set(options.skipLost === true ? landedTopics.map(({ name }) => name) : [])

  const upkeep = createUpkeep(options)
  const inTurn = createTurns()

  const onLanded = (counts: readonly DeliveryCounts[]) => {
    commits += 1
    upkeep.landed(counts)
    error = undefined
    lastCommitAt = new Date().toISOString()
    for (const each of counts) {
      for (const outcome of ['read', 'accepted', 'duplicate', 'dropped', 'quarantined'] as const) {
        totals[outcome] += each[outcome]
        if (outcome !== 'read' && each[outcome] > 0)
          observer.count('records', each[outcome], { table: each.table, outcome })
      }
    }
    observer.stage({ stage: 'land', state: 'progress', done: totals.read, unit: 'records' })
  }

  /** Whether the batch under way is due; all batches share the bound on text. */
  const isDue = (lander: TopicLander, ending: AbortSignal): boolean => {
    if (lander.pendingRecords === 0) return false
    const filling = [...landers].filter(({ pendingRecords }) => pendingRecords > 0).length
    const age = performance.now() - (lander.pendingSinceMs ?? performance.now())
    return lander.pendingBytes * filling >= commitBytes || age >= commitEveryMs || ending.aborted
  }

  const landTopic = async (
    db: DuckDb,
    topic: LandedTopic,
    ends: ReadonlyMap<string, number> | undefined,
    ending: AbortSignal,
  ) => {
    const onLost = (records: number) => {
      totals.lost += records
      if (records > 0) observer.count('log_records_lost', records, { topic: topic.name })
    }
    const skipLost = unskipped.delete(topic.name)
    const lander = await openTopicLander({
      dataDir,
      db,
      log,
      landed: topic,
      inTurn,
      skipLost,
      onLanded,
      onLost,
    })
    landers.add(lander)
    const note = () => {
      for (const [partition, next] of lander.next) landed[positionIdOf(topic.name, partition)] = next
    }
    const commit = async () => {
      await lander.commit()
      note()
    }
    try {
      note()
      const mine = [...(ends ?? [])].filter(([id]) => id.slice(0, id.lastIndexOf('/')) === topic.name)
      const isAtEnd = () =>
        ends !== undefined &&
        mine.every(([id, end]) => (lander.next.get(Number(id.slice(id.lastIndexOf('/') + 1))) ?? 0) >= end)
      let idleReads = 0
      while (!ending.aborted && !isAtEnd()) {
        idleReads = (await lander.readOn()) ? 0 : idleReads + 1
        if (isDue(lander, ending)) await commit()
        if (ends !== undefined && idleReads > 150)
          throw new PlatformError(
            'log.unavailable',
            `lander: ${topic.name} gives no more records before its end`,
            {
              canRetry: true,
            },
          )
      }
      await commit()
    } finally {
      landers.delete(lander)
      await lander.close()
    }
  }

  /** Every topic there is, side by side; the first failure stops all, so that they begin together again. */
  const landAll = async (db: DuckDb, ends: ReadonlyMap<string, number> | undefined) => {
    const under = new Map<string, Promise<void>>()
    const failed = new AbortController()
    const ending = AbortSignal.any([stopping.signal, failed.signal])
    let failure: unknown
    const fail = (error: unknown) => {
      failure ??= error
      failed.abort()
    }
    const presentTopics = () =>
      log.topics().catch((error) => {
        fail(error)
        return []
      })
    for (;;) {
      const present = new Set((await presentTopics()).map(({ name }) => name))
      for (const topic of landedTopics) {
        if (!present.has(topic.name) || under.has(topic.name)) continue
        const work = async () => {
          const connection = await db.connect()
          try {
            await definePersonalDataMacros(connection, options.secret)
            await landTopic(connection, topic, ends, ending)
          } catch (error) {
            fail(error)
          } finally {
            connection.close()
          }
        }
        under.set(topic.name, work())
      }
      if (ends !== undefined || ending.aborted) break
      await setTimeout(lookAroundMs, undefined, { signal: ending }).catch(() => {})
    }
    await Promise.all(under.values())
    if (failure !== undefined) throw failure
  }

  const run = async (ends: ReadonlyMap<string, number> | undefined) => {
    const tempDirectory = join(dataDir, 'work', 'landing')
    let db: DuckDb | undefined
    try {
      await mkdir(tempDirectory, { recursive: true })
      db = await openDuckDb({ memoryLimit, threads: 1, returnsMemory: true, tempDirectory })
      for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, longestRetryMs)) {
        const before = commits
        try {
          phase = 'landing'
          await landAll(db, ends)
          return
        } catch (failure) {
          error = asPlatformError(failure)
          if (!error.canRetry) throw error
          if (stopping.signal.aborted) return
          phase = 'waiting'
          observer.stage({ stage: 'land', state: 'progress', message: `${error.message}; trying again` })
          if (commits > before) retryMs = firstRetryMs
          await setTimeout(retryMs, undefined, { signal: stopping.signal }).catch(() => {})
        }
      }
    } finally {
      phase = 'stopped'
      await upkeep.finish()
      db?.close()
      await lease.release()
    }
  }

  return {
    state: () => ({ phase, landed: { ...landed }, totals: { ...totals }, commits, lastCommitAt, error }),
    stop: async () => {
      stopping.abort()
      await running.catch(() => {})
    },
    run: (ends) => {
      running = run(ends)
      running.catch(() => {})
      return running
    },
  }
}

function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
}

function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PlatformError(
      'disk.full',
      'lander: the disk is full; free some space, and it goes on by itself',
      {
        canRetry: true,
        cause: error,
      },
    )
  }
  return new PlatformError('internal', `lander: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  })
}
