import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CollectorLimits } from '../../../src/ingestion/collector/collector-limits.ts'
import { openEmbeddedLog } from '../../../src/ingestion/event-log/embedded-log.ts'
import { eventIds, storedRecords } from './stored-records.ts'

export interface CollectorProcess {
  readonly port: number
  readonly pid: number
  /** Ends it without a chance to finish. */
  kill(): Promise<void>
  /** Asks it to stop; resolves with its exit code. */
  stop(): Promise<number | null>
  /** Largest memory so far in MiB; undefined where the system does not tell. */
  peakMiB(): number | undefined
}

/** Starts a collector process on an embedded log and waits until it listens. */
export async function spawnCollector(
  logFile: string,
  { port = 0, limits = {} }: { port?: number; limits?: Partial<CollectorLimits> } = {},
): Promise<CollectorProcess> {
  const script = join(import.meta.dirname, 'collector-process.ts')
  const args = [script, logFile, String(port), JSON.stringify({ limits })]
  // As many open files as the system lets this user have: each connection is one.
  const child = spawn('sh', ['-c', 'ulimit -n $(ulimit -Hn); exec "$0" "$@"', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const pid = child.pid ?? 0
  return {
    port: await firstNumber(child),
    pid,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    stop() {
      child.kill('SIGTERM')
      return ended
    },
    peakMiB() {
      try {
        const kib = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        return kib === undefined ? undefined : Number(kib) / 1024
      } catch {
        return undefined
      }
    },
  }
}

function firstNumber(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(Number(String(chunk))))
    child.once('close', (code) => reject(new Error(`the collector ended with ${code} before it listened`)))
  })
}

/** The ids that a log file holds, read while nobody writes to it. */
export async function idsInFile(file: string): Promise<string[]> {
  const log = await openEmbeddedLog({ file })
  try {
    return eventIds(await storedRecords(log))
  } finally {
    await log.close()
  }
}
