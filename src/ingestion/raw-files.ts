import { readdir } from 'node:fs/promises'
import { join, matchesGlob, relative, sep } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import type { Adapter, AdapterInput } from './adapters.ts'

/** A file below raw/ and the input of the adapter that reads it. */
export interface ClaimedFile {
  readonly path: string
  /** Path below the adapter's folder, with `/`: the delivery's logical name. */
  readonly logicalName: string
  readonly adapter: Adapter
  readonly input: AdapterInput
}

/** Where an adapter looks for its files. */
export const adapterFolder = (dataDir: string, adapter: Adapter): string =>
  join(dataDir, 'raw', adapter.folder)

/**
 * Finds the files each adapter reads, in order of name; files no adapter claims are returned apart.
 *
 * @throws {PlatformError} `adapter.broken` when two adapters claim one file.
 */
export async function claimFiles(
  dataDir: string,
  adapters: readonly Adapter[],
): Promise<{ claimed: ClaimedFile[]; unclaimed: string[] }> {
  const claimed = new Map<string, ClaimedFile>()
  for (const adapter of adapters) {
    const folder = adapterFolder(dataDir, adapter)
    for (const path of await filesBelow(folder)) {
      const logicalName = relative(folder, path).split(sep).join('/')
      const input = inputFor(adapter, logicalName)
      if (input === undefined) continue
      const other = claimed.get(path)
      if (other !== undefined) {
        throw new PlatformError(
          'adapter.broken',
          `adapters: ${path} is claimed by both ${other.adapter.name} and ${adapter.name}; make their file patterns differ`,
        )
      }
      claimed.set(path, { path, logicalName, adapter, input })
    }
  }
  const all = await filesBelow(join(dataDir, 'raw'))
  return {
    claimed: [...claimed.values()],
    unclaimed: all.filter((path) => !claimed.has(path)),
  }
}

/** The first input of an adapter one of whose patterns fits the name. */
export function inputFor(adapter: Adapter, logicalName: string): AdapterInput | undefined {
  return adapter.inputs.find(({ files }) => files.some((pattern) => matchesGlob(logicalName, pattern)))
}

/** Files of a folder at any depth, hidden ones left out, in order of name. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
