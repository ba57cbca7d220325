import { InvalidArgumentError } from 'commander'

/** Parsers of option values; what they refuse is a usage error. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('a whole number was expected')
  return Number(text)
}

/** An offset of the event log, which may be larger than a whole number of `wholeNumber`. */
export function offsetOption(text: string): number {
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text)))
    throw new InvalidArgumentError('an offset was expected, a whole number')
  return Number(text)
}

export function businessDate(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('a date was expected, like 2025-03-09')
  return text
}

export function amountOption(text: string): number {
  if (!/^\d{1,9}(\.\d{1,4})?$/.test(text)) throw new InvalidArgumentError('an amount was expected, like 3.20')
  return Number(text)
}

export function shareOption(text: string): number {
  if (!/^0(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('a part of 1 was expected, like 0.015')
  return Number(text)
}
