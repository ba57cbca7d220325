import { join } from 'node:path'
import { expect, it } from 'vitest'
import { deadLetterOf, recordHeaders, topics } from '../../../src/contracts/topics.ts'
import { readLogHealth } from '../../../src/ingestion/event-log/log-health.ts'
import { openEventLog } from '../../../src/ingestion/event-log/open-event-log.ts'
import { temporaryFolder } from '../../lake/temporary-folder.ts'

const folder = temporaryFolder()

it('tells of dead letters only what names no person', async () => {
  const dataDir = join(folder, 'shop')
  const log = await openEventLog({ dataDir, kind: 'embedded' })
  const topic = deadLetterOf(topics.webEvents.name)
  const value = JSON.stringify({ event_id: 'secret-id', email: 'camille@exemple.example', 'Camille D.': 'x' })
  await log.append(
    topic,
    Array.from({ length: 14 }, (_, at) => ({
      key: 'camille',
      value,
      headers: {
        [recordHeaders.source]: 'camille',
        [recordHeaders.deadLetterReason]: at === 13 ? 'camille' : 'too_long',
      },
      timestampMs: Date.parse('2026-03-01T10:00:00Z') + at,
    })),
  )
  const health = await readLogHealth(log, dataDir)
  await log.close()
  expect(health.kind).toBe('embedded')
  expect(health.deadLetters.map(({ offset }) => offset)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4])
  expect(health.deadLetters[1]).toEqual({
    topic,
    partition: 0,
    offset: 12,
    at: '2026-03-01T10:00:00.012Z',
    reason: 'too_long',
    table: 'web_events',
    bytes: Buffer.byteLength(value),
    fields: expect.arrayContaining(['event_id']),
    otherFields: expect.any(Number),
  })
  expect(health.deadLetters[0]?.reason).toBe('malformed_record')
  expect(JSON.stringify(health)).not.toMatch(/camille|secret-id/i)
  const state = health.topics.find(({ name }) => name === topic)
  expect(state?.partitions[0]).toMatchObject({ nextOffset: 14, landedOffset: null, lag: 14 })
})
