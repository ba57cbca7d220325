import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface LakeProcess {
  /** Next line it prints; undefined once it has ended. */
  line(): Promise<string | undefined>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Exit code, or null after a kill. */
  readonly ended: Promise<number | null>
}

/** Runs `lake-worker.ts` in a process of its own. */
export function spawnLake(args: readonly string[]): LakeProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'lake-worker.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  return {
    line: async () => {
      const next = await lines.next()
      return next.done ? undefined : next.value
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
    ended,
  }
}
