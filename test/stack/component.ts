import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join, resolve } from 'node:path'

/** A server that the stack starts; `components/` has one file for each. */
export interface Component {
  readonly name: string
  /** What a client needs to know, by name; printed by `npm run stack`. */
  readonly addresses: Readonly<Record<string, string>>
  /** Ends it in order and frees what it holds; its data stays in its folder. */
  stop(): Promise<void>
}

/** Starts a component whose data lives in `folder`, after fetching what it is made of. */
export type StartComponent = (options: { readonly folder: string }) => Promise<Component>

const root = resolve(import.meta.dirname, '..', '..')

/** Downloads that all runs of this checkout share. */
export const stackCache = join(root, '.cache', 'stack')

/** @throws When the program is not there, with the command that installs it. */
export function requireProgram(program: string, versionArgs: readonly string[], debianPackage: string): void {
  const { status, error } = spawnSync(program, versionArgs, { stdio: 'ignore' })
  if (error === undefined && status === 0) return
  throw new Error(
    `stack: ${program} is missing; install it with: sudo apt-get install -y --no-install-recommends ${debianPackage}`,
  )
}

export interface ServerProcess {
  readonly pid: number
  /** Asks it to end, then waits. */
  stop(): Promise<void>
  /** As a power cut would. */
  kill(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Runs a server until it listens on its port.
 * @throws When it ends before, with the last lines of its log.
 */
export async function startServer(options: {
  readonly command: string
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly port: number
  readonly logFile: string
  readonly timeoutMs?: number
}): Promise<ServerProcess> {
  const { command, args, port, logFile, timeoutMs = 120_000 } = options
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a')
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...options.environment },
  })
  running.add(child)
  const ended = once(child, 'exit').finally(() => running.delete(child))
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal)
    await ended
  }
  const deadline = performance.now() + timeoutMs
  while (!(await isListening(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await end('SIGKILL')
      throw new Error(`stack: ${command} did not start; the end of ${logFile}:\n${lastLines(logFile)}`)
    }
    await new Promise((resume) => setTimeout(resume, 100))
  }
  return { pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resume) => {
    const socket = connect(port, '127.0.0.1')
    const answer = (is: boolean) => {
      socket.destroy()
      resume(is)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}

const lastLines = (file: string) => readFileSync(file, 'utf8').split('\n').slice(-20).join('\n')
