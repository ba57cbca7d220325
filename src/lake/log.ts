import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { newestCheckpoint, readCheckpoint } from './checkpoint.ts'
import type { CommitStore } from './commit-store.ts'
import { type Action, applyActions, parseActions, type Snapshot } from './snapshot.ts'

export const logFolderOf = (tablePath: string): string => join(tablePath, '_delta_log')

export const commitName = (version: number): string => `${String(version).padStart(20, '0')}.json`

export const commitPath = (tablePath: string, version: number): string =>
  join(logFolderOf(tablePath), commitName(version))

const commitPattern = /^(\d{20})\.json$/

/** Pinned versions kept per table; a run reads few. */
const keptPinned = 8

interface CachedTable {
  readonly latest: Snapshot
  /** Of the newest commit's file: another one means that the folder was replaced under us. */
  readonly identity: string
  readonly pinned: Map<number, Snapshot>
}

const caches = new WeakMap<CommitStore, Map<string, CachedTable>>()

function cacheOf(store: CommitStore): Map<string, CachedTable> {
  let cache = caches.get(store)
  if (cache === undefined) {
    cache = new Map()
    caches.set(store, cache)
  }
  return cache
}

/** Newest snapshot; costs one `stat` and the commits since the last call. Undefined when there is no table. */
export async function readLatest(store: CommitStore, tablePath: string): Promise<Snapshot | undefined> {
  const cache = cacheOf(store)
  const cached = cache.get(tablePath)
  if (cached !== undefined) {
    const identity = await store.identity(commitPath(tablePath, cached.latest.version))
    if (identity === cached.identity) {
      const latest = await readForward(store, tablePath, cached.latest)
      return latest === cached.latest ? latest : remember(store, tablePath, latest, cached.pinned)
    }
    cache.delete(tablePath)
  }
  const names = await store.list(logFolderOf(tablePath))
  const highest = names.reduce(
    (most, name) => Math.max(most, Number(commitPattern.exec(name)?.[1] ?? -1)),
    -1,
  )
  const checkpoint = newestCheckpoint(names)
  if (highest === -1 && checkpoint === undefined) return undefined
  const base = await readBase(tablePath, checkpoint)
  const latest = await readForward(store, tablePath, base)
  if (latest === undefined || latest.version < highest) {
    throw new PlatformError(
      'lake.corrupt',
      `lake: the log of ${tablePath} lacks version ${(latest?.version ?? -1) + 1} although ${highest} exists; restore the folder from a backup`,
    )
  }
  return remember(store, tablePath, latest, new Map())
}

/** @throws {PlatformError} `lake.version_missing` when it was never written or its log was cleaned up. */
export async function readVersion(
  store: CommitStore,
  tablePath: string,
  version: number,
): Promise<Snapshot | undefined> {
  const latest = await readLatest(store, tablePath)
  if (latest === undefined || latest.version === version) return latest
  const pinned = cacheOf(store).get(tablePath)?.pinned
  const known = pinned?.get(version)
  if (known !== undefined) return known
  if (version < 0 || version > latest.version) throw versionMissing(tablePath, version, latest.version)
  const names = await store.list(logFolderOf(tablePath))
  const base = await readBase(tablePath, newestCheckpoint(names, version))
  const snapshot = await readForward(store, tablePath, base, version)
  if (snapshot?.version !== version) throw versionMissing(tablePath, version, latest.version)
  if (pinned !== undefined) {
    pinned.set(version, snapshot)
    if (pinned.size > keptPinned) pinned.delete([...pinned.keys()][0] ?? version)
  }
  return snapshot
}

/** Actions of the commits after `from` up to `to`. @throws {PlatformError} `lake.version_missing`. */
export async function readCommits(
  store: CommitStore,
  tablePath: string,
  from: number,
  to: number,
): Promise<Action[]> {
  const actions: Action[] = []
  for (let version = from + 1; version <= to; version += 1) {
    const path = commitPath(tablePath, version)
    const text = await store.read(path)
    if (text === undefined) throw versionMissing(tablePath, version, to)
    actions.push(...parseActions(path, text))
  }
  return actions
}

async function readBase(tablePath: string, checkpoint: ReturnType<typeof newestCheckpoint>) {
  if (checkpoint === undefined) return undefined
  const actions = await readCheckpoint(logFolderOf(tablePath), checkpoint)
  return applyActions(tablePath, undefined, checkpoint.version, actions)
}

async function readForward<B extends Snapshot | undefined>(
  store: CommitStore,
  tablePath: string,
  base: B,
  to = Number.POSITIVE_INFINITY,
): Promise<Snapshot | B> {
  let version = base?.version ?? -1
  const actions: Action[] = []
  while (version < to) {
    const path = commitPath(tablePath, version + 1)
    const text = await store.read(path)
    if (text === undefined) break
    actions.push(...parseActions(path, text))
    version += 1
  }
  return version === (base?.version ?? -1) ? base : applyActions(tablePath, base, version, actions)
}

async function remember(
  store: CommitStore,
  tablePath: string,
  latest: Snapshot,
  pinned: Map<number, Snapshot>,
): Promise<Snapshot> {
  const identity = await store.identity(commitPath(tablePath, latest.version))
  if (identity !== undefined) cacheOf(store).set(tablePath, { latest, identity, pinned })
  return latest
}

const versionMissing = (tablePath: string, version: number, latest: number) =>
  new PlatformError(
    'lake.version_missing',
    `lake: ${tablePath} has no version ${version} (newest: ${latest}); it was never written or has been cleaned up`,
  )
