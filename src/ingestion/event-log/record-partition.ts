/**
 * Partition of a key, the same in every log: murmur2 of its UTF-8 bytes with Kafka's seed, sign bit cleared, modulo
 * the number of partitions. It never changes: records of one key stay in order only as long as it holds.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions
}

const multiplier = 0x5bd1e995

/** As `org.apache.kafka.common.utils.Utils.murmur2`; a signed 32-bit number. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes
  let hash = 0x9747b28c ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    word = Math.imul(word, multiplier)
    word = Math.imul(word ^ (word >>> 24), multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  if (at < length) {
    if (length - at === 3) hash ^= bytes[at + 2]! << 16
    if (length - at >= 2) hash ^= bytes[at + 1]! << 8
    hash = Math.imul(hash ^ bytes[at]!, multiplier)
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier)
  return hash ^ (hash >>> 15)
}

/** Chooses partitions for the records of one log: by key, the ones without a key in turn. */
export function createPartitioner(): (key: string | null, partitions: number) => number {
  let turn = 0
  return (key, partitions) => {
    if (partitions === 1) return 0
    if (key !== null) return partitionOf(key, partitions)
    turn = (turn + 1) % partitions
    return turn
  }
}
