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

/** Numbers stored, in the order they lie in the log, by sender. */
export async function numbersOf(log: EventLog): Promise<Map<string, number[]>> {
  const numbers = new Map<string, number[]>()
  const reader = await log.openReader(killTopic, {})
  for (;;) {
    const records = await reader.next({ maxWaitMs: 0 })
    if (records.length === 0) break
    for (const { value } of records) {
      const { sender, number } = JSON.parse(value) as { sender: string; number: number }
      const known = numbers.get(sender) ?? []
      known.push(number)
      numbers.set(sender, known)
    }
  }
  await reader.close()
  return numbers
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
  const steady = startAppender(file, 'steady', count, seed)
  let lost = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const appender = startAppender(file, 'killed', count, seed + kill)
    await appender.ready
    await new Promise((resolve) => setTimeout(resolve, random() * longestLifeMs))
    const acknowledged = await appender.kill()
    const stored = (await numbersOf(log)).get('killed') ?? []
    if (stored.length < acknowledged) lost += acknowledged - stored.length
  }
  await startAppender(file, 'killed', count, seed + kills).ended
  await steady.ended
  const numbers = await numbersOf(log)
  await log.close()
  const all = [...numbers.values()]
  return {
    sent: 2 * count,
    stored: all.flat().length,
    distinct: all.reduce((sum, each) => sum + new Set(each).size, 0),
    lost,
    isInOrder: all.every((each) => each.every((number, at) => number === at + 1)),
  }
}

function startAppender(file: string, sender: string, count: number, seed: number) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'append-worker.ts'), file, sender, String(count), String(seed)],
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
