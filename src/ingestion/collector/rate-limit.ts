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

/** Keys remembered in a generation, of which there are two. */
const defaultCapacity = 50_000

/**
 * A bucket of events for each key, filled at `perSecond` up to `burst`. A key is forgotten when as many others as
 * `capacity` have sent since it last did: whoever sends keeps its bucket, however many others come, and keys that
 * send nothing take no room.
 */
export function createRateLimit(
  { perSecond, burst, capacity = defaultCapacity }: { perSecond: number; burst: number; capacity?: number },
  nowMs: () => number,
): RateLimit {
  let newer = new Map<string, Bucket>()
  let older = new Map<string, Bucket>()

  const leftOf = ({ left, filledAt }: Bucket, at: number): number =>
    Math.min(burst, left + (Math.max(0, at - filledAt) / 1000) * perSecond)

  return {
    waitMs(key) {
      const bucket = newer.get(key) ?? older.get(key)
      const left = bucket === undefined ? burst : leftOf(bucket, nowMs())
      return left > 0 ? 0 : Math.ceil(((1 - left) / perSecond) * 1000)
    },
    spend(key, events) {
      const at = nowMs()
      const bucket = newer.get(key) ?? older.get(key)
      const left = bucket === undefined ? burst : leftOf(bucket, at)
      if (newer.size >= capacity && !newer.has(key)) {
        older = newer
        newer = new Map()
      }
      newer.set(key, { left: left - events, filledAt: at })
    },
  }
}
