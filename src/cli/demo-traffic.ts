import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { extname, join } from 'node:path'
import type { ShopFile } from './shop-file.ts'

/** A busy day of the demo shop: there is something to see on the Live page at any hour. */
const eventsPerMinute = 40

/**
 * Lets the simulated shop's visitors of today come, through the collector like everyone's, in a process of their
 * own; returns how to stop them.
 *
 * @param lastEventAt When the newest event there is was received; who came since then today is sent at once.
 */
export function startDemoTraffic(
  shop: ShopFile,
  collectUrl: string,
  lastEventAt: string | null,
): () => Promise<void> {
  const program = join(
    import.meta.dirname,
    '..',
    'data-generation',
    `generate-web${extname(import.meta.filename)}`,
  )
  const today = `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`
  const options = {
    mode: 'stream',
    pace: 'day',
    seed: String(shop.demo?.seed ?? 1),
    'events-per-minute': String(eventsPerMinute),
    duration: String(10 * 365 * 86_400),
    since: lastEventAt !== null && lastEventAt > today ? lastEventAt : today,
    to: `${collectUrl}/v1/events`,
    'write-key': shop.sources?.[0]?.writeKey ?? '',
  }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn(process.execPath, [program, ...args], { stdio: 'ignore' })
  const ended = once(child, 'close').catch(() => {})
  const stop = () => void child.kill()
  // An interrupted run ends this process at once.
  process.once('exit', stop)
  return async () => {
    process.off('exit', stop)
    stop()
    await ended
  }
}
