/*
 * Counter-based randomness: every draw is a pure function of (seed, person, purpose, occasion). No draw depends
 * on how many came before it, so removing one cause from the world leaves every other draw as it was. Only
 * integer products and IEEE-exact arithmetic are used: the same bytes on every machine.
 */

/** 32-bit hash of up to four integers. */
export function hash(seed: number, a: number, b = 0, c = 0): number {
  let h = seed ^ 0x9e3779b9
  h = Math.imul(h ^ a, 0xcc9e2d51)
  h = ((h << 13) | (h >>> 19)) + 0x7f4a7c15
  h = Math.imul(h ^ b, 0x85ebca6b)
  h = ((h << 15) | (h >>> 17)) + 0x165667b1
  h = Math.imul(h ^ c, 0xc2b2ae35)
  h ^= h >>> 16
  h = Math.imul(h, 0x7feb352d)
  h ^= h >>> 15
  h = Math.imul(h, 0x846ca68b)
  h ^= h >>> 16
  return h >>> 0
}

/** Another draw of the same occasion: `purpose` keeps the draws of one hash apart. */
export function rehash(h: number, purpose: number): number {
  let x = Math.imul(h ^ Math.imul(purpose, 0x9e3779b1), 0x85ebca6b)
  x ^= x >>> 15
  x = Math.imul(x, 0x2c1b3c6d)
  x ^= x >>> 13
  x = Math.imul(x, 0x297a2d39)
  x ^= x >>> 16
  return x >>> 0
}

/** Uniform in [0, 1). */
export function unit(h: number): number {
  return h * 2.3283064365386963e-10
}

/** e^x by its series: built from products and sums only, so equal everywhere. */
export function exactExp(x: number): number {
  const halvings = 10
  const small = x / 1024
  let term = 1
  let sum = 1
  for (let n = 1; n < 14; n++) {
    term = (term * small) / n
    sum += term
  }
  for (let i = 0; i < halvings; i++) sum *= sum
  return sum
}

// biome-ignore lint/suspicious/noApproximativeNumericConstant: the same bits everywhere
const ln2 = 0.6931471805599453

/** Natural logarithm of x > 0, equal everywhere. */
export function exactLn(x: number): number {
  let value = x
  let twos = 0
  while (value > 1.5) {
    value /= 2
    twos++
  }
  while (value < 0.75) {
    value *= 2
    twos--
  }
  const z = (value - 1) / (value + 1)
  let power = z
  let sum = 0
  for (let k = 1; k < 40; k += 2) {
    sum += power / k
    power *= z * z
  }
  return 2 * sum + twos * ln2
}

const exponentialQuantiles = Float64Array.from({ length: 4096 }, (_, i) => -exactLn((i + 0.5) / 4096))

/** Exponential with mean 1, from a table of 4,096 quantiles. */
export function exponential(h: number): number {
  return exponentialQuantiles[h >>> 20]!
}

/** Close to a standard normal: the standardised sum of a hash's four bytes, in ±3.46. */
export function normal(h: number): number {
  return ((h & 255) + ((h >>> 8) & 255) + ((h >>> 16) & 255) + (h >>> 24) - 510) / 147.8
}

/** A table of e^(σz − σ²/2) over the byte sums of `normal`: mean about 1. */
export function lognormalTable(sigma: number): Float64Array {
  return Float64Array.from({ length: 1021 }, (_, sum) =>
    exactExp((sigma * (sum - 510)) / 147.8 - (sigma * sigma) / 2),
  )
}

/** Index into a `lognormalTable`. */
export function byteSum(h: number): number {
  return (h & 255) + ((h >>> 8) & 255) + ((h >>> 16) & 255) + (h >>> 24)
}

/** Weights as a table of 1,024 slots, so that a draw is one look-up. */
export function weightTable(weights: readonly number[]): Uint16Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const table = new Uint16Array(1024)
  let index = 0
  let upTo = weights[0]!
  for (let slot = 0; slot < 1024; slot++) {
    while (((slot + 0.5) / 1024) * total > upTo && index < weights.length - 1) upTo += weights[++index]!
    table[slot] = index
  }
  return table
}

export function pick(table: Uint16Array, h: number): number {
  return table[h >>> 22]!
}
