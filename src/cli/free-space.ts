import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'

/** Bytes free where a folder lies or will lie. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(await existingFolder(folder))
  return bavail * bsize
}

/** @throws {PlatformError} `disk.full` before anything is written. */
export async function checkFreeSpace(folder: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(folder)
  if (free >= neededBytes) return
  throw new PlatformError(
    'disk.full',
    `disk: ${gigabytes(neededBytes)} are needed in ${folder}, ${gigabytes(free)} are free; free some space or choose another folder with --data`,
    { canRetry: true },
  )
}

export const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`

async function existingFolder(folder: string): Promise<string> {
  return stat(folder).then(
    () => folder,
    () => existingFolder(dirname(folder)),
  )
}
