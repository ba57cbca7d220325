import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { event } from './collector-fixture.ts'
import { idsInFile, spawnCollector } from './spawn-collector.ts'

export interface Survival {
  readonly sent: number
  /** Acknowledged before the kill and not in the log after it. */
  readonly lost: readonly string[]
  readonly acknowledgedBeforeKill: number
  readonly stored: number
  readonly distinct: number
}

const batches = 120

/** Senders that repeat until they are answered, and a collector that is killed after `killAfterMs` of their work. */
export async function surviveKill(killAfterMs: number, batchSize = 20): Promise<Survival> {
  const folder = await mkdtemp(join(tmpdir(), 'sillage-killed-'))
  const logFile = join(folder, 'events.sqlite')
  try {
    let collector = await spawnCollector(logFile)
    const { port } = collector
    const acknowledged = new Set<string>()
    const queue = Array.from({ length: batches }, (_, batch) =>
      Array.from({ length: batchSize }, (_, index) => `e${batch}-${index}`),
    )
    const sent = queue.flat()
    const send = async () => {
      for (let ids = queue.shift(); ids !== undefined; ids = queue.shift()) {
        while (!(await isAcknowledged(port, ids))) await pause(20)
        for (const id of ids) acknowledged.add(id)
      }
    }
    const senders = Promise.all([send(), send(), send(), send()])
    await pause(killAfterMs)
    await collector.kill()
    const before = [...acknowledged]
    const storedThen = new Set(await idsInFile(logFile))
    collector = await spawnCollector(logFile, { port })
    await senders
    await collector.stop()
    const stored = await idsInFile(logFile)
    const distinct = new Set(stored)
    return {
      sent: sent.length,
      lost: before.filter((id) => !storedThen.has(id)).concat(sent.filter((id) => !distinct.has(id))),
      acknowledgedBeforeKill: before.length,
      stored: stored.length,
      distinct: distinct.size,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function isAcknowledged(port: number, ids: readonly string[]): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/events?key=wk_shop`, {
      method: 'POST',
      body: JSON.stringify(ids.map((event_id) => event({ event_id, occurred_at: new Date().toISOString() }))),
    })
    return answer.ok && ((await answer.json()) as { accepted: number }).accepted === ids.length
  } catch {
    return false
  }
}

/** In [0, 1), the same for the same seed and point. */
export function randomShare(seed: number, point: number): number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) + Math.imul(point + 1, 0xc2b2ae35)
  state = Math.imul(state ^ (state >>> 16), 0x45d9f3b)
  state = Math.imul(state ^ (state >>> 13), 0x45d9f3b)
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32
}
