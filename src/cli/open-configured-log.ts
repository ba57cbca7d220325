import { existsSync } from 'node:fs'
import { embeddedLogFile } from '../ingestion/event-log/embedded-log.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import { openEventLog } from '../ingestion/event-log/open-event-log.ts'
import type { Configuration } from './configuration.ts'

/**
 * The event log that the configuration names, its topics made; close it when done.
 * @throws {PlatformError} `log.damaged`, `log.unavailable` (may be retried), `disk.full`.
 */
export const openConfiguredLog = ({ dataDir }: Configuration): Promise<EventLog> =>
  openEventLog({ dataDir, kind: 'embedded' })

/** The same, but no log is made where there is none. */
export const openExistingLog = async (configuration: Configuration): Promise<EventLog | undefined> =>
  existsSync(embeddedLogFile(configuration.dataDir)) ? openConfiguredLog(configuration) : undefined
