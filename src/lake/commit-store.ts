import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'

/**
 * Where a table's log is kept. `createIfAbsent` is the only way anything is published: of several writers
 * that create one path exactly one succeeds, readers see the whole text or nothing, and what was reported as
 * created survives a crash. On object storage it is a conditional put.
 */
export interface CommitStore {
  createIfAbsent(path: string, text: string): Promise<boolean>
  /** Undefined when the path does not exist. */
  read(path: string): Promise<string | undefined>
  /** Names in a folder, unordered; none when it does not exist. */
  list(folder: string): Promise<string[]>
  /** Changes whenever a path holds another file than before; undefined when it does not exist. */
  identity(path: string): Promise<string | undefined>
}

const isCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '')

export const diskCommitStore: CommitStore = {
  async createIfAbsent(path, text) {
    const folder = dirname(path)
    const temporary = join(folder, `.tmp-${randomUUID()}`)
    await mkdir(folder, { recursive: true })
    try {
      await writeDurably(temporary, text)
      await link(temporary, path)
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false
      throw diskError(error)
    } finally {
      await rm(temporary, { force: true })
    }
    await syncPath(folder)
    return true
  },
  async read(path) {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined
      throw error
    }
  },
  async list(folder) {
    try {
      return await readdir(folder)
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return []
      throw error
    }
  },
  async identity(path) {
    try {
      const { ino, mtimeMs, size } = await stat(path)
      return `${ino}/${mtimeMs}/${size}`
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined
      throw error
    }
  },
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Forces a file, or a folder's entries, to the disk. */
export async function syncPath(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

function diskError(error: unknown): unknown {
  if (isCode(error, 'ENOSPC', 'EDQUOT')) {
    return new PlatformError(
      'disk.full',
      'lake: the disk is full; free some space and run the same command again',
      {
        canRetry: true,
        cause: error,
      },
    )
  }
  return error
}
