import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/** Tells a process from every other, also from a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Changes when the machine starts anew; empty where the system does not say (its start times then do). */
  readonly boot: string
  /** As the system writes it; compared, never parsed. */
  readonly startedAt: string
}

let identity: Promise<ProcessIdentity> | undefined

/** Identity of this process. */
export function processIdentity(): Promise<ProcessIdentity> {
  identity ??= (async () => ({
    pid: process.pid,
    host: hostname(),
    boot: await bootId(),
    startedAt: (await processStartOf(process.pid)) ?? '',
  }))()
  return identity
}

/** When a process of this machine started; undefined when there is none (or only its unburied remains). */
export async function processStartOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    // The command's name comes in parentheses and may itself hold spaces and parentheses.
    const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
    return fields === undefined || fields[0] === 'Z' ? undefined : fields[19]
  }
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
    const [state = '', ...started] = stdout.trim().split(/\s+/)
    return state === '' || state.startsWith('Z') ? undefined : started.join(' ')
  } catch {
    return undefined
  }
}

async function bootId(): Promise<string> {
  if (process.platform !== 'linux') return ''
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
}

/** When a file was last touched, in milliseconds since 1970; 0 when it is gone. */
export async function modifiedAtMs(path: string): Promise<number> {
  const entry = await stat(path).catch(() => undefined)
  return entry?.mtimeMs ?? 0
}
