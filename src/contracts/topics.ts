import type { TableName } from './all-contracts.ts'

/** A stream of the event log: which table its records are of, and how its text is kept apart and for how long. */
export interface Topic {
  readonly name: string
  readonly description: string
  /** Table of a record whose header `table` names none; undefined when every record must name one. */
  readonly table: TableName | undefined
  /** Records of one partition key stay in order; said in words. */
  readonly partitionKey: string
  readonly partitions: number
}

/** The topics of the platform; each has a further one for records that no table can take. */
export const topics = {
  webEvents: {
    name: 'marketing.web-events.v1',
    description: 'What visitors do on the shop’s site, from the collector.',
    table: 'web_events',
    partitionKey: 'visitor',
    partitions: 4,
  },
  crmChanges: {
    name: 'marketing.crm-changes.v1',
    description: 'Rows that changed in the shop’s database.',
    table: undefined,
    partitionKey: 'table and primary key',
    partitions: 4,
  },
  adStats: {
    name: 'marketing.ad-stats.v1',
    description: 'Figures of ad accounts as their platforms report them.',
    table: 'ad_stats',
    partitionKey: 'account',
    partitions: 1,
  },
} as const satisfies Readonly<Record<string, Topic>>

export const topicList: readonly Topic[] = Object.values(topics)

/** Where a topic's records go that cannot be landed; one partition, the record as it was, the reason in headers. */
export const deadLetterOf = (topic: string): string => `${topic}.dead-letter`

/**
 * Names of the headers a record may carry. `schemaVersion` is the contract's version its sender wrote for and is
 * required; `deadLetter…` are added when a record is set aside.
 */
export const recordHeaders = {
  schemaVersion: 'schema-version',
  table: 'table',
  /** `upsert` (default) or `delete`; a delete carries the primary key only. */
  operation: 'operation',
  /** Name of the write key or connection it came through. */
  source: 'source',
  /** `true` when the record's bytes were not UTF-8; its text is then approximate. */
  invalidText: 'invalid-utf8',
  deadLetterReason: 'dead-letter-reason',
  deadLetterOrigin: 'dead-letter-origin',
} as const

/** How long a log keeps its records: they hold personal data, as raw files do. */
export const logRetentionDays = 30
