import type { LogHealth } from '../../contracts/data-health.ts'
import type { CsvRow } from './csv.ts'

/** Downloads of how the event log stands, by name: `/api/log-<name>.csv`. */
export const logTables: Readonly<Record<string, (health: LogHealth) => CsvRow[]>> = {
  topics: ({ topics }) =>
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partition, firstOffset, nextOffset, landedOffset, lag }) => ({
        topic: name,
        partition,
        first_offset: firstOffset,
        next_offset: nextOffset,
        landed_offset: landedOffset,
        waiting: lag,
      })),
    ),
  'dead-letters': ({ deadLetters }) =>
    deadLetters.map(({ topic, partition, offset, at, reason, table, bytes, fields, otherFields }) => ({
      topic,
      partition,
      offset,
      arrived_at: at,
      reason,
      table,
      bytes,
      fields,
      other_fields: otherFields,
    })),
}
