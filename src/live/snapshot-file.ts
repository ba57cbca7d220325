import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { FoldState } from './live-fold.ts'

/** What the speed layer has come to, as kept on disk between two starts. */
export interface LiveSnapshot {
  /** Of the publication that `dates` begins at; 0 before the first. */
  readonly sequence: number
  readonly timeZone: string
  readonly minutes: FoldState
  readonly dates: FoldState
}

/** Goes up whenever the shape of the states changes; a snapshot of another version is made anew from the log. */
const formatVersion = 1
const head = `sillage live ${formatVersion} `

const fileOf = (dataDir: string): string => join(dataDir, 'live', 'state.bin')

/** Replaces the snapshot; a crash leaves the one before. Two writers leave the one of either, whole. */
export async function writeSnapshot(dataDir: string, snapshot: LiveSnapshot): Promise<void> {
  const body = serialize(snapshot)
  const path = fileOf(dataDir)
  const draft = `${path}.${process.pid}.draft`
  await mkdir(join(dataDir, 'live'), { recursive: true })
  const file = await open(draft, 'w')
  try {
    await file.write(`${head}${digestOf(body)}\n`)
    await file.write(body)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

/** The snapshot; undefined when there is none, or it is damaged or of another version. */
export async function readSnapshot(dataDir: string): Promise<LiveSnapshot | undefined> {
  const bytes = await readFile(fileOf(dataDir)).catch(() => undefined)
  if (bytes === undefined) return undefined
  const end = bytes.indexOf(10)
  const body = bytes.subarray(end + 1)
  if (end < 0 || bytes.subarray(0, end).toString() !== head + digestOf(body)) return undefined
  return deserialize(body) as LiveSnapshot
}

const digestOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex')
