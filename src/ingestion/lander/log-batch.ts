import { contracts, type TableName } from '../../contracts/all-contracts.ts'
import { bronzePartitionsOf, bronzeSchemaOf } from '../../contracts/bronze-schema.ts'
import type { Contract } from '../../contracts/contract.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../../database/duckdb.ts'
import type { AddFile } from '../../lake/actions.ts'
import { tablePath } from '../../lake/layout.ts'
import { openTable } from '../../lake/table.ts'
import type { StoredRecord } from '../event-log/event-log.ts'
import { bronzeRows, createQuarantined } from '../land-batch.ts'
import { longestRawText } from '../reading/raw-records.ts'
import { type Staging, stagingOf } from '../stage-table.ts'
import { type LandedTopic, logDeliveryIdOf, unroutedTable } from './log-delivery.ts'
import {
  arrivedAt,
  createRecordTable,
  deleteSelect,
  type RecordSelect,
  type RecordTable,
  upsertSelect,
} from './record-table.ts'
import { createRouter } from './route-record.ts'

/** What one partition brought into a batch. */
export interface PartitionSlice {
  readonly partition: number
  readonly deliveryId: string
  /** UTC day the slice belongs to. */
  readonly day: string
  nextOffset: number
  /** Of the newest record, in milliseconds since 1970. */
  lastArrivalMs: number
}

/** What a batch brings to one table. */
export interface TableShare {
  readonly table: string
  /** Absent for records that name no table. */
  readonly contract: Contract | undefined
  /** Data files with the accepted rows, written and not committed: one list for each part that was judged. */
  readonly parts: AddFile[][]
  /** By place of the delivery in the batch. */
  readonly tallies: Tally[]
}

export interface Tally {
  accepted: number
  duplicate: number
  quarantined: number
  bytes: number
  eventFrom: string | undefined
  eventTo: string | undefined
}

/**
 * Records of one topic on their way into the lake. They are judged, typed and written part by part, one being filled
 * while the one before is judged, so that memory holds two parts whatever the size of a batch; refused records are
 * kept apart, with their text.
 */
export interface LogBatch {
  readonly landed: LandedTopic
  readonly slices: readonly PartitionSlice[]
  /** In the order in which they are landed. */
  readonly shares: readonly TableShare[]
  readonly records: number
  readonly bytes: number
  add(records: readonly StoredRecord[]): Promise<void>
  /** Judges and writes what is not yet. */
  flush(): Promise<void>
  /** Forgets everything; files that were written and not committed are left to the clean-up of the table. */
  clear(): Promise<void>
  /** Clears, for good. */
  close(): Promise<void>
}

/** Temporary tables of a batch: the refused records of a table, and the keys of its accepted events. */
export const refusedRelation = (table: string): string => `refused_${table}`
export const keysRelation = (table: string): string => `keys_${table}`

/** Contacts of a batch's customers, for those of them who consent to being matched. */
export const matchesRelation = 'landing_matches'

/** Text of one part. */
const partBytes = 8 << 20
/** Records handed to DuckDB at once. */
const recordsAtOnce = 2048

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

  const note = ({ partition, offset, timestampMs }: StoredRecord): void => {
    let index = byPartition.get(partition)
    if (index === undefined) {
      index = slices.length
      const day = new Date(timestampMs).toISOString().slice(0, 10)
      const deliveryId = logDeliveryIdOf(landed.name, partition, day)
      slices.push({ partition, deliveryId, day, nextOffset: 0, lastArrivalMs: timestampMs })
      byPartition.set(partition, index)
    }
    const slice = slices[index] as PartitionSlice
    slice.nextOffset = offset + 1
    if (timestampMs > slice.lastArrivalMs) slice.lastArrivalMs = timestampMs
  }

  const shareOf = async (table: string): Promise<TableShare> => {
    const known = shares.get(table)
    if (known !== undefined) return known
    const contract = table === unroutedTable ? undefined : (contracts[table as TableName] as Contract)
    const share: TableShare = { table, contract, parts: [], tallies: [] }
    await createQuarantined(db, refusedRelation(table))
    shares.set(table, share)
    return share
  }

  const judgePart = async (part: RecordTable) => {
    try {
      for (const table of part.tables) {
        const share = await shareOf(table)
        await judge(db, share, part, slices)
        if (share.contract === undefined) continue
        if (!landed.isDeadLetter && !isReached(table)) await write(db, dataDir, share.contract, share, slices)
        await db.run(`DROP TABLE ${stagedRelation}`)
      }
    } finally {
      await part.drop()
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
    for (const table of shares.keys()) {
      await db.run(
        `DROP TABLE IF EXISTS ${refusedRelation(table)}; DROP TABLE IF EXISTS ${keysRelation(table)}`,
      )
    }
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
    add: async (added) => {
      loader ??= await db.connect()
      for (let from = 0; from < added.length; from += recordsAtOnce) {
        const some = added.slice(from, from + recordsAtOnce)
        for (const record of some) {
          note(record)
          bytes += record.value.length
        }
        records += some.length
        filling ??= await createRecordTable(loader, routeOf)
        await filling.append(some, (partition) => byPartition.get(partition) as number)
        if (filling.bytes >= partBytes) await turnOver()
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

/** UTC date an event happened on. */
const eventDateOf = ({ eventTimeColumn }: Contract): string =>
  `CAST(${sqlIdentifier(eventTimeColumn)} AS DATE)`

/** What tells that two rows are the same event, and where each stands: `part` is that of the batch. */
const keyColumns = (contract: Contract): string =>
  `${contract.primaryKey.map(sqlIdentifier).join(', ')}, ${eventDateOf(contract)} AS _event_date, _file_index, _record_number`

const createKeys = (db: DuckDb, contract: Contract): Promise<void> =>
  db.run(`CREATE TEMP TABLE IF NOT EXISTS ${keysRelation(contract.name)} AS
    SELECT ${keyColumns(contract)}, 0 AS part FROM ${stagedRelation} LIMIT 0`)

/** How the records of a table are judged: rows, and where the table knows deletions, keys that are gone. */
export function stagingsOf(contract: Contract, from: string): Staging[] {
  const arrival = { column: '_arrived_at' }
  const staging = ({ contract: judged, sql, types }: RecordSelect) => stagingOf(judged, sql, types, arrival)
  const where = `table_name = ${sqlString(contract.name)}`
  if (contract.deletedColumn === undefined) return [staging(upsertSelect(contract, from, where))]
  return [
    staging(upsertSelect(contract, from, `${where} AND NOT is_delete`)),
    staging(deleteSelect(contract, from, `${where} AND is_delete`)),
  ]
}

/** Accepted rows of the part that is being judged, of one table. */
const stagedRelation = 'landing_rows'

async function judge(
  db: DuckDb,
  share: TableShare,
  part: RecordTable,
  slices: readonly PartitionSlice[],
): Promise<void> {
  const { table, contract, tallies } = share
  const tallyOf = (index: number): Tally => {
    tallies[index] ??= {
      accepted: 0,
      duplicate: 0,
      quarantined: 0,
      bytes: 0,
      eventFrom: undefined,
      eventTo: undefined,
    }
    return tallies[index]
  }
  const deliveryIds = `[${slices.map(({ deliveryId }) => sqlString(deliveryId)).join(', ')}]`
  const from = part.routed
  const isOfTable = `table_name = ${sqlString(table)}`
  const refuse = (reason: string, column: string, where: string) =>
    db.run(`INSERT INTO ${refusedRelation(table)}
      SELECT list_extract(${deliveryIds}, file_index + 1), CAST(record_offset AS BIGINT), ${reason}, ${column},
        left(line, ${longestRawText}), ${contract?.version ?? 0}, ${arrivedAt}, false, NULL, NULL, headers
      FROM ${from} WHERE ${isOfTable} AND ${where}`)
  for (const [index, size] of part.sizesOf(table).entries()) {
    if (size === undefined) continue
    tallyOf(index).bytes += size.bytes
    tallyOf(index).quarantined += size.records
  }
  if (contract === undefined) return refuse('problem', 'NULL', 'true')
  const stagings = stagingsOf(contract, from)
  await db.run(`CREATE OR REPLACE TEMP TABLE ${stagedRelation} (${stagings[0]?.columns})`)
  for (const { statement, outcomeOf } of stagings) {
    await db.run(`INSERT INTO ${stagedRelation} ${statement}`)
    const codes = await db.rows<{ code: number }>(
      `SELECT DISTINCT _outcome AS code FROM ${stagedRelation} WHERE _outcome <> 0`,
    )
    for (const { code } of codes) {
      const outcome = outcomeOf(Number(code))
      if (outcome.outcome !== 'quarantined') continue
      await refuse(
        sqlString(outcome.reason),
        outcome.column === undefined ? 'NULL' : sqlString(outcome.column),
        `(file_index, CAST(record_offset AS BIGINT)) IN
          (SELECT (_file_index, _record_number) FROM ${stagedRelation} WHERE _outcome = ${Number(code)})`,
      )
    }
    if (codes.length > 0) await db.run(`DELETE FROM ${stagedRelation} WHERE _outcome <> 0`)
  }
  const time = sqlIdentifier(contract.eventTimeColumn)
  const accepted = await db.rows<{ file_index: number; records: string; first: string; last: string }>(
    `SELECT _file_index AS file_index, count(*) AS records, CAST(min(${time}) AS TIMESTAMP) AS first,
       CAST(max(${time}) AS TIMESTAMP) AS last FROM ${stagedRelation} GROUP BY ALL`,
  )
  for (const { file_index, records, first, last } of accepted) {
    const tally = tallyOf(Number(file_index))
    tally.accepted += Number(records)
    tally.quarantined -= Number(records)
    if (first !== null && (tally.eventFrom === undefined || first < tally.eventFrom)) tally.eventFrom = first
    if (last !== null && (tally.eventTo === undefined || last > tally.eventTo)) tally.eventTo = last
  }
  if (contract.kind === 'event') {
    await createKeys(db, contract)
    await db.run(`INSERT INTO ${keysRelation(table)}
      SELECT ${keyColumns(contract)}, ${share.parts.length} FROM ${stagedRelation}`)
  }
  if (contract.name === 'customers') {
    const matches = `SELECT customer_id, _email_sha256, _phone_sha256, updated_at, _file_index, _outcome FROM ${stagedRelation}`
    await db.run(`CREATE TEMP TABLE IF NOT EXISTS ${matchesRelation} AS ${matches} LIMIT 0;
      INSERT INTO ${matchesRelation} ${matches}`)
  }
}

async function write(
  db: DuckDb,
  dataDir: string,
  contract: Contract,
  share: TableShare,
  slices: readonly PartitionSlice[],
): Promise<void> {
  const columns = bronzeSchemaOf(contract)
  const partitionColumns = bronzePartitionsOf(contract)
  const table = openTable(tablePath(dataDir, `bronze.${contract.name}`))
  await table.create({ columns, partitionColumns })
  const deliveries = slices.map(({ deliveryId }) => deliveryId)
  const files = await table.writeFiles(db, bronzeRows(contract, stagedRelation, slices), {
    tags: { deliveries: deliveries.join(' ') },
  })
  share.parts.push(files)
}
