/**
 * How far time has come in one partition, by when its records were received. Clocks of receivers jump: one record, or
 * one receiver among several, that is ahead does not move the watermark, and what did move it is taken back by the
 * first record from before. It depends on the partition's records alone, so a second reading forgets the same.
 */
export interface PartitionClock {
  /** Newest reception, in milliseconds since 1970. */
  newestMs: number
  /** Earliest reception of the last records, and of as many before them. */
  lowestMs: number
  lowestBeforeMs: number
  /** Records that `lowestMs` is of. */
  taken: number
}

/** So many records in a row are not all of a clock that jumped for a moment. */
const believedAfter = 1_000

export const stoppedClock = (): PartitionClock => ({
  newestMs: Number.NEGATIVE_INFINITY,
  lowestMs: Number.POSITIVE_INFINITY,
  lowestBeforeMs: Number.POSITIVE_INFINITY,
  taken: 0,
})

/** Moves the clock on by one record. @param latestMs What no record can have been received after. */
export function moveClock(clock: PartitionClock, arrivedMs: number, latestMs: number): void {
  clock.newestMs = Math.min(latestMs, Math.max(clock.newestMs, arrivedMs))
  if (clock.taken === believedAfter) {
    clock.lowestBeforeMs = clock.lowestMs
    clock.lowestMs = Number.POSITIVE_INFINITY
    clock.taken = 0
  }
  clock.lowestMs = Math.min(clock.lowestMs, arrivedMs)
  clock.taken += 1
}

/** What is received from here on was hardly received before this, in milliseconds since 1970. */
export const watermarkOf = ({ lowestMs, lowestBeforeMs }: PartitionClock): number =>
  Math.min(lowestMs, lowestBeforeMs)
