import type { Contract } from '../../contracts/contract.ts'
import { type DuckDb, sqlIdentifier, sqlList, sqlString } from '../../database/duckdb.ts'
import type { AddFile } from '../../lake/actions.ts'
import { quarantinedColumns } from '../land-batch.ts'
import { longestRawText } from '../reading/raw-records.ts'
import { type Staging, stagingOf } from '../stage-table.ts'
import { arrivedAt, deleteSelect, type RecordSelect, type RecordTable, upsertSelect } from './record-table.ts'

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
  /** The same of the refused records, with their text, for quarantine. */
  readonly refused: AddFile[]
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

/** Temporary table of a batch: the keys of a table's accepted events. */
export const keysRelation = (table: string): string => `keys_${table}`

/** Contacts of a batch's customers, for those of them who consent to being matched. */
export const matchesRelation = 'landing_matches'

/** UTC date an event happened on. */
const eventDateOf = ({ eventTimeColumn }: Contract): string =>
  `CAST(${sqlIdentifier(eventTimeColumn)} AS DATE)`

/** What tells that two rows are the same event, and where each stands: `part` is that of the batch. */
const keyColumns = (contract: Contract): string =>
  `${contract.primaryKey.map(sqlIdentifier).join(', ')}, ${eventDateOf(contract)} AS _event_date, _file_index, _record_number`

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

/** What became of one part's records of one table: temporary tables, to be written and dropped. */
export interface JudgedRows {
  /** Rows of bronze's columns; absent for records that name no table. */
  readonly accepted: string | undefined
  /** UTC date of all accepted events, when it is one. */
  readonly onlyDate: string | undefined
  /** Rows of quarantine's columns; absent when there are none. */
  readonly refused: string | undefined
  /** Place among the parts of the table's share. */
  readonly part: number
}

let relationsMade = 0

/** Judges and types the records of one part that are for one table, and counts them in its share. */
export async function judge(
  db: DuckDb,
  share: TableShare,
  part: RecordTable,
  slices: readonly PartitionSlice[],
): Promise<JudgedRows> {
  const { table, contract, tallies } = share
  relationsMade += 1
  const [accepted, refused] = [`accepted_rows_${relationsMade}`, `refused_rows_${relationsMade}`]
  for (const [index, size] of part.sizesOf(table).entries()) {
    if (size === undefined) continue
    const tally = tallyOf(tallies, index)
    tally.bytes += size.bytes
    tally.quarantined += size.records
  }
  let hasRefused = false
  const refuse = async (reason: string, column: string, where: string) => {
    if (!hasRefused) await db.run(`CREATE TEMP TABLE ${refused} (${quarantinedColumns})`)
    hasRefused = true
    const deliveryIds = sqlList(slices.map(({ deliveryId }) => deliveryId))
    await db.run(`INSERT INTO ${refused}
      SELECT list_extract(${deliveryIds}, file_index + 1), CAST(record_offset AS BIGINT), ${reason}, ${column},
        left(line, ${longestRawText}), ${contract?.version ?? 0}, ${arrivedAt}, false, NULL, NULL, headers
      FROM ${part.routed} WHERE table_name = ${sqlString(table)} AND ${where}`)
  }
  let onlyDate: string | undefined
  try {
    if (contract === undefined) await refuse('problem', 'NULL', 'true')
    else onlyDate = await judgeRows(db, share, contract, part, accepted, refuse)
  } catch (error) {
    await db.run(`DROP TABLE IF EXISTS ${accepted}; DROP TABLE IF EXISTS ${refused}`)
    throw error
  }
  share.parts.push([])
  return {
    accepted: contract === undefined ? undefined : accepted,
    onlyDate,
    refused: hasRefused ? refused : undefined,
    part: share.parts.length - 1,
  }
}

async function judgeRows(
  db: DuckDb,
  { table, parts, tallies }: TableShare,
  contract: Contract,
  part: RecordTable,
  relation: string,
  refuse: (reason: string, column: string, where: string) => Promise<void>,
): Promise<string | undefined> {
  const stagings = stagingsOf(contract, part.routed)
  await db.run(`CREATE TEMP TABLE ${relation} (${stagings[0]?.columns})`)
  let acceptedCounts: OutcomeCount[] = []
  for (const { statement, outcomeOf } of stagings) {
    await db.run(`INSERT INTO ${relation} ${statement}`)
    const counts = await countOutcomes(db, contract, relation)
    acceptedCounts = counts.filter(({ code }) => code === 0)
    const codes = new Set(counts.map(({ code }) => code).filter((code) => code !== 0))
    for (const code of codes) {
      const outcome = outcomeOf(code)
      if (outcome.outcome !== 'quarantined') continue
      await refuse(
        sqlString(outcome.reason),
        outcome.column === undefined ? 'NULL' : sqlString(outcome.column),
        `(file_index, CAST(record_offset AS BIGINT)) IN
          (SELECT (_file_index, _record_number) FROM ${relation} WHERE _outcome = ${code})`,
      )
    }
    if (codes.size > 0) await db.run(`DELETE FROM ${relation} WHERE _outcome <> 0`)
  }
  for (const { file_index, records, first, last } of acceptedCounts) {
    const tally = tallyOf(tallies, file_index)
    tally.accepted += Number(records)
    tally.quarantined -= Number(records)
    if (first !== null && (tally.eventFrom === undefined || first < tally.eventFrom)) tally.eventFrom = first
    if (last !== null && (tally.eventTo === undefined || last > tally.eventTo)) tally.eventTo = last
  }
  if (contract.kind === 'event') {
    const keys = `SELECT ${keyColumns(contract)}, ${parts.length} AS part FROM ${relation}`
    await db.run(`CREATE TEMP TABLE IF NOT EXISTS ${keysRelation(table)} AS ${keys} LIMIT 0;
      INSERT INTO ${keysRelation(table)} ${keys}`)
  }
  if (contract.name === 'customers') {
    const matches = `SELECT customer_id, _email_sha256, _phone_sha256, updated_at, _file_index, _outcome FROM ${relation}`
    await db.run(`CREATE TEMP TABLE IF NOT EXISTS ${matchesRelation} AS ${matches} LIMIT 0;
      INSERT INTO ${matchesRelation} ${matches}`)
  }
  const dates = new Set(
    acceptedCounts.flatMap(({ first, last }) => [first, last]).map((at) => at?.slice(0, 10)),
  )
  return contract.partitionBy === 'event_date' && dates.size === 1 ? [...dates][0] : undefined
}

interface OutcomeCount {
  readonly code: number
  readonly file_index: number
  readonly records: string
  readonly first: string | null
  readonly last: string | null
}

function countOutcomes(db: DuckDb, contract: Contract, relation: string): Promise<OutcomeCount[]> {
  const time = sqlIdentifier(contract.eventTimeColumn)
  return db.rows(
    `SELECT _outcome AS code, _file_index AS file_index, count(*) AS records, CAST(min(${time}) AS TIMESTAMP) AS first,
       CAST(max(${time}) AS TIMESTAMP) AS last FROM ${relation} GROUP BY ALL`,
  )
}

function tallyOf(tallies: Tally[], index: number): Tally {
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
