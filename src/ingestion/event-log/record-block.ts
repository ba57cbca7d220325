import type { RecordBlock, StoredRecord } from './event-log.ts'

/** A byte that no JSON text has: control characters are escaped in it. */
export const recordSeparator = 0x1e

const separator = String.fromCharCode(recordSeparator)

/** Whether a block is a value with a NUL. */
export const hasNul = ({ text }: RecordBlock): boolean => asBuffer(text).indexOf(0) >= 0

/** Bytes of a block's values. */
export const bytesOf = ({ text, timestampsMs }: RecordBlock): number =>
  text.length - (timestampsMs.length - 1)

/** Whether a text can stand beside others in a block. */
export const isPlain = (text: Buffer): boolean => text.indexOf(recordSeparator) < 0 && text.indexOf(0) < 0

/** Whether a text is that of so many records which can stand beside each other. */
export function isSeparatedInto(records: number, text: Uint8Array): boolean {
  const bytes = asBuffer(text)
  let separators = 0
  for (let at = bytes.indexOf(recordSeparator); at >= 0; at = bytes.indexOf(recordSeparator, at + 1))
    separators += 1
  return separators === records - 1 && bytes.indexOf(0) < 0
}

/** A view of the same bytes: a `Buffer` is searched as memory, a `Uint8Array` element by element. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/** Records as blocks, in their order. */
export function blocksOf(records: readonly StoredRecord[]): RecordBlock[] {
  const blocks: RecordBlock[] = []
  let from = 0
  while (from < records.length) {
    let to = from + 1
    while (to < records.length && continues(records[to - 1]!, records[to]!)) to += 1
    const { partition, offset, headers } = records[from]!
    const together = records.slice(from, to)
    blocks.push({
      partition,
      firstOffset: offset,
      headers,
      timestampsMs: together.map(({ timestampMs }) => timestampMs),
      text: Buffer.from(together.map(({ value }) => value).join(separator)),
    })
    from = to
  }
  return blocks
}

const continues = (before: StoredRecord, next: StoredRecord): boolean =>
  next.partition === before.partition &&
  next.offset === before.offset + 1 &&
  haveSameHeaders(next.headers, before.headers) &&
  isPlainText(before.value) &&
  isPlainText(next.value)

const isPlainText = (text: string): boolean => !text.includes(separator) && !text.includes('\u0000')

function haveSameHeaders(some: StoredRecord['headers'], others: StoredRecord['headers']): boolean {
  if (some === others) return true
  const names = Object.keys(some)
  return names.length === Object.keys(others).length && names.every((name) => some[name] === others[name])
}

/** The records of a block below an offset; undefined when there are none. */
export function blockBelow(block: RecordBlock, offset: number): RecordBlock | undefined {
  const { firstOffset, timestampsMs, text } = block
  const kept = offset - firstOffset
  if (kept <= 0) return undefined
  if (kept >= timestampsMs.length) return block
  let end = -1
  for (let record = 0; record < kept; record += 1) end = text.indexOf(recordSeparator, end + 1)
  return { ...block, timestampsMs: timestampsMs.slice(0, kept), text: text.subarray(0, end) }
}
