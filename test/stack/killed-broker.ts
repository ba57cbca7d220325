import { setTimeout as sleep } from 'node:timers/promises'
import { PlatformError } from '../../src/contracts/errors.ts'
import type { EventLog } from '../../src/ingestion/event-log/event-log.ts'
import { seededRandom } from '../lake/killed-writers.ts'
import type { KafkaBroker } from './components/kafka.ts'

/** Records of a run, numbered. */
export const batch = (run: string, from: number, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    key: `${run}-${(from + at) % 17}`,
    value: JSON.stringify({ run, number: from + at, padding: 'x'.repeat(300) }),
    headers: { 'schema-version': '1' },
  }))

/** Stored and distinct records of a run, and whether each key's came in order. */
export async function countOf(log: EventLog, topic: string, run: string) {
  const reader = await log.openReader(topic, {})
  const numbers: number[] = []
  const last = new Map<string | null, number>()
  let isInOrder = true
  for (let empty = 0; empty < 3; ) {
    const records = await reader.next({ maxWaitMs: 500 })
    empty = records.length === 0 ? empty + 1 : 0
    for (const { key, value } of records) {
      const found = JSON.parse(value) as { run: string; number: number }
      if (found.run !== run) continue
      numbers.push(found.number)
      isInOrder &&= found.number > (last.get(key) ?? -1)
      last.set(key, found.number)
    }
  }
  await reader.close()
  return { stored: numbers.length, distinct: new Set(numbers).size, isInOrder }
}

/**
 * Sends and reads while the broker is killed and started again, so many times; each time at a random moment after
 * events were acknowledged again.
 */
export async function runKilledBroker(options: {
  readonly log: EventLog
  readonly broker: KafkaBroker
  readonly topic: string
  readonly seed: number
  readonly kills: number
  /** The broker is away for up to so long, beside the time it takes to start; default 200. */
  readonly longestAwayMs?: number
  /** Between two sendings of 120 records; default 10. */
  readonly pauseMs?: number
}) {
  const { log, broker, topic, seed, kills, longestAwayMs = 200, pauseMs = 10 } = options
  const random = seededRandom(seed)
  const run = `kill-${seed}`
  const reader = await log.openReader(topic, {})
  const seen = new Map<number, number>()
  let sent = 0
  let isOver = false

  const send = async () => {
    const append = () => {
      const from = sent
      sent += 40
      return log.append(topic, batch(run, from, 40))
    }
    for (let afterwards = 0; afterwards < 30; afterwards += isOver ? 1 : 0) {
      await Promise.all([append(), append(), append()])
      await sleep(pauseMs)
    }
  }
  const read = async (isSending: () => boolean) => {
    for (let empty = 0; isSending() || empty < 3; ) {
      const records = await reader.next({ maxWaitMs: 300 }).catch((error: unknown) => {
        if (error instanceof PlatformError && error.code === 'log.unavailable') return []
        throw error
      })
      empty = records.length === 0 ? empty + 1 : 0
      for (const { value } of records) {
        const found = JSON.parse(value) as { run: string; number: number }
        if (found.run === run) seen.set(found.number, (seen.get(found.number) ?? 0) + 1)
      }
    }
  }
  /** Else the broker would be killed while it starts, with nothing under way. */
  const untilRead = async () => {
    for (const before = seen.size; seen.size === before; ) await sleep(20)
  }
  const chaos = async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      await untilRead()
      await sleep(random() * 600)
      await broker.kill()
      await sleep(random() * longestAwayMs)
      await broker.restart()
    }
    await untilRead()
    isOver = true
  }
  let isSending = true
  const sending = send().finally(() => {
    isSending = false
  })
  await Promise.all([sending, read(() => isSending), chaos()])
  await reader.close()
  const readOnce = [...seen.values()].filter((times) => times === 1).length
  return { sent, readOnce, ...(await countOf(log, topic, run)) }
}
