import { join } from 'node:path'
import type { Observer } from '../contracts/observer.ts'
import type { CollectorLimits } from '../ingestion/collector/collector-limits.ts'
import { createCollector } from '../ingestion/collector/create-collector.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import { type Configuration, projectRoot } from './configuration.ts'
import { followSources } from './event-sources.ts'
import { listenError } from './port-taken.ts'
import type { ShopFile } from './shop-file.ts'

export interface CollectorServer {
  readonly url: string
  /** Resolves when what was under way is answered. The log stays open. */
  close(): Promise<void>
}

/**
 * Takes events of the shop's sources into the log.
 *
 * @param chooseAnother What to type for another port, without the number.
 * @throws {PlatformError} `port.taken` naming who has it.
 */
export async function serveCollector(
  configuration: Configuration,
  shop: ShopFile,
  log: EventLog,
  observer: Observer,
  {
    limits = {},
    chooseAnother = 'sillage collect --port',
  }: { limits?: Partial<CollectorLimits>; chooseAnother?: string } = {},
): Promise<CollectorServer> {
  const { dataDir, collectHost: host, collectPort: port, trustedProxies } = configuration
  const sources = followSources(dataDir, shop)
  const collector = await createCollector({
    log,
    sources: sources.current,
    trackerDir: join(projectRoot, 'dist', 'tracker'),
    trustedProxies,
    limits,
    observer,
  })
  try {
    await collector.listen({ host, port })
  } catch (error) {
    sources.stop()
    await collector.close()
    throw await listenError(error, 'collector', port, chooseAnother)
  }
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`,
    close() {
      sources.stop()
      return collector.close()
    },
  }
}
