/** How fast records come and how soon they are shown; of this process alone, never kept. */
export interface Pulse {
  /** A record that was received at this moment is counted. */
  took(arrivedMs: number): void
  /** What is counted has been shown. */
  shown(): void
  /** Of the last ten seconds that are over. */
  perSecond(): number
  /** Of the last minute; null without a record in it. */
  lag(): { medianMs: number; p99Ms: number } | null
}

const rateSeconds = 10
const lagWindowMs = 60_000
/** Seconds either side of the present that records may be of. */
const keptSeconds = lagWindowMs / 1000
const mostSamples = 20_000
const mostPending = 5_000

export function createPulse(nowMs: () => number): Pulse {
  const perSecond = new Map<number, number>()
  let pending: number[] = []
  let samples: { at: number; ms: number }[] = []
  return {
    took(arrivedMs) {
      // What waited in the log while nobody read it says nothing about pace and lag, nor does a clock that is ahead.
      const at = nowMs()
      if (Math.abs(at - arrivedMs) > lagWindowMs) return
      const second = Math.floor(arrivedMs / 1000)
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1)
      if (perSecond.size > 3 * keptSeconds)
        for (const known of perSecond.keys())
          if (Math.abs(known - at / 1000) > keptSeconds) perSecond.delete(known)
      if (pending.length < mostPending) pending.push(arrivedMs)
    },
    shown() {
      const at = nowMs()
      for (const arrivedMs of pending) samples.push({ at, ms: Math.max(0, at - arrivedMs) })
      pending = []
      samples = samples.filter((sample) => Math.abs(at - sample.at) <= lagWindowMs).slice(-mostSamples)
    },
    perSecond() {
      const now = Math.floor(nowMs() / 1000)
      let events = 0
      for (let second = now - rateSeconds; second < now; second++) events += perSecond.get(second) ?? 0
      return events / rateSeconds
    },
    lag() {
      const at = nowMs()
      const sorted = samples
        .filter((sample) => at - sample.at <= lagWindowMs)
        .map(({ ms }) => ms)
        .sort((left, right) => left - right)
      if (sorted.length === 0) return null
      const of = (part: number) =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number
      return { medianMs: of(0.5), p99Ms: of(0.99) }
    },
  }
}
