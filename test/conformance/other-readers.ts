import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'

const root = join(import.meta.dirname, '..', '..')
const python = join(root, '.venv', 'conformance', 'bin', 'python')

export type PlainRow = Record<string, string | null>

/** delta-rs, Polars and DuckDB's delta extension in one Python process; requests are answered in order. */
export interface OtherReaders {
  request<T = Record<string, unknown>>(command: Readonly<Record<string, unknown>>): Promise<T>
  stop(): void
}

export function startOtherReaders(): OtherReaders {
  if (!existsSync(python)) {
    throw new Error(
      'conformance: the Python environment of the other Delta readers (.venv/conformance) is missing; `npm test` installs it',
    )
  }
  const child: ChildProcess = spawn(python, [join(import.meta.dirname, 'readers.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines: Interface = createInterface({ input: child.stdout! })
  const answers = lines[Symbol.asyncIterator]()
  let last: Promise<unknown> = Promise.resolve()
  const ask = async <T>(command: Readonly<Record<string, unknown>>): Promise<T> => {
    child.stdin?.write(`${JSON.stringify(command)}\n`)
    const { value, done } = await answers.next()
    if (done) throw new Error('conformance: the Python process ended')
    const answer = JSON.parse(value) as { ok: boolean; result: T; error?: string }
    if (!answer.ok) throw new Error(`conformance: ${answer.error}`)
    return answer.result
  }
  return {
    request: <T>(command: Readonly<Record<string, unknown>>) => {
      const answer = last.then(() => ask<T>(command))
      last = answer.catch(() => undefined)
      return answer
    },
    stop: () => child.kill(),
  }
}
