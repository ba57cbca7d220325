import { existsSync, readFileSync } from 'node:fs'
import { PlatformError } from '../contracts/errors.ts'
import { embeddedLogFile } from '../ingestion/event-log/embedded-log.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import type { KafkaOptions } from '../ingestion/event-log/kafka-options.ts'
import { type EventLogOptions, openEventLog } from '../ingestion/event-log/open-event-log.ts'
import { readSpilled } from '../ingestion/event-log/spill-file.ts'
import type { Configuration, LogConfiguration } from './configuration.ts'

/**
 * The event log that the configuration names; close it when done.
 * @param options.createsTopics Whether missing topics are made; not for those who only read. Default true.
 * @throws {PlatformError} `log.damaged`, `log.unavailable` (may be retried), `disk.full`, `lease.held`.
 */
export const openConfiguredLog = (
  { dataDir, log }: Configuration,
  options: Pick<EventLogOptions, 'spills' | 'createsTopics'> = {},
): Promise<EventLog> =>
  openEventLog({
    dataDir,
    kind: log.kind,
    ...(log.kind === 'kafka' ? { kafka: kafkaOptions(log) } : {}),
    ...options,
  })

/**
 * The log for the process that collects: while Kafka is away, events are kept in the data folder, and what is kept
 * there, for whichever log, is sent; says so.
 */
export async function openCollectingLog(
  configuration: Configuration,
  remark: (line: string) => void,
): Promise<EventLog> {
  const { dataDir, log } = configuration
  const { waiting } = readSpilled(dataDir)
  const opened = await openConfiguredLog(configuration, { spills: true })
  if (waiting > 0)
    remark(
      `${waiting} records that were kept in ${dataDir} while Kafka was away go to ${log.kind === 'kafka' ? 'it' : 'the embedded log'} now, before newer ones`,
    )
  return opened
}

/** The log to read: no embedded log is made where there is none, and no topic. */
export const openExistingLog = async (configuration: Configuration): Promise<EventLog | undefined> =>
  configuration.log.kind === 'kafka' || existsSync(embeddedLogFile(configuration.dataDir))
    ? openConfiguredLog(configuration, { createsTopics: false })
    : undefined

function kafkaOptions(log: Extract<LogConfiguration, { kind: 'kafka' }>): KafkaOptions {
  const { brokers, sasl, tls } = log
  return {
    brokers,
    ...(sasl === undefined ? {} : { sasl }),
    ...(tls === undefined ? {} : { tls: { ca: pem(tls.ca), cert: pem(tls.cert), key: pem(tls.key) } }),
  }
}

function pem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new PlatformError('config.invalid', `configuration: the certificate file ${path} cannot be read`, {
      cause: error,
    })
  }
}
