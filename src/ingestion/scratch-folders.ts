import { randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const scratchRoot = (dataDir: string): string => join(dataDir, 'work', 'ingestion')

/** A name for a folder of this process below `work/`; whoever makes it removes it. */
export const scratchFolder = (dataDir: string): string =>
  join(scratchRoot(dataDir), `scratch-${process.pid}-${randomUUID()}`)

/** Removes what killed processes left behind. */
export async function clearScratch(dataDir: string): Promise<void> {
  const names = await readdir(scratchRoot(dataDir)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names) {
    const pid = /^scratch-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(scratchRoot(dataDir), name), { recursive: true, force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
