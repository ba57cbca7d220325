import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { type CommitStore, diskCommitStore } from './commit-store.ts'
import { missingFiles } from './durability.ts'
import { tablePath } from './layout.ts'
import { openTable } from './table.ts'

/** What is published: the version of every table, and what of bronze and of the logs it stands for. */
export interface Pointer {
  /** Counts up by one with every publication and rollback. */
  readonly sequence: number
  /** ISO 8601, UTC. */
  readonly publishedAt: string
  readonly runId: string
  /** UTC instant of the newest event or order in it; null when there are no data. */
  readonly dataThrough: string | null
  /** Fingerprint of the models that built it; another one means a full build. */
  readonly transform: string
  /** By `schema.table`, e.g. `gold.mart_shop_daily`. */
  readonly tables: Readonly<Record<string, number>>
  /** By table name without schema. */
  readonly bronze: Readonly<Record<string, number>>
  /** Next offset by `topic/partition`. */
  readonly logOffsets: Readonly<Record<string, number>>
  readonly note?: string
}

const folderOf = (dataDir: string): string => join(dataDir, 'warehouse', 'published')
const namePattern = /^(\d{20})\.json$/

async function sequences(store: CommitStore, dataDir: string): Promise<number[]> {
  const names = await store.list(folderOf(dataDir))
  return names
    .map((name) => Number(namePattern.exec(name)?.[1] ?? Number.NaN))
    .filter((sequence) => !Number.isNaN(sequence))
    .sort((left, right) => right - left)
}

async function readAt(store: CommitStore, dataDir: string, sequence: number): Promise<Pointer> {
  const path = pathOf(dataDir, sequence)
  const text = await store.read(path)
  if (text === undefined)
    throw new PlatformError('pointer.missing', `lake: there is no publication ${sequence}`)
  try {
    return JSON.parse(text) as Pointer
  } catch (error) {
    throw new PlatformError('lake.corrupt', `lake: ${path} is not JSON`, { cause: error })
  }
}

const pathOf = (dataDir: string, sequence: number): string =>
  join(folderOf(dataDir), `${String(sequence).padStart(20, '0')}.json`)

/** The newest publication; undefined before the first. */
export async function readPointer(dataDir: string, store = diskCommitStore): Promise<Pointer | undefined> {
  const [newest] = await sequences(store, dataDir)
  return newest === undefined ? undefined : readAt(store, dataDir, newest)
}

/** All publications, newest first. */
export async function listPointers(dataDir: string, store = diskCommitStore): Promise<Pointer[]> {
  const found = await sequences(store, dataDir)
  return Promise.all(found.map((sequence) => readAt(store, dataDir, sequence)))
}

/**
 * Publishes: from here on readers see these versions. The older publications stay.
 *
 * @param options.after Sequence the run started from (0: none); refused when another came since.
 * @throws {PlatformError} `lake.version_conflict`.
 */
export async function publishPointer(
  dataDir: string,
  pointer: Omit<Pointer, 'sequence' | 'publishedAt'> & { readonly publishedAt?: string },
  options: { readonly after?: number } = {},
  store = diskCommitStore,
): Promise<Pointer> {
  const newest = (await sequences(store, dataDir))[0] ?? 0
  const after = options.after ?? newest
  const published = { publishedAt: new Date().toISOString(), ...pointer, sequence: after + 1 }
  const text = `${JSON.stringify(published, null, 2)}\n`
  const isOurs = after === newest && (await store.createIfAbsent(pathOf(dataDir, published.sequence), text))
  if (!isOurs) {
    throw new PlatformError(
      'lake.version_conflict',
      `lake: another run published after ${after}; start the run again`,
      { canRetry: true },
    )
  }
  return published
}

/**
 * Publishes a copy of an earlier publication.
 *
 * @param toSequence Default: the newest earlier one whose tables differ from what is published.
 * @throws {PlatformError} `pointer.missing` when there is none; `lake.version_missing` when its files have been
 *   cleaned up since.
 */
export async function rollbackPointer(
  dataDir: string,
  toSequence?: number,
  store = diskCommitStore,
): Promise<Pointer> {
  const [current, ...earlier] = await listPointers(dataDir, store)
  const tablesOf = ({ tables }: Pointer) => JSON.stringify(Object.entries(tables).sort())
  const target =
    toSequence === undefined
      ? earlier.find((pointer) => current !== undefined && tablesOf(pointer) !== tablesOf(current))
      : earlier.find(({ sequence }) => sequence === toSequence)
  if (current === undefined || target === undefined) {
    throw new PlatformError(
      'pointer.missing',
      toSequence === undefined
        ? 'lake: there is no earlier publication to go back to'
        : `lake: there is no earlier publication ${toSequence}; \`sillage rollback --list\` shows them`,
    )
  }
  await assertReadable(dataDir, target, store)
  const { sequence, publishedAt, ...rest } = target
  const note = `rollback from ${current.sequence} to ${sequence} of ${publishedAt}`
  return publishPointer(dataDir, { ...rest, note }, { after: current.sequence }, store)
}

/** Clean-up keeps the newest publications only. */
async function assertReadable(dataDir: string, pointer: Pointer, store: CommitStore): Promise<void> {
  for (const [name, version] of Object.entries(pointer.tables)) {
    const path = tablePath(dataDir, name)
    const state = await openTable(path, store).readExisting(version)
    const lost = await missingFiles(path, state.files)
    if (lost.length === 0) continue
    throw new PlatformError(
      'lake.version_missing',
      `lake: publication ${pointer.sequence} is too old to go back to: ${lost.length} files of ${name} have been cleaned up`,
    )
  }
}
