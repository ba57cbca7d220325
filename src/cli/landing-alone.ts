import { openDuckDb } from '../database/duckdb.ts'
import type { LandingOptions } from '../ingestion/land-sources.ts'
import { acquireLease } from '../lake/lease.ts'
import type { CommandContext } from './command-line.ts'
import { interruptible } from './interruption.ts'
import { readSecret, secretBytes } from './shop.ts'
import type { ShopFile } from './shop-file.ts'

/**
 * Lands with the data folder's lease and a database that is closed afterwards; an interruption ends the process.
 *
 * @param purpose Told to whoever waits for the lease, like `an import`.
 * @throws {PlatformError} `lease.held` when another process is at work on the data folder.
 */
export async function landingAlone<T>(
  { configuration, observer, remark }: CommandContext,
  shop: ShopFile,
  purpose: string,
  land: (options: LandingOptions) => Promise<T>,
): Promise<T> {
  const { dataDir, adapterDirs } = configuration
  const secret = secretBytes(await readSecret(configuration, shop))
  return interruptible(remark, async () => {
    const lease = await acquireLease(dataDir, { purpose })
    const db = await openDuckDb()
    try {
      return await land({ dataDir, adapterDirs, db, secret, shop, observer })
    } finally {
      db.close()
      await lease.release()
    }
  })
}
