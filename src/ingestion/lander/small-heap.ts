import { setFlagsFromString } from 'node:v8'

/**
 * For a process that does nothing but land: what JavaScript reads of a log lives for a moment only, and a small
 * nursery gives it back at once instead of letting the heap grow first.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--max-semi-space-size=4')
  setFlagsFromString('--semi-space-growth-factor=1')
}
