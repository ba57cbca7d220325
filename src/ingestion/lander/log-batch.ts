import { contracts, type TableName } from '../../contracts/all-contracts.ts'
import { bronzePartitionsOf, bronzeSchemaOf, quarantineColumns } from '../../contracts/bronze-schema.ts'
import type { Contract } from '../../contracts/contract.ts'
import type { DuckDb } from '../../database/duckdb.ts'
import { tablePath } from '../../lake/layout.ts'
import { openTable } from '../../lake/table.ts'
import type { RecordBlock } from '../event-log/event-log.ts'
import { bytesOf } from '../event-log/record-block.ts'
import { bronzeRows } from '../land-batch.ts'
import {
  type JudgedRows,
  judge,
  keysRelation,
  matchesRelation,
  type PartitionSlice,
  type TableShare,
} from './judge-part.ts'
import { type LandedTopic, logDeliveryIdOf, unroutedTable } from './log-delivery.ts'
import { createRecordTable, type RecordTable } from './record-table.ts'
import { createRouter } from './route-record.ts'

/**
 * Records of one topic on their way into the lake. They are judged, typed and written part by part, one being filled
 * while the one before is judged, so that memory holds two parts whatever the size of a batch.
 */
export interface LogBatch {
  readonly landed: LandedTopic
  readonly slices: readonly PartitionSlice[]
  /** In the order in which they are landed. */
  readonly shares: readonly TableShare[]
  readonly records: number
  readonly bytes: number
  add(blocks: readonly RecordBlock[]): Promise<void>
  /** Judges and writes what is not yet. */
  flush(): Promise<void>
  /** Forgets everything; files that were written and not committed are left to the clean-up of the table. */
  clear(): Promise<void>
  /** Clears, for good. */
  close(): Promise<void>
}

/** Runs work when it is its turn. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/**
 * @param inTurn Judges one part at a time among all topics that share DuckDB's memory.
 * @param isReached Whether a table has taken in these records already, so that they are only counted.
 */
export function createLogBatch(
  db: DuckDb,
  dataDir: string,
  landed: LandedTopic,
  inTurn: InTurn,
  isReached: (table: string) => boolean = () => false,
): LogBatch {
  const routeOf = createRouter(landed)
  let slices: PartitionSlice[] = []
  let byPartition = new Map<number, number>()
  let shares = new Map<string, TableShare>()
  let loader: DuckDb | undefined
  let filling: RecordTable | undefined
  let judging: Promise<void> | undefined
  let records = 0
  let bytes = 0

  const note = ({ partition, firstOffset, timestampsMs }: RecordBlock): void => {
    const [firstMs = 0] = timestampsMs
    let index = byPartition.get(partition)
    if (index === undefined) {
      index = slices.length
      const day = new Date(firstMs).toISOString().slice(0, 10)
      const deliveryId = logDeliveryIdOf(landed.name, partition, day)
      slices.push({ partition, deliveryId, day, nextOffset: 0, lastArrivalMs: firstMs })
      byPartition.set(partition, index)
    }
    const slice = slices[index] as PartitionSlice
    slice.nextOffset = firstOffset + timestampsMs.length
    slice.lastArrivalMs = timestampsMs.reduce((last, ms) => Math.max(last, ms), slice.lastArrivalMs)
  }

  const shareOf = async (table: string): Promise<TableShare> => {
    const known = shares.get(table)
    if (known !== undefined) return known
    const contract = table === unroutedTable ? undefined : (contracts[table as TableName] as Contract)
    const share: TableShare = { table, contract, parts: [], refused: [], tallies: [] }
    shares.set(table, share)
    return share
  }

  const judgePart = async (part: RecordTable) => {
    try {
      for (const table of part.tables) {
        const share = await shareOf(table)
        const rows = await judge(db, share, part, slices)
        try {
          await write(share, rows)
        } finally {
          await drop(db, rows)
        }
      }
    } finally {
      await part.drop()
    }
  }

  const write = async (share: TableShare, { accepted, onlyDate, refused, part }: JudgedRows) => {
    const { contract } = share
    const tags = { deliveries: slices.map(({ deliveryId }) => deliveryId).join(' ') }
    if (contract !== undefined && accepted !== undefined && !landed.isDeadLetter && !isReached(share.table)) {
      const table = openTable(tablePath(dataDir, `bronze.${contract.name}`))
      await table.create({
        columns: bronzeSchemaOf(contract),
        partitionColumns: bronzePartitionsOf(contract),
      })
      const rows = bronzeRows(contract, accepted, slices)
      share.parts[part] = await table.writeFiles(db, rows, { tags, onlyDate })
    }
    if (refused !== undefined) {
      const table = openTable(tablePath(dataDir, `quarantine.${share.table}`))
      await table.create({ columns: quarantineColumns })
      share.refused.push(...(await table.writeFiles(db, `SELECT * FROM ${refused}`, { tags })))
    }
  }

  const judged = async () => {
    const work = judging
    judging = undefined
    await work
  }

  /** Ends the part that is being filled and begins to judge it, after the one before. */
  const turnOver = async () => {
    const part = filling
    if (part === undefined) return
    await judged()
    filling = undefined
    await part.finish()
    judging = inTurn(() => judgePart(part))
    // Looked at by whoever comes next; until then a failure is no unhandled one.
    judging.catch(() => {})
  }

  const clear = async () => {
    await judged().catch(() => {})
    await filling?.drop()
    filling = undefined
    for (const table of shares.keys()) await db.run(`DROP TABLE IF EXISTS ${keysRelation(table)}`)
    await db.run(`DROP TABLE IF EXISTS ${matchesRelation}`)
    slices = []
    byPartition = new Map()
    shares = new Map()
    records = 0
    bytes = 0
  }

  return {
    landed,
    get slices() {
      return slices
    },
    get shares() {
      return inLandingOrder([...shares.values()])
    },
    get records() {
      return records
    },
    get bytes() {
      return bytes
    },
    flush: async () => {
      await turnOver()
      await judged()
    },
    add: async (blocks) => {
      loader ??= await db.connect()
      for (const block of blocks) {
        note(block)
        records += block.timestampsMs.length
        bytes += bytesOf(block)
        filling ??= await createRecordTable(loader, routeOf)
        await filling.append(block, byPartition.get(block.partition) as number)
        if (filling.isFull) await turnOver()
      }
    },
    clear,
    close: async () => {
      await clear()
      loader?.close()
    },
  }
}

/** Consents come first, because customers are landed by them. */
const inLandingOrder = (shares: TableShare[]): TableShare[] =>
  shares.sort(
    (a, b) => Number(b.table === 'consents') - Number(a.table === 'consents') || (a.table < b.table ? -1 : 1),
  )

async function drop(db: DuckDb, { accepted, refused }: JudgedRows): Promise<void> {
  for (const relation of [accepted, refused])
    if (relation !== undefined) await db.run(`DROP TABLE ${relation}`)
}
