import { PlatformError } from '../contracts/errors.ts'
import type { LiveWindow } from '../contracts/live.ts'
import { type Observer, silentObserver } from '../contracts/observer.ts'
import { topics } from '../contracts/topics.ts'
import type { EventLog, LogReader, Positions } from '../ingestion/event-log/event-log.ts'
import { readPointer } from '../lake/pointer.ts'
import { type BatchSide, type LiveShop, readBatchSide, splitOf } from './batch-side.ts'
import { businessDates } from './business-dates.ts'
import { createEventReader } from './live-event.ts'
import { emptyFold, type FoldRules, type FoldState, takeRecord } from './live-fold.ts'
import { type LayerView, layerView, windowsOf } from './live-view.ts'
import { createPulse } from './pulse.ts'
import { readSnapshot, removeStaleDrafts, writeSnapshot } from './snapshot-file.ts'

export interface SpeedLayerOptions {
  readonly dataDir: string
  readonly log: EventLog
  readonly shop: LiveShop
  readonly observer?: Observer
  /** Milliseconds since 1970; for tests. */
  readonly nowMs?: () => number
  /** How often the pointer is looked at; default 1,000. */
  readonly pointerPollMs?: number
  /** How often the state is kept on disk; default 10,000, less often when that takes long. */
  readonly snapshotEveryMs?: number
  /** How often listeners are told that something changed; default 500. */
  readonly tickMs?: number
}

export interface SpeedLayer {
  view(): LayerView
  /** Rows of all minutes that are kept, by minute, dimension and value. */
  windows(): LiveWindow[]
  /** Calls back after changes, at most every `tickMs`, and every few seconds without any; returns how to stop. */
  onChange(listener: () => void): () => void
  /** Resolves when everything the log holds at this moment is counted. */
  caughtUp(): Promise<void>
  /** Keeps the state and ends. */
  stop(): Promise<void>
}

/** One pass over the log with what its publication knows. */
interface Split {
  readonly side: BatchSide
  readonly rules: FoldRules
  readonly read: ReturnType<typeof createEventReader>
  readonly dates: FoldState
}

const topic = topics.webEvents.name
/** Records of each partition from before the split that the minutes are made of when there is no snapshot. */
const warmUpRecords = 50_000
const quietTickMs = 5_000
const retryMs = 1_000
/** What fails for another reason than the log's absence is tried again less and less often, down to this. */
const longestRetryMs = 60_000

/**
 * Follows the log of web events and counts them as they come, onto what is published. Reads only: any number of
 * speed layers may follow one log. Starts at once; what it cannot read yet it waits for, and says so in its view.
 */
export function startSpeedLayer(options: SpeedLayerOptions): SpeedLayer {
  const { dataDir, log, shop, observer = silentObserver, nowMs = Date.now } = options
  const { pointerPollMs = 1_000, snapshotEveryMs = 10_000, tickMs = 500 } = options
  const dateOf = businessDates(shop.timeZone)
  const pulse = createPulse(nowMs)
  const stopping = new AbortController()
  const listeners = new Set<() => void>()
  let minutes = emptyFold()
  let split: Split | undefined
  let phase: LayerView['phase'] = 'catching_up'
  let problem: string | null = null
  /** Why the totals are those of an older publication. */
  let remakeProblem: string | null = null
  let behind = 0
  let isChanged = false
  let isDirty = false

  const said = new Map<string, string>()
  /** Reports a failure once, however often it comes back. */
  const say = (work: string, state: 'failed' | 'progress', error: unknown) => {
    const message = messageOf(error)
    if (said.get(work) === message) return
    said.set(work, message)
    observer.stage({ stage: 'live', state, message })
  }

  const splitFor = (side: BatchSide, dates: FoldState): Split => ({
    side,
    dates,
    read: createEventReader({ dateOf, campaigns: side.campaigns, ownHosts: shop.hosts }),
    rules: {
      nowMs,
      dateOf,
      rateOf: (currency) => side.rates.get(currency),
      isInLedger: (key) => side.ledgerKeys.has(key),
      visitsBefore: side.visits,
      idsBefore: side.eventKeys,
      ordersBefore: side.orderKeys,
    },
  })

  /** Begins with the snapshot, if it fits what is published; `isFresh` begins with the publication alone. */
  const begin = async (isFresh: boolean): Promise<LogReader> => {
    await log.createTopic(topics.webEvents)
    await removeStaleDrafts(dataDir)
    const side = await readBatchSide(dataDir, shop, dateOf, nowMs())
    const kept = isFresh ? undefined : await readSnapshot(dataDir)
    const start = splitOf(side.pointer, topic)
    const usable = kept?.timeZone === shop.timeZone ? kept : undefined
    minutes = usable?.minutes ?? emptyFold(await warmUpFrom(log, start))
    const isSameSplit = usable?.sequence === (side.pointer?.sequence ?? 0)
    split = splitFor(side, isSameSplit && usable !== undefined ? usable.dates : emptyFold(start))
    return log.openReader(topic, lowest(minutes.next, split.dates.next))
  }

  const follow = async (isFresh: boolean) => {
    const reader = await begin(isFresh)
    problem = null
    said.delete('follow')
    try {
      while (!stopping.signal.aborted) {
        const records = await reader.next({ maxRecords: 5_000, maxWaitMs: 200 })
        for (const record of records) {
          const current = split as Split
          const at = { partition: record.partition, offset: record.offset, arrivedMs: record.timestampMs }
          const reading = current.read(record)
          takeRecord('minutes', minutes, at, reading, withoutBefore(current.rules))
          takeRecord('dates', current.dates, at, reading, current.rules)
          pulse.took(record.timestampMs)
        }
        if (records.length > 0) isChanged = isDirty = true
        if (phase === 'stopped') phase = 'catching_up'
      }
    } finally {
      await reader.close()
    }
  }

  /** The same records once more, from another publication's split on, beside the state on screen. */
  const remake = async (sequence: number) => {
    const side = await readBatchSide(dataDir, shop, dateOf, nowMs())
    if ((side.pointer?.sequence ?? 0) < sequence) return
    const start = splitOf(side.pointer, topic)
    const next = splitFor(side, emptyFold(start))
    const reader = await log.openReader(topic, Object.fromEntries(start))
    try {
      while (!stopping.signal.aborted && !hasReached(next.dates.next, minutes.next)) {
        for (const record of await reader.next({ maxRecords: 5_000, maxWaitMs: 50 })) {
          const at = { partition: record.partition, offset: record.offset, arrivedMs: record.timestampMs }
          takeRecord('dates', next.dates, at, next.read(record), next.rules)
        }
      }
      split = next
      isChanged = isDirty = true
    } finally {
      await reader.close()
    }
  }

  const run = async () => {
    let lost: ReadonlyMap<number, number> | undefined
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        // What is gone unread is missing from the totals unless a publication stands for it.
        if (lost === undefined || hasReached(splitOf(await readPointer(dataDir), topic), lost)) {
          await follow(lost !== undefined)
          return
        }
      } catch (failure) {
        const code = failure instanceof PlatformError ? failure.code : undefined
        problem = messageOf(failure)
        say('follow', 'failed', failure)
        phase = 'stopped'
        isChanged = true
        if (code === 'log.truncated') lost = await lostBelow(log, minutes, split?.dates)
        failures = code === 'log.truncated' || code === 'log.unavailable' ? 0 : failures + 1
      }
      await pause(backOff(retryMs, failures), stopping.signal)
    }
  }

  const look = async () => {
    const states = await log.topics()
    const partitions = states.find(({ name }) => name === topic)?.partitions ?? []
    behind = partitions.reduce(
      (sum, { partition, firstOffset, nextOffset }) =>
        sum + Math.max(0, nextOffset - Math.max(firstOffset, minutes.next.get(partition) ?? 0)),
      0,
    )
    if (phase === 'catching_up' && behind < 5_000) phase = 'live'
    else if (phase === 'live' && behind > 50_000) phase = 'catching_up'
  }

  const lookAgain = async () => {
    while (!stopping.signal.aborted) {
      await look().then(
        () => said.delete('look'),
        (error: unknown) => say('look', 'progress', error),
      )
      await pause(pointerPollMs, stopping.signal)
    }
  }

  const remakeWhenPublished = async () => {
    const pointer = await readPointer(dataDir)
    const known = split?.side.pointer?.sequence ?? 0
    if (split !== undefined && pointer !== undefined && pointer.sequence !== known)
      await remake(pointer.sequence)
  }

  const remakeAgain = async () => {
    let failures = 0
    while (!stopping.signal.aborted) {
      try {
        await remakeWhenPublished()
        failures = 0
        remakeProblem = null
        said.delete('remake')
      } catch (error) {
        failures += 1
        remakeProblem = `live: today’s totals are still those of the publication before: ${messageOf(error)}`
        say('remake', 'failed', remakeProblem)
        isChanged = true
      }
      await pause(backOff(pointerPollMs, failures), stopping.signal)
    }
  }

  const keep = async () => {
    if (split === undefined || !isDirty) return
    isDirty = false
    const { pointer } = split.side
    await writeSnapshot(dataDir, {
      sequence: pointer?.sequence ?? 0,
      timeZone: shop.timeZone,
      minutes,
      dates: split.dates,
    })
  }

  const tryToKeep = () =>
    keep().then(
      () => said.delete('keep'),
      (error: unknown) => {
        isDirty = true
        say('keep', 'progress', `live: the state could not be kept: ${messageOf(error)}`)
      },
    )

  const keepAgain = async () => {
    while (!stopping.signal.aborted) {
      const startedAt = performance.now()
      await tryToKeep()
      await pause(Math.max(snapshotEveryMs, 20 * (performance.now() - startedAt)), stopping.signal)
    }
  }

  let toldAtMs = 0
  const ticking = setInterval(() => {
    const at = nowMs()
    if (!isChanged && Math.abs(at - toldAtMs) < quietTickMs) return
    isChanged = false
    toldAtMs = at
    pulse.shown()
    for (const listener of listeners) listener()
  }, tickMs)
  const working = Promise.all([run(), lookAgain(), remakeAgain(), keepAgain()])

  return {
    view: () =>
      layerView({
        minutes,
        dates: split?.dates,
        side: split?.side,
        dateOf,
        nowMs: nowMs(),
        pulse,
        phase,
        problem: problem ?? remakeProblem,
        behind,
      }),
    windows: () => windowsOf(minutes, split?.side.netRevenueRule.ratio ?? 1),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async caughtUp() {
      const states = await log.topics()
      const ends = new Map(
        states
          .find(({ name }) => name === topic)
          ?.partitions.map((each) => [each.partition, each.nextOffset]),
      )
      while (!stopping.signal.aborted && !(split !== undefined && hasReached(minutes.next, ends)))
        await pause(10, stopping.signal)
    },
    async stop() {
      stopping.abort()
      clearInterval(ticking)
      await working
      await tryToKeep()
    },
  }
}

/** The minutes are made of the log alone, whatever is published meanwhile. */
function withoutBefore({ nowMs, dateOf, rateOf, isInLedger }: FoldRules): FoldRules {
  return { nowMs, dateOf, rateOf, isInLedger }
}

/** Where the minutes begin without a snapshot: some records before the split, as far as the log has them. */
async function warmUpFrom(log: EventLog, split: ReadonlyMap<number, number>): Promise<Map<number, number>> {
  const states = await log.topics()
  const partitions = states.find(({ name }) => name === topic)?.partitions ?? []
  return new Map(
    partitions.map(({ partition, firstOffset }) => [
      partition,
      Math.max(firstOffset, (split.get(partition) ?? firstOffset) - warmUpRecords),
    ]),
  )
}

function lowest(...positions: readonly ReadonlyMap<number, number>[]): Positions {
  const found: Record<number, number> = {}
  const partitions = new Set(positions.flatMap((each) => [...each.keys()]))
  // A partition that one of them does not name is read from its oldest record.
  for (const partition of partitions) {
    const offsets = positions.map((each) => each.get(partition))
    if (offsets.every((offset) => offset !== undefined)) found[partition] = Math.min(...offsets)
  }
  return found
}

/** Where the log begins in partitions that have lost records which were to be read. */
async function lostBelow(
  log: EventLog,
  ...folds: readonly (FoldState | undefined)[]
): Promise<ReadonlyMap<number, number>> {
  const states = await log.topics()
  const partitions = states.find(({ name }) => name === topic)?.partitions ?? []
  return new Map(
    partitions
      .filter(({ partition, firstOffset, nextOffset }) =>
        folds.some((fold) => {
          const next = fold?.next.get(partition)
          return next !== undefined && (next < firstOffset || next > nextOffset)
        }),
      )
      .map(({ partition, firstOffset }) => [partition, firstOffset]),
  )
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const backOff = (ms: number, failures: number): number => Math.min(ms * 2 ** failures, longestRetryMs)

const hasReached = (next: ReadonlyMap<number, number>, ends: ReadonlyMap<number, number>): boolean =>
  [...ends].every(([partition, end]) => (next.get(partition) ?? 0) >= end)

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
