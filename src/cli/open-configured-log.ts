import type { EventLog } from '../ingestion/event-log/event-log.ts'
import { openEventLog } from '../ingestion/event-log/open-event-log.ts'
import type { Configuration } from './configuration.ts'

/**
 * The event log that the configuration names, its topics made; close it when done.
 * @throws {PlatformError} `log.damaged`, `log.unavailable` (may be retried), `disk.full`.
 */
export const openConfiguredLog = ({ dataDir }: Configuration): Promise<EventLog> =>
  openEventLog({ dataDir, kind: 'embedded' })
