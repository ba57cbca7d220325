/** Returns are drawn on a doubling scale around break-even: ½ lies as far left as 2 lies right. */
const lowest = -3

/** Position of a return: 0 at break-even, +1 for each doubling, −1 for each halving, not below an eighth. */
export const doublings = (returnPerUnit: number): number =>
  returnPerUnit <= 0 ? lowest : Math.max(lowest, Math.log2(returnPerUnit))

export const returnAt = (position: number): number => 2 ** position

/** Whole doublings that hold all the values, break-even always among them. */
export function doublingRange(returns: readonly number[]): { min: number; max: number } {
  const positions = returns.map(doublings)
  return {
    min: Math.min(-1, Math.floor(Math.min(...positions, 0))),
    max: Math.max(1, Math.ceil(Math.max(...positions, 0))),
  }
}
