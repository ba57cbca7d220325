/** A text as a whole number below 2⁵³: what the speed layer remembers of ids, which are nobody's to read. */
export function keyOf(text: string): number {
  let a = 0xdeadbeef
  let b = 0x41c6ce57
  for (let n = 0; n < text.length; n++) {
    const code = text.charCodeAt(n)
    a = Math.imul(a ^ code, 2654435761)
    b = Math.imul(b ^ code, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return 4294967296 * (2097151 & b) + (a >>> 0)
}

/** Keys seen lately: at least the last `capacity` of them, at most twice as many. */
export interface RecentKeys {
  capacity: number
  newer: Set<number>
  older: Set<number>
}

/** What a shop of a million events a day sends in half a day. */
const defaultCapacity = 500_000

export const recentKeys = (capacity = defaultCapacity): RecentKeys => ({
  capacity,
  newer: new Set(),
  older: new Set(),
})

/** Remembers a key; false when it is remembered already. */
export function addKey(keys: RecentKeys, key: number): boolean {
  if (keys.newer.has(key) || keys.older.has(key)) return false
  if (keys.newer.size >= keys.capacity) {
    keys.older = keys.newer
    keys.newer = new Set()
  }
  keys.newer.add(key)
  return true
}
