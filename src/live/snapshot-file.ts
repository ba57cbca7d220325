import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
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
const formatVersion = 2
const head = `sillage live ${formatVersion} `

const folderOf = (dataDir: string): string => join(dataDir, 'live')
const fileOf = (dataDir: string): string => join(folderOf(dataDir), 'state.bin')
const staleMs = 3_600_000
let drafts = 0

/** Replaces the snapshot; a crash leaves the one before. Two writers leave the one of either, whole. */
export async function writeSnapshot(dataDir: string, snapshot: LiveSnapshot): Promise<void> {
  const body = serialize(snapshot)
  const path = fileOf(dataDir)
  const draft = `${path}.${process.pid}-${drafts++}.draft`
  await mkdir(folderOf(dataDir), { recursive: true })
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

/** Takes away what writers that were killed left behind. */
export async function removeStaleDrafts(dataDir: string): Promise<void> {
  const names = await readdir(folderOf(dataDir)).catch(() => [])
  for (const name of names.filter((each) => each.endsWith('.draft'))) {
    const path = join(folderOf(dataDir), name)
    const writtenMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY
    if (Date.now() - writtenMs > staleMs) await rm(path, { force: true })
  }
}

const digestOf = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex')
