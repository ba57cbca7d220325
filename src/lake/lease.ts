import { unlink, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { diskCommitStore } from './commit-store.ts'
import { modifiedAtMs, type ProcessIdentity, processIdentity, processStartOf } from './process-identity.ts'

/** The right to run, held by one process at a time. */
export interface Lease {
  /** Counts up with every acquisition: whoever has the higher number is right. */
  readonly fencing: number
  /** @throws {PlatformError} `lease.lost` when another process took over. */
  assertHeld(): Promise<void>
  release(): Promise<void>
}

interface Holder extends ProcessIdentity {
  readonly purpose: string
  readonly acquiredAt: string
}

/** A living holder on another machine shows itself this often; unseen for `staleAfterMs` it counts as dead. */
const heartbeatMs = 15_000
const staleAfterMs = 180_000
/** Earlier leases kept for inspection. */
const keptLeases = 20

/** What may be done by one process at a time; each has a lease of its own. */
export type Right = 'run' | 'landing'

const folders: Record<Right, string> = { run: 'lease', landing: 'lease-landing' }

const nameOf = (fencing: number): string => String(fencing).padStart(20, '0')
const heldPath = (folder: string, fencing: number) => join(folder, `${nameOf(fencing)}.json`)
const releasedPath = (folder: string, fencing: number) => join(folder, `${nameOf(fencing)}.released`)

/**
 * Takes the lease of a data folder. A holder that died, also by `kill -9` or power loss, does not keep it.
 *
 * @param options.purpose What for, as others are told, e.g. `a run`.
 * @param options.right Default `run`.
 * @throws {PlatformError} `lease.held` saying by whom and since when.
 */
export async function acquireLease(
  dataDir: string,
  options: { readonly purpose: string; readonly right?: Right },
): Promise<Lease> {
  const folder = join(dataDir, 'warehouse', folders[options.right ?? 'run'])
  const names = await diskCommitStore.list(folder)
  const newest = newestFencing(names)
  if (newest > 0 && !names.includes(`${nameOf(newest)}.released`)) await refuseIfAlive(folder, newest)
  const fencing = newest + 1
  const holder: Holder = {
    ...(await processIdentity()),
    purpose: options.purpose,
    acquiredAt: new Date().toISOString(),
  }
  const path = heldPath(folder, fencing)
  if (!(await diskCommitStore.createIfAbsent(path, `${JSON.stringify(holder)}\n`))) {
    await refuseIfAlive(folder, fencing)
    throw held('another process took it in this moment')
  }
  await dropOldLeases(folder, names, newest)
  return leaseOf(folder, fencing)
}

function leaseOf(folder: string, fencing: number): Lease {
  const heartbeat = setInterval(() => {
    const now = new Date()
    utimes(heldPath(folder, fencing), now, now).catch(() => clearInterval(heartbeat))
  }, heartbeatMs)
  heartbeat.unref()
  const isHeld = async () => {
    const names = await diskCommitStore.list(folder)
    return newestFencing(names) === fencing && !names.includes(`${nameOf(fencing)}.released`)
  }
  return {
    fencing,
    assertHeld: async () => {
      if (await isHeld()) return
      throw new PlatformError(
        'lease.lost',
        `lease: number ${fencing} was taken over by another process; nothing was published, start the run again`,
        { canRetry: true },
      )
    },
    release: async () => {
      clearInterval(heartbeat)
      await diskCommitStore.createIfAbsent(releasedPath(folder, fencing), '')
    },
  }
}

const newestFencing = (names: readonly string[]): number =>
  names.reduce((most, name) => Math.max(most, Number(/^(\d{20})\.json$/.exec(name)?.[1] ?? 0)), 0)

async function refuseIfAlive(folder: string, fencing: number): Promise<void> {
  const path = heldPath(folder, fencing)
  const text = await diskCommitStore.read(path)
  if (text === undefined) return
  const holder = JSON.parse(text) as Holder
  if (!(await isAlive(path, holder))) return
  throw held(
    `${holder.purpose} has it since ${holder.acquiredAt} (process ${holder.pid} on ${holder.host}); wait for it or stop that process`,
  )
}

async function isAlive(path: string, holder: Holder): Promise<boolean> {
  const self = await processIdentity()
  if (holder.host === hostname() && holder.boot === self.boot) {
    return (await processStartOf(holder.pid)) === holder.startedAt
  }
  if (holder.host === hostname()) return false
  return Date.now() - (await modifiedAtMs(path)) < staleAfterMs
}

async function dropOldLeases(folder: string, names: readonly string[], newest: number): Promise<void> {
  for (const name of names) {
    const fencing = Number(/^(\d{20})\.(json|released)$/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY)
    if (fencing <= newest - keptLeases) await unlink(join(folder, name)).catch(ignoreMissing)
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

const held = (what: string) =>
  new PlatformError('lease.held', `lease: the data folder is in use: ${what}`, { canRetry: true })
