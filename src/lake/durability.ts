import { access } from 'node:fs/promises'
import { PlatformError } from '../contracts/errors.ts'
import type { AddFile } from './actions.ts'
import { syncPath } from './commit-store.ts'
import { dataFilePath } from './scan.ts'

/** Files worked on at once: enough to keep a disk busy. */
const parallelFiles = 8

async function forEachFile(
  tablePath: string,
  files: readonly AddFile[],
  work: (path: string) => Promise<void>,
): Promise<void> {
  const paths = files.map((file) => dataFilePath(tablePath, file))
  let next = 0
  const worker = async () => {
    for (;;) {
      const path = paths[next]
      next += 1
      if (path === undefined) return
      await work(path)
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallelFiles, paths.length) }, worker))
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Forces files to the disk before a commit names them, so that no crash leaves a version without its data. */
export async function syncDataFiles(tablePath: string, files: readonly AddFile[]): Promise<void> {
  await forEachFile(tablePath, files, async (path) => {
    try {
      await syncPath(path)
    } catch (error) {
      if (await exists(path)) throw error
      throw new PlatformError(
        'lake.corrupt',
        `lake: ${tablePath} was to hold ${path}, which does not exist; write it again`,
        { cause: error },
      )
    }
  })
  if (files.length > 0) await syncPath(tablePath)
}

/** Paths, unordered, of those files that are not on the disk. */
export async function missingFiles(tablePath: string, files: readonly AddFile[]): Promise<string[]> {
  const missing: string[] = []
  await forEachFile(tablePath, files, async (path) => {
    if (!(await exists(path))) missing.push(path)
  })
  return missing
}
