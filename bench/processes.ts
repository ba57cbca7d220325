import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Task } from './child.ts'
import { family, readText } from './process-family.ts'

export interface PartResult<T> {
  readonly result: T
  /** From its start to its end, starting up included. */
  readonly seconds: number
  /** Largest resident memory of any one process of the part, in MiB; undefined where the system does not tell. */
  readonly peakMiB: number | undefined
}

/**
 * Runs a part in a process of its own, watching the memory of it and of what it starts.
 *
 * @param how Which file has the part, default `child.ts`, flags for Node, and what to add to the environment.
 */
export async function runPart<T>(
  part: string,
  task: Task,
  how: {
    readonly file?: string
    readonly flags?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  } = {},
): Promise<PartResult<T>> {
  const startedAt = performance.now()
  const { file = 'child.ts', flags = [], env = {} } = how
  const args = [...flags, join(import.meta.dirname, file), part, JSON.stringify(task)]
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += String(chunk)
  })
  const watch = watchMemory(child)
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve))
  const seconds = (performance.now() - startedAt) / 1000
  const peakMiB = watch.stop()
  if (exitCode !== 0) throw new Error(`bench: part ${part} ended with ${exitCode}`)
  return { result: JSON.parse(output.trim().split('\n').at(-1) ?? 'null') as T, seconds, peakMiB }
}

/** Linux keeps the peak of each process itself; reading it now and then misses only the last moments. */
export function watchMemory(child: ChildProcess): { stop: () => number | undefined } {
  let peakKiB = 0
  const timer = setInterval(() => {
    for (const pid of family(child.pid ?? 0)) {
      const peak = /VmHWM:\s+(\d+)/.exec(readText(`/proc/${pid}/status`))?.[1]
      peakKiB = Math.max(peakKiB, Number(peak ?? 0))
    }
  }, 100)
  return {
    stop: () => {
      clearInterval(timer)
      return peakKiB === 0 ? undefined : Math.round(peakKiB / 1024)
    },
  }
}
