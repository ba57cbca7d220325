import { setTimeout as wait } from 'node:timers/promises'
import { PlatformError } from '../../contracts/errors.ts'
import { captureOnceByQueries } from './capture-queries.ts'
import { captureByReplication } from './capture-replication.ts'
import type { CaptureOptions, CaptureSummary } from './capture-source.ts'

export interface FollowOptions extends CaptureOptions {
  readonly mode: 'queries' | 'replication'
  /** Ends when everything that is there has been taken in. */
  readonly isOnce?: boolean
  /** Queries only: pause between two rounds; default 30,000. */
  readonly everyMs?: number
  readonly signal: AbortSignal
  /** Told once, and again after each outage. */
  readonly onConnected?: () => void
  /** Told when source or log did not answer and when it is tried again. */
  readonly onRetry?: (error: PlatformError, afterMs: number) => void
}

const firstPauseMs = 1_000
const longestPauseMs = 30_000

/**
 * Captures a source until it is aborted, over outages of the source and of the log.
 * @throws {PlatformError} what trying again would not mend.
 */
export async function followSource(options: FollowOptions): Promise<CaptureSummary> {
  const total = { records: 0, drift: [] as CaptureSummary['drift'][number][] }
  let pauseMs = firstPauseMs
  let isConnected = false
  const onConnected = () => {
    if (!isConnected) options.onConnected?.()
    isConnected = true
  }
  const asked = { ...options, onConnected }
  while (!options.signal.aborted) {
    try {
      const summary = options.mode === 'queries' ? await queriesRound(asked) : await replicate(asked)
      total.records += summary.records
      total.drift.push(...summary.drift)
      if (options.isOnce) break
      pauseMs = firstPauseMs
    } catch (error) {
      if (options.signal.aborted) break
      if (!(error instanceof PlatformError) || !error.canRetry || options.isOnce) throw error
      isConnected = false
      options.onRetry?.(error, pauseMs)
      await pause(pauseMs, options.signal)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }
  return total
}

async function queriesRound(options: FollowOptions): Promise<CaptureSummary> {
  const summary = await captureOnceByQueries(options)
  if (!options.isOnce) await pause(options.everyMs ?? 30_000, options.signal)
  return summary
}

async function replicate(options: FollowOptions): Promise<CaptureSummary> {
  const capture = await captureByReplication(options)
  if (options.isOnce) {
    await capture.caughtUp()
    await capture.stop()
  }
  return capture.ended
}

const pause = (ms: number, signal: AbortSignal) => wait(ms, undefined, { signal }).catch(() => {})
