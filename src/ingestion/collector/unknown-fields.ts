import { columnsOf } from '../../contracts/contract.ts'
import { webEvents } from '../../contracts/tables/web-events.ts'
import { deliveredName } from '../../contracts/text-rules.ts'

/** A field that the contract of events does not know: the event was taken without it. */
export interface UnknownField {
  /** As sent, its first 64 characters. */
  readonly name: string
  /** The field that was probably meant. */
  readonly suggestion: string | undefined
}

const columns = columnsOf(webEvents).map(({ name, column }) => ({ name, field: deliveredName(name, column) }))
const knownFields = new Set(columns.map(({ field }) => field))
const longestName = 64

/** Names of an event's unknown fields, as many as are asked for; none of what is no object. */
export function unknownNames(event: unknown, most: number): string[] {
  const found: string[] = []
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return found
  for (const name in event) {
    if (knownFields.has(name)) continue
    found.push(name)
    if (found.length >= most) break
  }
  return found
}

export function describeUnknown(name: string): UnknownField {
  return { name: name.slice(0, longestName), suggestion: suggestionFor(name) }
}

/** What a plain name probably means: a field, its column in bronze, or what other trackers call it. */
const meanings = new Map<string, string>([
  ...columns.flatMap(({ name, field }) => [[plain(field), field] as const, [plain(name), field] as const]),
  ['visitorid', 'anonymous_id'],
  ['clientid', 'anonymous_id'],
  ['deviceid', 'anonymous_id'],
  ['userid', 'customer_id'],
  ['orderid', 'transaction_id'],
  ['messageid', 'event_id'],
  ['event', 'event_name'],
  ['timestamp', 'occurred_at'],
  ['url', 'page_url'],
  ['title', 'page_title'],
  ['itemid', 'sku'],
  ['productid', 'sku'],
  ['price', 'value'],
  ['revenue', 'value'],
  ['coupon', 'discount_code'],
])

function suggestionFor(name: string): string | undefined {
  if (name.length > longestName) return undefined
  const given = plain(name)
  const meant = meanings.get(given)
  if (meant !== undefined || given.length < 5) return meant
  for (const [likely, field] of meanings) if (isOneSlipAway(given, likely)) return field
  return undefined
}

/** `anonymousId`, `Anonymous-ID` and `anonymous_id` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** Whether one letter more, less or another, or two exchanged, make one of the other. */
function isOneSlipAway(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  let start = 0
  while (start < short.length && short[start] === long[start]) start += 1
  const restOf = (text: string, from: number) => text.slice(start + from)
  if (long.length > short.length) return restOf(short, 0) === restOf(long, 1)
  const isExchanged = short[start] === long[start + 1] && short[start + 1] === long[start]
  return restOf(short, 1) === restOf(long, 1) || (isExchanged && restOf(short, 2) === restOf(long, 2))
}
