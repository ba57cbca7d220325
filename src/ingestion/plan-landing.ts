import { quarantineReasons } from '../contracts/record-outcomes.ts'
import type { DuckDb } from '../database/duckdb.ts'
import { tablePath } from '../lake/layout.ts'
import { openTable } from '../lake/table.ts'
import type { Adapter, AdapterInput } from './adapters.ts'
import { deliveryKey, readKnownDeliveries } from './delivery-log.ts'
import type { FactsCache, FileFacts } from './inspect-file.ts'
import type { LandingIntents } from './landing-intents.ts'
import type { PendingFile } from './pending-delivery.ts'
import type { ClaimedFile } from './raw-files.ts'

/** A file of which nothing can be read. */
export interface RefusedFile {
  readonly file: string
  readonly reason: string
  readonly message: string
}

/** What a landing has to do. */
export interface LandingPlan {
  readonly groups: readonly { adapter: Adapter; input: AdapterInput; files: PendingFile[] }[]
  readonly files: number
  readonly unchanged: number
  readonly refused: readonly RefusedFile[]
}

/** Which files are new or changed, by input. */
export async function planLanding(
  db: DuckDb,
  dataDir: string,
  claimed: readonly ClaimedFile[],
  cache: FactsCache,
  intents: LandingIntents,
): Promise<LandingPlan> {
  const known = await readKnownDeliveries(db, dataDir)
  const reached = await positionsOf(
    dataDir,
    new Set(claimed.flatMap(({ input }) => input.tables.map(({ table }) => table))),
  )
  const groups = new Map<AdapterInput, { adapter: Adapter; input: AdapterInput; files: PendingFile[] }>()
  const refused: RefusedFile[] = []
  let unchanged = 0
  let files = 0
  const inspected = await inspectAll(cache, claimed)
  for (const { path, logicalName, adapter, input, facts } of inspected) {
    const key = deliveryKey(adapter.name, logicalName)
    const finished = known.get(key)
    const position = reached.get(key) ?? 0
    if (finished?.sha256 === facts.sha256 && position <= finished.revision) {
      unchanged += 1
      continue
    }
    if (facts.refusal !== undefined) {
      refused.push({ file: path, reason: facts.refusal, message: quarantineReasons[facts.refusal] })
    }
    const group = groups.get(input) ?? { adapter, input, files: [] }
    const next = Math.max(finished?.revision ?? 0, position) + 1
    group.files.push({ path, logicalName, facts, revision: intents.revisionOf(key, facts.sha256, next) })
    groups.set(input, group)
    files += 1
  }
  return { groups: [...groups.values()], files, unchanged, refused }
}

/** Files looked at side by side: hashing is done on threads beside this one. */
const inspectedAtOnce = 4

async function inspectAll(
  cache: FactsCache,
  claimed: readonly ClaimedFile[],
): Promise<(ClaimedFile & { facts: FileFacts })[]> {
  const inspected: (ClaimedFile & { facts: FileFacts })[] = []
  let next = 0
  const work = async () => {
    for (let index = next++; index < claimed.length; index = next++) {
      const file = claimed[index] as ClaimedFile
      inspected[index] = { ...file, facts: await cache.inspect(file.path) }
    }
  }
  await Promise.all(Array.from({ length: inspectedAtOnce }, work))
  return inspected
}

/** Highest revision any table has of each file: more than `deliveries` knows means that a landing was cut short. */
async function positionsOf(dataDir: string, tables: ReadonlySet<string>): Promise<Map<string, number>> {
  const reached = new Map<string, number>()
  for (const name of [...tables].flatMap((table) => [`bronze.${table}`, `quarantine.${table}`])) {
    const state = await openTable(tablePath(dataDir, name)).read()
    for (const [key, revision] of state?.positions ?? []) {
      reached.set(key, Math.max(revision, reached.get(key) ?? 0))
    }
  }
  return reached
}
