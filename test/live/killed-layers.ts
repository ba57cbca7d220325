import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { LiveWindow } from '../../src/contracts/live.ts'
import { openLogAt } from '../ingestion/event-log/open-log-at.ts'
import { appendVisits, startLayer, windowsOfOneRun } from './live-folder.ts'

const worker = join(import.meta.dirname, 'live-process.ts')
const visitsPerKill = 40

export interface KilledRun {
  readonly restarted: LiveWindow[]
  readonly uninterrupted: LiveWindow[]
  readonly visits: number
}

/**
 * Kills a speed layer with -9 at random moments while events come in, and starts it again each time.
 * @param brokers Of the Kafka that holds the log, with nothing in its topics; default the embedded log.
 */
export async function killLayers(
  folder: string,
  seed: number,
  kills: number,
  brokers?: string,
): Promise<KilledRun> {
  // A broker deletes what was received long ago.
  const startMs = Date.now() - 3_600_000
  const [dataDir, other] = [join(folder, `killed-${seed}`), join(folder, `whole-${seed}`)]
  await mkdir(other, { recursive: true })
  const log = await openLogAt(dataDir, brokers)
  let state = seed | 1
  const random = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state % below
  }
  try {
    for (let kill = 0; kill < kills; kill++) {
      const child = spawn(process.execPath, [worker, dataDir, ...(brokers === undefined ? [] : [brokers])], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((resolve) => child.on('close', resolve))
      if (random(4) > 0) await new Promise((resolve) => child.stdout.once('data', resolve))
      else await setTimeout(random(400))
      for (let part = 0; part < 4; part++) {
        const from = (kill * 4 + part) * (visitsPerKill / 4)
        await appendVisits(log, from, from + visitsPerKill / 4, startMs)
        await setTimeout(random(25))
      }
      child.kill('SIGKILL')
      await ended
    }
    const layer = startLayer(dataDir, log)
    await layer.caughtUp()
    const restarted = layer.windows()
    await layer.stop()
    return { restarted, uninterrupted: await windowsOfOneRun(other, log), visits: kills * visitsPerKill }
  } finally {
    await log.close()
  }
}
