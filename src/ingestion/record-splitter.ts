import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import type { QuarantineReason } from '../contracts/record-outcomes.ts'
import type { ReaderOptions } from './adapters.ts'

/** A record cut out of a text file; exactly one of `fields` and `reason` is set. */
export interface SplitRecord {
  /** From 1, header and blank lines not counted. */
  readonly number: number
  readonly raw: string
  /** The line itself, or a CSV record's fields; null where a CSV field is empty and not quoted. */
  readonly fields?: readonly (string | null)[]
  readonly reason?: QuarantineReason
}

/** Beyond this a record that never ends (an open quote) is given up at its first line. */
const longestRecordBytes = 32 << 20

/**
 * Cuts a text file into lines or CSV records byte by byte. It is slower than DuckDB's readers and reads files
 * they refuse: a record in a wrong encoding, with NUL bytes, too many columns or an open quote is named, and
 * the ones around it are kept.
 */
export async function* splitRecords(
  path: string,
  shape: 'lines' | 'csv',
  options: ReaderOptions,
): AsyncGenerator<{ header?: readonly string[]; record?: SplitRecord }> {
  const cutter = createCutter(shape === 'csv' ? options : undefined)
  const read = shape === 'csv' ? (raw: string) => csvFields(raw, options) : (raw: string) => [raw]
  let header: readonly string[] | undefined
  let number = 0
  const judge = function* (bytes: Buffer): Generator<{ header?: readonly string[]; record?: SplitRecord }> {
    const { text, isValid } = decodeUtf8(bytes)
    const raw = text.replace(/\r?\n?$/, '')
    if (raw === '') return
    const fields = read(raw)
    if (shape === 'csv' && (options.header ?? true) && header === undefined) {
      header = (fields ?? []).map((field) => field ?? '')
      yield { header }
      return
    }
    const isMalformed = fields === undefined || (header !== undefined && fields.length !== header.length)
    const lineEnd = bytes.indexOf(0x0a)
    if (isMalformed && lineEnd >= 0 && lineEnd < bytes.length - 1) {
      const again = createCutter(options)
      yield* judge(bytes.subarray(0, lineEnd + 1))
      for (const piece of [...again.push(bytes.subarray(lineEnd + 1)), ...again.finish()]) yield* judge(piece)
      return
    }
    number += 1
    const reason = !isValid
      ? 'wrong_encoding'
      : raw.includes('\0')
        ? 'nul_character'
        : isMalformed
          ? 'malformed_record'
          : undefined
    yield { record: reason === undefined ? { number, raw, fields } : { number, raw, reason } }
  }
  for await (const chunk of textBytes(path, options.encoding)) {
    for (const piece of cutter.push(chunk)) yield* judge(piece)
  }
  for (const piece of cutter.finish()) yield* judge(piece)
}

/** The first record of a CSV file as column names; empty for an empty file. */
export async function readHeader(path: string, options: ReaderOptions): Promise<string[]> {
  for await (const { header } of splitRecords(path, 'csv', { ...options, header: true })) {
    if (header !== undefined) return [...header]
  }
  return []
}

interface Cutter {
  push(chunk: Buffer): Buffer[]
  finish(): Buffer[]
}

/** Cuts bytes after each line end; for CSV not after one inside quotes that opened at the start of a field. */
function createCutter(csv: ReaderOptions | undefined): Cutter {
  const quote = csv === undefined ? -1 : (csv.quote ?? '"').charCodeAt(0)
  const delimiter = csv === undefined ? -1 : (csv.delimiter ?? ',').charCodeAt(0)
  let rest: Buffer = Buffer.alloc(0)
  let state: 'plain' | 'quoted' | 'quote_seen' = 'plain'
  let isFieldStart = true
  const push = (chunk: Buffer): Buffer[] => {
    const cut: Buffer[] = []
    let at = rest.length
    let start = 0
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (; at < rest.length; at += 1) {
      const byte = rest[at]
      if (state === 'quoted') {
        if (byte === quote) state = 'quote_seen'
        continue
      }
      if (byte === quote && (state === 'quote_seen' || isFieldStart)) {
        state = 'quoted'
        isFieldStart = false
        continue
      }
      state = 'plain'
      isFieldStart = byte === delimiter || byte === 0x0a
      if (byte === 0x0a) {
        cut.push(rest.subarray(start, at + 1))
        start = at + 1
      }
    }
    rest = rest.subarray(start)
    if (rest.length <= longestRecordBytes || state !== 'quoted') return cut
    return [...cut, ...giveUpQuote()]
  }
  /** The first line of an open quote becomes a record of its own; what follows is cut anew. */
  const giveUpQuote = (): Buffer[] => {
    const lineEnd = rest.indexOf(0x0a) + 1
    const first = rest.subarray(0, lineEnd === 0 ? rest.length : lineEnd)
    const following = rest.subarray(first.length)
    rest = Buffer.alloc(0)
    state = 'plain'
    isFieldStart = true
    return following.length === 0 ? [first] : [first, ...push(following)]
  }
  return {
    push,
    finish: () => {
      const cut: Buffer[] = []
      while (rest.length > 0 && state === 'quoted') cut.push(...giveUpQuote())
      if (rest.length > 0) cut.push(rest)
      return cut
    },
  }
}

/** The file's bytes as UTF-8 (or as they are), decompressed, without a byte order mark. */
async function* textBytes(path: string, encoding: string | undefined): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 })
  const source = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  let recode: TextDecoder | undefined
  let isFirst = true
  for await (const chunk of source) {
    let bytes = chunk as Buffer
    if (isFirst) {
      isFirst = false
      recode = recoderFor(bytes, encoding)
      if (recode === undefined && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
        bytes = bytes.subarray(3)
    }
    yield recode === undefined ? bytes : Buffer.from(recode.decode(bytes, { stream: true }), 'utf8')
  }
}

function recoderFor(start: Buffer, encoding: string | undefined): TextDecoder | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder('utf-16le')
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder('utf-16be')
  return isUtf8(encoding) ? undefined : new TextDecoder(encoding)
}

export const isUtf8 = (encoding: string | undefined): boolean =>
  encoding === undefined || /^utf-?8$/i.test(encoding)

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Buffer): { text: string; isValid: boolean } {
  try {
    return { text: strictUtf8.decode(bytes), isValid: true }
  } catch {
    return { text: bytes.toString('utf8'), isValid: false }
  }
}

/** A CSV record's fields; undefined when its quotes do not match. */
export function csvFields(record: string, options: ReaderOptions): (string | null)[] | undefined {
  const { delimiter = ',', quote = '"', nullText = [] } = options
  const fields: (string | null)[] = []
  let at = 0
  for (;;) {
    if (record[at] === quote) {
      const [value, end] = quotedField(record, at + 1, quote)
      if (end < 0 || (end < record.length && record[end] !== delimiter)) return undefined
      fields.push(value)
      at = end
    } else {
      const next = record.indexOf(delimiter, at)
      const value = next < 0 ? record.slice(at) : record.slice(at, next)
      if (value.includes(quote)) return undefined
      fields.push(value === '' || nullText.includes(value) ? null : value)
      at = next < 0 ? record.length : next
    }
    if (at >= record.length) return fields
    at += 1
  }
}

function quotedField(record: string, from: number, quote: string): [string, number] {
  let value = ''
  for (let at = from; ; ) {
    const close = record.indexOf(quote, at)
    if (close < 0) return [value, -1]
    value += record.slice(at, close)
    if (record[close + 1] !== quote) return [value, close + 1]
    value += quote
    at = close + 2
  }
}
