/** The records delivered on one UTC day, in order of arrival. */
export interface WebDay {
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  /** Number of lines. */
  readonly records: number
  /** The lines in UTF-8, each with its line feed. */
  readonly bytes: Buffer
}

/** Lines of a day as text, each with its line feed. */
export const linesOf = ({ bytes }: WebDay): string[] => bytes.toString().match(/[^\n]*\n/g) ?? []

/** A line's place among at most 2²² of its day. */
const slots = 4_194_304
const firstCapacity = 1 << 16

/** Lines of a day as they are told, to be had in order of arrival. */
export interface DayLines {
  add(arrivalSecond: number, line: string): void
  /**
   * Ends the day: nothing can be added.
   *
   * @param inserted Further lines for a day with the given lines, one after the other put before a place.
   */
  inOrder(
    day: number,
    inserted: (count: number, lineAt: (place: number) => string) => Iterable<{ at: number; line: string }>,
  ): WebDay
}

/**
 * Keeps lines as bytes: held as text until their day is over, they would cost the garbage collector more than it
 * costs to make them.
 *
 * @param spare Memory of days that are over, used again: as much new memory would set the collector off, too.
 */
export function createDayLines(spare: Buffer[]): DayLines {
  const arrivals: number[] = []
  /** Where each line ends; the next one begins there. */
  const ends: number[] = []
  let bytes = spare.pop() ?? Buffer.allocUnsafe(firstCapacity)
  let size = 0
  const startOf = (slot: number) => (slot === 0 ? 0 : ends[slot - 1]!)
  return {
    add(arrivalSecond, line) {
      const longest = size + line.length * 3
      if (longest > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(longest, bytes.length * 2))
        bytes.copy(larger, 0, 0, size)
        bytes = larger
      }
      arrivals.push(arrivalSecond * slots + ends.length)
      size += bytes.write(line, size)
      ends.push(size)
    },
    inOrder(day, inserted) {
      const order = Float64Array.from(arrivals).sort()
      const lineAt = (place: number) => {
        const slot = order[place]! % slots
        return bytes.toString('utf8', startOf(slot), ends[slot])
      }
      const pieces: (number | string)[] = Array.from(order, (key) => key % slots)
      let total = size
      for (const { at, line } of inserted(order.length, lineAt)) {
        pieces.splice(at, 0, line)
        total += Buffer.byteLength(line)
      }
      const sorted = Buffer.allocUnsafe(total)
      let written = 0
      for (const piece of pieces)
        written +=
          typeof piece === 'string'
            ? sorted.write(piece, written)
            : bytes.copy(sorted, written, startOf(piece), ends[piece])
      spare.push(bytes)
      return { day, records: pieces.length, bytes: sorted }
    },
  }
}
