import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Adapter } from './adapters.ts'
import { deliveryKey } from './delivery-log.ts'
import type { PendingFile } from './pending-delivery.ts'

/**
 * What the landing under way means to land, so that one that was cut short goes on under the same revisions and
 * tables that were done are left alone. Scratch: without it the files are landed once more as a new revision.
 */
export interface LandingIntents {
  /** The revision an unfinished landing gave this content, if it is the newest any table has; else `next`. */
  revisionOf(key: string, sha256: string, next: number): number
  announce(files: readonly { adapter: Adapter; file: PendingFile }[]): Promise<void>
  clear(): Promise<void>
}

export async function openIntents(dataDir: string): Promise<LandingIntents> {
  const path = join(dataDir, 'work', 'ingestion', 'landing.json')
  const unfinished: Record<string, { revision: number; sha256: string }> = await readFile(path, 'utf8').then(
    (text) => JSON.parse(text),
    () => ({}),
  )
  return {
    revisionOf: (key, sha256, next) => {
      const intent = unfinished[key]
      const isSame = intent?.sha256 === sha256 && (intent.revision === next || intent.revision === next - 1)
      return isSame ? intent.revision : next
    },
    announce: async (files) => {
      const intents = files.map(({ adapter, file: { logicalName, revision, facts } }) => [
        deliveryKey(adapter.name, logicalName),
        { revision, sha256: facts.sha256 },
      ])
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(intents)))
      await rename(`${path}.new`, path)
    },
    clear: () => rm(path, { force: true }),
  }
}
