import { createHash, webcrypto } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { QuarantineReason } from '../contracts/record-outcomes.ts'

/** What a file is before its records are read. */
export interface FileFacts {
  /** Of the bytes as delivered. */
  readonly sha256: string
  readonly bytes: number
  /** Bytes to read once decompressed; equal to `bytes` for plain files. */
  readonly contentBytes: number
  /** Set when DuckDB's readers would misread or reject the bytes; the record splitter reads such a file. */
  readonly needsSplitting: boolean
  /** Set when nothing of the file can be taken in. */
  readonly refusal?: QuarantineReason
}

/** Facts of files by path, size and time of change; scratch, deletable. */
export interface FactsCache {
  inspect(path: string): Promise<FileFacts>
  save(): Promise<void>
}

export async function openFactsCache(dataDir: string): Promise<FactsCache> {
  const path = join(dataDir, 'work', 'ingestion', 'file-facts.json')
  const known: Record<string, { stamp: string; facts: FileFacts }> = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text),
    () => ({}),
  )
  const seen: typeof known = {}
  let isChanged = false
  return {
    inspect: async (file) => {
      const { size, mtimeMs, ino } = await stat(file)
      const stamp = `${size}/${mtimeMs}/${ino}`
      const cached = known[file]
      if (cached?.stamp === stamp) {
        seen[file] = cached
        return cached.facts
      }
      const facts = await inspectFile(file)
      seen[file] = { stamp, facts }
      isChanged = true
      return facts
    },
    save: async () => {
      if (!isChanged) return
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, JSON.stringify({ ...known, ...seen }))
      await rename(`${path}.new`, path)
    },
  }
}

/** Stands for "no delimiter" where lines are read whole; a file that has it would be cut there. */
const lineReadersDelimiter = 1

/** Plain files up to this size are hashed as a whole, on a thread of their own. */
const wholeFileBytes = 16 << 20

/** Reads a file once: its hash, and whether it is complete and plain text DuckDB can read. */
export async function inspectFile(path: string): Promise<FileFacts> {
  const { size } = await stat(path)
  const isPacked = path.endsWith('.gz')
  return !isPacked && size <= wholeFileBytes ? inspectWhole(path) : inspectStream(path, isPacked)
}

async function inspectWhole(path: string): Promise<FileFacts> {
  const content = await readFile(path)
  const sha256 = Buffer.from(await webcrypto.subtle.digest('SHA-256', content)).toString('hex')
  const look = createLook(path)
  look(content)
  return {
    sha256,
    bytes: content.length,
    contentBytes: content.length,
    needsSplitting: look.needsSplitting(),
  }
}

async function inspectStream(path: string, isPacked: boolean): Promise<FileFacts> {
  const hash = createHash('sha256')
  let bytes = 0
  let contentBytes = 0
  const look = createLook(path)
  const source = createReadStream(path, { highWaterMark: 1 << 20 })
  source.on('data', (chunk) => {
    hash.update(chunk as Buffer)
    bytes += chunk.length
  })
  const lookAt = (chunk: Buffer) => {
    contentBytes += chunk.length
    look(chunk)
  }
  let refusal: QuarantineReason | undefined
  if (isPacked) {
    const gunzip = createGunzip()
    source.on('error', (error) => gunzip.destroy(error))
    try {
      for await (const chunk of source.pipe(gunzip)) lookAt(chunk as Buffer)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'Z_BUF_ERROR' && code !== 'Z_DATA_ERROR') throw error
      refusal = code === 'Z_BUF_ERROR' ? 'incomplete_file' : 'unreadable_file'
      if (!source.readableEnded) {
        source.unpipe(gunzip)
        for await (const _chunk of source.resume());
      }
    }
  } else {
    for await (const chunk of source) lookAt(chunk as Buffer)
  }
  const needsSplitting = look.needsSplitting()
  const facts = { sha256: hash.digest('hex'), bytes, contentBytes, needsSplitting }
  return refusal === undefined ? facts : { ...facts, refusal }
}

/** Looks at a file's content, piece by piece, for what DuckDB's readers would stumble over. */
function createLook(path: string): ((chunk: Buffer) => void) & { needsSplitting(): boolean } {
  const isParquet = path.endsWith('.parquet')
  let isFirst = true
  let needsSplitting = false
  const look = (chunk: Buffer) => {
    if (isParquet || needsSplitting) return
    if (isFirst && (startsWith(chunk, [0xff, 0xfe]) || startsWith(chunk, [0xfe, 0xff]))) needsSplitting = true
    if (chunk.includes(0) || chunk.includes(lineReadersDelimiter)) needsSplitting = true
    isFirst = false
  }
  return Object.assign(look, { needsSplitting: () => needsSplitting })
}

const startsWith = (chunk: Buffer, prefix: readonly number[]): boolean =>
  prefix.every((byte, index) => chunk[index] === byte)
