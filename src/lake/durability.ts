import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import type { AddFile } from './actions.ts'
import { syncPath } from './commit-store.ts'
import { dataFilePath } from './scan.ts'

/** Paths worked on at once: enough to keep a disk busy. */
const parallelPaths = 8

const pathsOf = (tablePath: string, files: readonly AddFile[]): string[] =>
  files.map((file) => dataFilePath(tablePath, file))

async function forEachPath(paths: readonly string[], work: (path: string) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (;;) {
      const path = paths[next]
      next += 1
      if (path === undefined) return
      await work(path)
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallelPaths, paths.length) }, worker))
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/**
 * Forces files, and the folders that name them, to the disk before a commit names them, so that no crash leaves
 * a version without its data.
 */
export async function syncDataFiles(tablePath: string, files: readonly AddFile[]): Promise<void> {
  if (files.length === 0) return
  const paths = pathsOf(tablePath, files)
  await forEachPath(paths, async (path) => {
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
  const folders = new Set([...paths.map((path) => dirname(path)), tablePath, dirname(tablePath)])
  await forEachPath([...folders], syncPath)
}

/** Paths, unordered, of those files that are not on the disk. */
export async function missingFiles(tablePath: string, files: readonly AddFile[]): Promise<string[]> {
  const missing: string[] = []
  await forEachPath(pathsOf(tablePath, files), async (path) => {
    if (!(await exists(path))) missing.push(path)
  })
  return missing
}
