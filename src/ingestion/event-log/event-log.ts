/** A record as a producer hands it over. */
export interface LogRecord {
  /** Records of one key stay in order; null spreads them over the partitions. */
  readonly key: string | null
  /** Usually JSON of one row in the delivered names of its contract; a log keeps any text as it is. */
  readonly value: string
  /** By the names of `recordHeaders`. */
  readonly headers: Readonly<Record<string, string>>
  /** When the platform received it, in milliseconds since 1970; default now. */
  readonly timestampMs?: number
}

export interface StoredRecord extends Required<LogRecord> {
  readonly partition: number
  /** Ascends by one in a partition, but for records that retention or a broker's own markers took away. */
  readonly offset: number
}

/** Records of one partition with ascending offsets without a gap, that share their headers: many at the cost of one. */
export interface RecordBlock {
  readonly partition: number
  readonly firstOffset: number
  readonly headers: Readonly<Record<string, string>>
  /** Of each record, in milliseconds since 1970. */
  readonly timestampsMs: readonly number[]
  /**
   * The records' values in UTF-8 with the byte 0x1e between two. A value that has this byte, or a NUL, is alone
   * in its block.
   */
  readonly text: Uint8Array
}

export interface PartitionState {
  readonly partition: number
  /** Offset of the oldest record kept; equals `nextOffset` when there is none. */
  readonly firstOffset: number
  /** Offset the next record will get. */
  readonly nextOffset: number
}

export interface TopicState {
  readonly name: string
  readonly partitions: readonly PartitionState[]
}

/** Next offset to read, by partition; a partition that is not named is read from its oldest record. */
export type Positions = Readonly<Record<number, number>>

export interface ReadLimits {
  /** Default 10,000. */
  readonly maxRecords?: number
  /** Sum of the values' lengths, passed by at most one record; default 16 MiB. */
  readonly maxBytes?: number
  /** How long to wait for the first record; default 200. */
  readonly maxWaitMs?: number
}

/** Reads a topic's partitions onward; each record once, in order within its partition. */
export interface LogReader {
  /**
   * The next records; empty when none came in time.
   * @throws {PlatformError} `log.truncated` when records that were to be read are gone, or the topic was made anew;
   *   `log.unavailable` (may be retried) when the log does not answer; `log.damaged` when it cannot be read.
   */
  next(limits?: ReadLimits): Promise<readonly StoredRecord[]>
  /** The same records as `next` would give, for whoever moves many of them on without looking at each. */
  nextBlocks(limits?: ReadLimits): Promise<readonly RecordBlock[]>
  close(): Promise<void>
}

/**
 * A durable, partitioned, append-only log. Two implementations pass one conformance suite: SQLite in the data
 * folder and Apache Kafka. Positions are kept by the readers, beside what they made of the records, never in the log.
 */
export interface EventLog {
  readonly kind: 'embedded' | 'kafka'
  /** Makes a topic with its dead-letter topic, where they are missing; never changes existing ones. */
  createTopic(topic: { readonly name: string; readonly partitions: number }): Promise<void>
  /** Dead-letter topics included, sorted by name. */
  topics(): Promise<readonly TopicState[]>
  /**
   * Resolves when all records are on disk (and, in Kafka, on the in-sync replicas), in their order. On failure
   * some may be stored all the same: whoever sends again sends duplicates, which `event_id` tells.
   * @throws {PlatformError} `log.unavailable` (may be retried), `topic.unknown`, `disk.full`, `record.refused` when one
   *   of them is never taken as it is.
   */
  append(topic: string, records: readonly LogRecord[]): Promise<void>
  /** @throws {PlatformError} `topic.unknown`, `log.truncated`, `log.unavailable`. */
  openReader(topic: string, from: Positions): Promise<LogReader>
  /** Appends under way are finished first. */
  close(): Promise<void>
}
