import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { RawFile } from './exports/export-windows.ts'
import type { WebDay } from './web/delivered-day.ts'
import { type WebFormat, webColumns } from './web/web-lines.ts'

export interface Written {
  files: number
  bytes: number
}

/** Writes one day of the web log; gzip holds the same text, though its bytes may differ between machines. */
export async function writeWebDay(
  path: string,
  day: WebDay,
  format: WebFormat,
  compress: boolean,
): Promise<number> {
  const content =
    format === 'csv' ? Buffer.concat([Buffer.from(`${webColumns.join(',')}\n`), day.bytes]) : day.bytes
  const bytes = compress ? await promisify(gzip)(content, { level: 1 }) : content
  await writeFile(path, bytes)
  return bytes.length
}

export async function writeRawFile(rawDir: string, file: RawFile, written: Written): Promise<void> {
  const bytes = Buffer.from(file.text)
  await mkdir(join(rawDir, file.folder), { recursive: true })
  await writeFile(join(rawDir, file.folder, file.name), bytes)
  written.files++
  written.bytes += bytes.length
}
