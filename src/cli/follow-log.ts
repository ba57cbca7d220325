import type { LogHealth } from '../contracts/data-health.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import { readLogHealth } from '../ingestion/event-log/log-health.ts'
import { readSpilled } from '../ingestion/event-log/spill-file.ts'
import type { Configuration } from './configuration.ts'
import { openExistingLog } from './open-configured-log.ts'

/** Tells how the event log stands; opened with the first question, and anew after a failure. */
export function followLog(configuration: Configuration): {
  read: () => Promise<LogHealth>
  close: () => Promise<void>
} {
  let opening: Promise<EventLog | undefined> | undefined
  const forget = async () => {
    const opened = opening
    opening = undefined
    await (await opened?.catch(() => undefined))?.close()
  }
  return {
    read: async () => {
      opening ??= openExistingLog(configuration)
      try {
        const log = await opening
        if (log !== undefined) return await readLogHealth(log, configuration.dataDir)
        opening = undefined
        const { dataDir } = configuration
        return { kind: null, dataDir, topics: [], kept: readSpilled(dataDir), deadLetters: [] }
      } catch (error) {
        await forget()
        throw error
      }
    },
    close: forget,
  }
}
