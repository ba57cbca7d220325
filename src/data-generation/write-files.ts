import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { RawFile } from './exports/export-windows.ts'
import { type WebFormat, webColumns } from './web/web-lines.ts'
import type { WebDay } from './web/web-log.ts'

export interface Written {
  files: number
  bytes: number
}

const linesPerChunk = 100_000

/** One chain of pieces, flattened once when it becomes bytes: half the copies of `join`. */
function joined(lines: readonly string[], header: string, from: number): string {
  let text = header
  const to = Math.min(lines.length, from + linesPerChunk)
  for (let n = from; n < to; n++) text += lines[n]!
  return text
}

/** Writes one day of the web log; gzip holds the same text, though its bytes may differ between machines. */
export async function writeWebDay(
  path: string,
  day: WebDay,
  format: WebFormat,
  compress: boolean,
): Promise<number> {
  const header = format === 'csv' ? `${webColumns.join(',')}\n` : ''
  if (compress) {
    const packed = await promisify(gzip)(Buffer.from(header + day.lines.join('')), { level: 1 })
    await writeFile(path, packed)
    return packed.length
  }
  if (day.lines.length <= linesPerChunk) {
    const bytes = Buffer.from(joined(day.lines, header, 0))
    await writeFile(path, bytes)
    return bytes.length
  }
  const file = await open(path, 'w')
  let written = 0
  try {
    for (let from = 0; from < day.lines.length; from += linesPerChunk) {
      const head = from === 0 ? header : ''
      const bytes = Buffer.from(joined(day.lines, head, from))
      await file.write(bytes)
      written += bytes.length
    }
  } finally {
    await file.close()
  }
  return written
}

export async function writeRawFile(rawDir: string, file: RawFile, written: Written): Promise<void> {
  const bytes = Buffer.from(file.text)
  await mkdir(join(rawDir, file.folder), { recursive: true })
  await writeFile(join(rawDir, file.folder, file.name), bytes)
  written.files++
  written.bytes += bytes.length
}
