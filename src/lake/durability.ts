import { access } from 'node:fs/promises'
import { PlatformError } from '../contracts/errors.ts'
import type { AddFile } from './actions.ts'
import { syncPath } from './commit-store.ts'
import { dataFilePath } from './scan.ts'

const parallelSyncs = 8

/** Forces files to the disk before a commit names them, so that no crash leaves a version without its data. */
export async function syncDataFiles(tablePath: string, files: readonly AddFile[]): Promise<void> {
  const paths = files.map((file) => dataFilePath(tablePath, file))
  let next = 0
  const work = async () => {
    for (;;) {
      const path = paths[next]
      next += 1
      if (path === undefined) return
      await syncPath(path).catch((error) => missingFile(tablePath, path, error))
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallelSyncs, paths.length) }, work))
  if (paths.length > 0) await syncPath(tablePath)
}

async function missingFile(tablePath: string, path: string, cause: unknown): Promise<never> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  )
  if (isThere) throw cause
  throw new PlatformError('lake.corrupt', `lake: ${tablePath} was to hold ${path}, which does not exist`, {
    cause,
  })
}
