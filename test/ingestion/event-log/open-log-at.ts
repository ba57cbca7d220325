import type { EventLog } from '../../../src/ingestion/event-log/event-log.ts'
import { openEventLog } from '../../../src/ingestion/event-log/open-event-log.ts'

/** The log of a data folder: in Kafka at `brokers` where they are named, else in the folder itself. */
export const openLogAt = (dataDir: string, brokers?: string): Promise<EventLog> =>
  openEventLog(
    brokers === undefined
      ? { dataDir, kind: 'embedded' }
      : { dataDir, kind: 'kafka', kafka: { brokers: [brokers] } },
  )
