import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openEmbeddedLog } from '../../../src/ingestion/event-log/embedded-log.ts'
import type { EventLog } from '../../../src/ingestion/event-log/event-log.ts'
import { seededRandom } from '../../lake/killed-writers.ts'

export const killTopic = 'test.killed.v1'

export interface KilledAppenders {
  readonly file: string
  readonly seed: number
  readonly kills: number
  /** Records of each of the two senders. */
  readonly count: number
  readonly longestLifeMs: number
}

/** Reads on to the log's end and counts: each sender's numbers should come one after the other. */
async function openCounter(log: EventLog) {
  const reader = await log.openReader(killTopic, {})
  const stored = new Map<string, number>()
  const distinct = new Set<string>()
  let isInOrder = true
  return {
    close: () => reader.close(),
    storedOf: (sender: string) => stored.get(sender) ?? 0,
    counts: () => ({
      stored: [...stored.values()].reduce((sum, each) => sum + each, 0),
      distinct: distinct.size,
      isInOrder,
    }),
    async catchUp() {
      for (;;) {
        const records = await reader.next({ maxWaitMs: 0 })
        if (records.length === 0) return
        for (const { value } of records) {
          const { sender, number } = JSON.parse(value) as { sender: string; number: number }
          const before = stored.get(sender) ?? 0
          isInOrder &&= number === before + 1
          stored.set(sender, before + 1)
          distinct.add(`${sender} ${number}`)
        }
      }
    },
  }
}

export interface KillCounts {
  readonly sent: number
  readonly stored: number
  readonly distinct: number
  /** Acknowledged before a kill and not found after it; must stay 0. */
  readonly lost: number
  readonly isInOrder: boolean
}

/** Two senders append to one file from processes of their own; the first is killed again and again. */
export async function runKilledAppenders(options: KilledAppenders): Promise<KillCounts> {
  const { file, seed, kills, count, longestLifeMs } = options
  const random = seededRandom(seed)
  const log = await openEmbeddedLog({ file })
  await log.createTopic({ name: killTopic, partitions: 3 })
  const counter = await openCounter(log)
  const steady = startAppender(file, 'steady', 1, count, seed)
  const restart = (attempt: number) =>
    startAppender(file, 'killed', counter.storedOf('killed') + 1, count, seed + attempt)
  let lost = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const appender = restart(kill)
    await appender.ready
    await new Promise((resolve) => setTimeout(resolve, random() * longestLifeMs))
    const acknowledged = await appender.kill()
    await counter.catchUp()
    lost += Math.max(0, acknowledged - counter.storedOf('killed'))
  }
  await restart(kills).ended
  await steady.ended
  await counter.catchUp()
  await counter.close()
  await log.close()
  return { sent: 2 * count, lost, ...counter.counts() }
}

function startAppender(file: string, sender: string, first: number, last: number, seed: number) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'append-worker.ts'), file, sender, String(first), String(last), String(seed)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let acknowledged = 0
  const lines = createInterface({ input: child.stdout })
  const ready = once(lines, 'line')
  const allRead = once(lines, 'close')
  lines.on('line', (line) => {
    if (line !== 'ready') acknowledged = Math.max(acknowledged, Number(line))
  })
  const ended = once(child, 'exit').then(([code, signal]) => {
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`append-worker ended with ${code}`)
  })
  return {
    ready,
    ended,
    /** Returns the last number acknowledged. */
    async kill() {
      child.kill('SIGKILL')
      await allRead
      await ended
      return acknowledged
    },
  }
}
