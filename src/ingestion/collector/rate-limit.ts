export interface RateLimit {
  /** Milliseconds until `key` may send again; 0 when it may. */
  waitMs(key: string): number
  /** What was sent; it may go below what is left, so that one large batch is taken and then waited for. */
  spend(key: string, events: number): void
}

interface Bucket {
  left: number
  filledAt: number
}

const maxKeys = 100_000

/** A bucket of events for each key, filled at `perSecond` up to `burst`. */
export function createRateLimit(
  { perSecond, burst }: { perSecond: number; burst: number },
  nowMs: () => number,
): RateLimit {
  const buckets = new Map<string, Bucket>()

  const filled = (key: string): Bucket => {
    const at = nowMs()
    const bucket = buckets.get(key)
    if (bucket === undefined) {
      if (buckets.size >= maxKeys) forgetFull(at)
      const fresh = { left: burst, filledAt: at }
      buckets.set(key, fresh)
      return fresh
    }
    const passedMs = Math.max(0, at - bucket.filledAt)
    bucket.left = Math.min(burst, bucket.left + (passedMs / 1000) * perSecond)
    bucket.filledAt = at
    return bucket
  }

  /** Full buckets say nothing; if all are in use, the ones unused for longest go. */
  const forgetFull = (at: number) => {
    for (const [key, { left, filledAt }] of buckets)
      if (left + ((at - filledAt) / 1000) * perSecond >= burst) buckets.delete(key)
    for (const key of buckets.keys()) {
      if (buckets.size < maxKeys) break
      buckets.delete(key)
    }
  }

  return {
    waitMs(key) {
      const { left } = filled(key)
      return left > 0 ? 0 : Math.ceil(((1 - left) / perSecond) * 1000)
    },
    spend(key, events) {
      filled(key).left -= events
    },
  }
}
