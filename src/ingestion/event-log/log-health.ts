import { contracts, type TableName } from '../../contracts/all-contracts.ts'
import { columnsOf } from '../../contracts/contract.ts'
import type { DeadLetter, LogHealth, LogPartition } from '../../contracts/data-health.ts'
import { quarantineReasons } from '../../contracts/record-outcomes.ts'
import { deliveredName } from '../../contracts/text-rules.ts'
import { deadLetterOf, recordHeaders, topicList } from '../../contracts/topics.ts'
import { positionIdOf } from '../lander/log-delivery.ts'
import { finishedPositions } from '../lander/log-positions.ts'
import type { EventLog, StoredRecord, TopicState } from './event-log.ts'
import { readSpilled } from './spill-file.ts'

/** Dead letters shown of each topic. */
const lastLetters = 10

/**
 * How a log stands: its topics, how far the lake has come with them, and the last dead letters, of which only what
 * names no person is told.
 *
 * @throws {PlatformError} `log.unavailable`, `log.damaged`.
 */
export async function readLogHealth(log: EventLog, dataDir: string): Promise<LogHealth> {
  const topics = await log.topics()
  const landed = await finishedPositions(dataDir)
  const letters = await Promise.all(
    topicList.map(({ name, table }) => lastDeadLetters(log, topics, deadLetterOf(name), table)),
  )
  return {
    kind: log.kind,
    dataDir,
    topics: topics.map(({ name, partitions }) => {
      const states = partitions.map((state): LogPartition => {
        const position = landed.get(positionIdOf(name, state.partition)) ?? null
        const from = Math.max(position ?? 0, state.firstOffset)
        return { ...state, landedOffset: position, lag: Math.max(0, state.nextOffset - from) }
      })
      return { name, partitions: states, lag: states.reduce((sum, { lag }) => sum + lag, 0) }
    }),
    kept: readSpilled(dataDir),
    deadLetters: letters
      .flat()
      .sort((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, lastLetters),
  }
}

async function lastDeadLetters(
  log: EventLog,
  topics: readonly TopicState[],
  topic: string,
  table: TableName | undefined,
): Promise<DeadLetter[]> {
  const state = topics.find(({ name }) => name === topic)
  if (state === undefined) return []
  const from = Object.fromEntries(
    state.partitions.map(({ partition, firstOffset, nextOffset }) => [
      partition,
      Math.max(firstOffset, nextOffset - lastLetters),
    ]),
  )
  if (state.partitions.every(({ partition, nextOffset }) => from[partition] === nextOffset)) return []
  const reader = await log.openReader(topic, from)
  try {
    const records = await reader.next({ maxRecords: lastLetters * state.partitions.length, maxWaitMs: 1_000 })
    return records.map((record) => describeLetter(topic, record, table))
  } finally {
    await reader.close()
  }
}

/** A record's text holds personal data: only which of its table's columns it names is told. */
function describeLetter(topic: string, record: StoredRecord, table: TableName | undefined): DeadLetter {
  const { headers } = record
  const named = headers[recordHeaders.table] ?? table
  const known = named !== undefined && Object.hasOwn(contracts, named) ? (named as TableName) : undefined
  const columns = new Set(
    known === undefined
      ? []
      : columnsOf(contracts[known]).map(({ name, column }) => deliveredName(name, column)),
  )
  const names = fieldNames(record.value)
  const reason = headers[recordHeaders.deadLetterReason] ?? ''
  return {
    topic,
    partition: record.partition,
    offset: record.offset,
    at: new Date(record.timestampMs).toISOString(),
    reason: Object.hasOwn(quarantineReasons, reason) ? reason : 'malformed_record',
    table: known ?? null,
    bytes: Buffer.byteLength(record.value),
    fields: names.filter((name) => columns.has(name)).sort(),
    otherFields: names.filter((name) => !columns.has(name)).length,
  }
}

function fieldNames(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []
  } catch {
    return []
  }
}
