import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { topics } from '../../../src/contracts/topics.ts'
import { openEmbeddedLog } from '../../../src/ingestion/event-log/embedded-log.ts'
import type { EventLog, StoredRecord } from '../../../src/ingestion/event-log/event-log.ts'

/** Everything a topic holds, by partition and offset. */
export async function storedRecords(log: EventLog, topic: string = topics.webEvents.name) {
  const reader = await log.openReader(topic, {})
  const records: StoredRecord[] = []
  const total = await recordCount(log, topic)
  try {
    while (records.length < total) records.push(...(await reader.next({ maxWaitMs: 50 })))
  } finally {
    await reader.close()
  }
  return records
}

async function recordCount(log: EventLog, topic: string): Promise<number> {
  const state = (await log.topics()).find(({ name }) => name === topic)
  return (state?.partitions ?? []).reduce(
    (sum, { firstOffset, nextOffset }) => sum + nextOffset - firstOffset,
    0,
  )
}

export const eventIds = (records: readonly StoredRecord[]): string[] =>
  records.map(({ value }) => (JSON.parse(value) as { event_id: string }).event_id)

/** An embedded log in a folder of its own, whose `append` a test may delay or let fail. */
export async function openTestLog(options: { maxBytes?: number } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'sillage-collector-'))
  const log = await openEmbeddedLog({ file: join(folder, 'events.sqlite'), ...options })
  const fault: { error: Error | undefined; wait: Promise<void> | undefined } = {
    error: undefined,
    wait: undefined,
  }
  const faulty: EventLog = {
    ...log,
    async append(topic, records) {
      await fault.wait
      if (fault.error !== undefined) throw fault.error
      return log.append(topic, records)
    },
  }
  return {
    log: faulty,
    fault,
    async close() {
      await log.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
