import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorCode, PlatformError } from '../contracts/errors.ts'

/** What somebody mends while this process waits: each message says with which command. */
const mendable: readonly ErrorCode[] = [
  'disk.full',
  'lease.held',
  'log.damaged',
  'log.unavailable',
  'port.taken',
]

export interface Trying {
  /** Hears of each failure, and of success with null. */
  readonly tell: (problem: string | null) => void
  readonly everyMs: number
  readonly signal: AbortSignal
}

/**
 * Works now and, when that fails for a reason that can be mended from outside, again and again.
 *
 * @returns Resolves after the first try; `settled` when there will be no other.
 * @throws What no other try can mend, of the first one.
 */
export async function keepTrying(
  work: () => Promise<void>,
  { tell, everyMs, signal }: Trying,
): Promise<{ readonly settled: Promise<void> }> {
  const isDone = async (): Promise<boolean> => {
    try {
      await work()
      tell(null)
      return true
    } catch (error) {
      if (!(error instanceof PlatformError) || !mendable.includes(error.code)) throw error
      tell(error.message)
      return false
    }
  }
  const goOn = async () => {
    try {
      do await sleep(everyMs, undefined, { signal })
      while (!(await isDone()))
    } catch (error) {
      if (!signal.aborted) tell(error instanceof Error ? error.message : String(error))
    }
  }
  return { settled: (await isDone()) ? Promise.resolve() : goOn() }
}
