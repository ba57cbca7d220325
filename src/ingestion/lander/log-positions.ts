import { tableNames } from '../../contracts/all-contracts.ts'
import { tablePath } from '../../lake/layout.ts'
import { openTable, type TableState } from '../../lake/table.ts'
import { type LandedTopic, landedTopics, positionIdOf, unroutedTable } from './log-delivery.ts'

/** Tables a topic's records may enter, with their schema; the record of deliveries, which comes last, apart. */
export function tablesOf({ topic, isDeadLetter }: LandedTopic): string[] {
  const names = topic.table === undefined ? tableNames : [topic.table]
  const quarantine = [...names, ...(topic.table === undefined ? [unroutedTable] : [])]
  return [
    ...(isDeadLetter ? [] : names.map((name) => `bronze.${name}`)),
    ...quarantine.map((name) => `quarantine.${name}`),
  ]
}

export const deliveriesTable = 'bronze.deliveries'

/** How far the tables have come with a topic, each as its own Delta log says. */
export interface LandedPositions {
  /** By partition: what is below is landed in every table. */
  readonly finished: ReadonlyMap<number, number>
  /** By partition, only where some table is ahead: what is below was being landed when the last landing ended. */
  readonly started: ReadonlyMap<number, number>
  /** By table with its schema, then by Delta's application id. */
  readonly byTable: ReadonlyMap<string, ReadonlyMap<string, number>>
}

export async function readPositions(dataDir: string, landed: LandedTopic): Promise<LandedPositions> {
  const byTable = new Map<string, ReadonlyMap<string, number>>()
  for (const name of [...tablesOf(landed), deliveriesTable]) {
    const state = await openTable(tablePath(dataDir, name)).read()
    byTable.set(name, state?.positions ?? new Map())
  }
  const finished = partitionsOf(landed.name, byTable.get(deliveriesTable) ?? new Map())
  const started = new Map<number, number>()
  for (const [name, positions] of byTable) {
    if (name === deliveriesTable) continue
    for (const [partition, next] of partitionsOf(landed.name, positions)) {
      if (next <= Math.max(finished.get(partition) ?? 0, started.get(partition) ?? 0)) continue
      started.set(partition, next)
    }
  }
  return { finished, started, byTable }
}

/** Positions of one topic, by partition. */
export function partitionsOf(topic: string, positions: ReadonlyMap<string, number>): Map<number, number> {
  const found = new Map<number, number>()
  for (const [id, next] of positions) {
    const at = id.lastIndexOf('/')
    if (id.slice(0, at) === topic) found.set(Number(id.slice(at + 1)), next)
  }
  return found
}

/**
 * The next offset by `topic/partition` that a pinned lake stands for: its tables hold all that lies below. A table that had nothing of the newest batches stays behind, so what was finished before the tables were read
 * counts for all of them.
 *
 * @param finished Positions of the record of deliveries, read before the tables were.
 */
export function pinnedOffsets(
  bronze: ReadonlyMap<string, TableState>,
  finished: ReadonlyMap<string, number>,
): Record<string, number> {
  const offsets: Record<string, number> = {}
  for (const {
    name: topic,
    topic: { table },
    isDeadLetter,
  } of landedTopics) {
    if (isDeadLetter) continue
    const states = [...bronze]
      .filter(([name]) => table === undefined || name === table)
      .map(([, state]) => state)
    const partitions = new Set<number>(partitionsOf(topic, finished).keys())
    for (const { positions } of states)
      for (const each of partitionsOf(topic, positions).keys()) partitions.add(each)
    for (const partition of [...partitions].sort((a, b) => a - b)) {
      const id = positionIdOf(topic, partition)
      const least = finished.get(id) ?? 0
      const reached = states.map(({ positions }) => Math.max(positions.get(id) ?? 0, least))
      offsets[id] = reached.length === 0 ? least : Math.min(...reached)
    }
  }
  return offsets
}

export async function finishedPositions(dataDir: string): Promise<ReadonlyMap<string, number>> {
  return (await openTable(tablePath(dataDir, deliveriesTable)).read())?.positions ?? new Map()
}
