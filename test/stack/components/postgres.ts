import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { chown } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openPostgres } from '../../../src/database/postgres.ts'
import { freePort } from '../../free-port.ts'

/** A real PostgreSQL server of its own on loopback, with logical replication on and nothing kept. */
export interface PostgresServer {
  /** Address of its database `crm`, as its superuser. */
  readonly url: string
  /** Ends it as a crash would. */
  kill(): Promise<void>
  /** Starts it again over what is on its disk. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const user = 'sillage'

/** @throws when PostgreSQL is not installed, with the command that installs it. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = serverPrograms()
  const account = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'sillage-postgres-'))
  if (account !== undefined) await chown(folder, account.uid, account.gid)
  const data = join(folder, 'data')
  const asAccount = account === undefined ? {} : account
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', user, '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { stdio: 'pipe', cwd: folder, ...asAccount },
  )
  const port = await freePort()
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    wal_level: 'logical',
    max_wal_senders: 8,
    max_replication_slots: 8,
    // As a server in another country would have it: capture must not depend on the server's own settings.
    timezone: 'America/New_York',
    datestyle: 'German',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const url = (database: string) => `postgres://${user}@127.0.0.1:${port}/${database}`
  let server: ChildProcess
  const start = async () => {
    server = spawn(join(bin, 'postgres'), ['-D', data, ...options], {
      stdio: 'ignore',
      cwd: folder,
      ...asAccount,
    })
    await untilReady(url('postgres'), server)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill(signal)
    await ended
  }
  await start()
  const admin = await openPostgres({ url: url('postgres') })
  await admin.rows('create database crm')
  await admin.close()
  return {
    url: url('crm'),
    kill: async () => {
      // Its children notice that it is gone a moment later; only then may it be started again.
      const children = childrenOf(server.pid)
      await end('SIGKILL')
      while (children.some(isAlive)) await wait(20)
    },
    restart: start,
    stop: async () => {
      await end('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function serverPrograms(): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ]
  const found = folders.find((each) => existsSync(join(each, 'initdb')) && existsSync(join(each, 'postgres')))
  if (found !== undefined) return found
  throw new Error(
    `stack: PostgreSQL is not installed; run \`${process.platform === 'darwin' ? 'brew install postgresql@17' : 'sudo apt-get install -y postgresql'}\`, then the same command again`,
  )
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account = ['postgres', 'nobody'].flatMap((name) => accounts.filter(([each]) => each === name))[0]
  return { uid: Number(account?.[2] ?? 65_534), gid: Number(account?.[3] ?? 65_534) }
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (server.exitCode !== null)
      throw new Error(`stack: PostgreSQL ended with ${server.exitCode} at its start`)
    const database = await openPostgres({ url, connectTimeoutMs: 1_000 }).catch(() => undefined)
    if (database !== undefined) return database.close()
    await wait(50)
  }
  throw new Error('stack: PostgreSQL did not answer within 15 s')
}

function childrenOf(pid: number | undefined): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  return listed
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
