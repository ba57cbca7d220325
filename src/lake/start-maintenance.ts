import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PlatformError } from '../contracts/errors.ts'
import type { MaintenanceProcess } from './maintenance.ts'

/** delta-rs in a process of its own, as `maintenance.py` serves it; requests are answered in order. */
export function startMaintenance(python: string): MaintenanceProcess & { close(): Promise<void> } {
  const child = spawn(python, [join(import.meta.dirname, 'maintenance.py')], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const failed = new Promise<never>((_, reject) => {
    child.on('error', (error) => reject(notStarted(python, error)))
  })
  failed.catch(() => {})
  child.stdin.on('error', () => {})
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let last: Promise<unknown> = Promise.resolve()
  const ask = async (command: Readonly<Record<string, unknown>>) => {
    child.stdin.write(`${JSON.stringify(command)}\n`)
    const { value, done } = await Promise.race([answers.next(), failed])
    if (done === true) throw notStarted(python, undefined)
    const answer = JSON.parse(value) as { ok: boolean; error?: string; result?: Record<string, unknown> }
    if (answer.ok) return answer.result ?? {}
    throw new PlatformError('internal', `lake: maintenance failed: ${answer.error}`)
  }
  return {
    request: (command) => {
      const answer = last.then(() => ask(command))
      last = answer.catch(() => undefined)
      return answer
    },
    close: async () => {
      child.stdin.end()
      await Promise.race([ended, failed.catch(() => {})])
    },
  }
}

const notStarted = (python: string, cause: unknown) =>
  new PlatformError(
    'python.missing',
    `lake: maintenance with ${python} ended unasked; install it with \`npm run setup\``,
    { cause },
  )
