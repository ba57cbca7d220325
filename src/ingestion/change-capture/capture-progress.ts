import { PlatformError } from '../../contracts/errors.ts'
import { topics } from '../../contracts/topics.ts'
import { type Postgres, placeOf } from '../../database/postgres.ts'
import { type CapturedTable, findCapturedTables } from './capture-map.ts'
import type { CaptureOptions } from './capture-source.ts'
import {
  type CaptureState,
  driftOf,
  readCaptureState,
  type SchemaDrift,
  type TableProgress,
  writeCaptureState,
} from './capture-state.ts'

/** The stored state of a capture, held against the source as it is. */
export interface CaptureProgress {
  readonly tables: readonly CapturedTable[]
  of(captured: CapturedTable): TableProgress
  /** Moves on, on disk when it resolves; `position` is the stream's. */
  advance(steps: readonly CaptureStep[], position?: string): Promise<void>
  /** Looks at a table's columns again, reports what changed, and returns the table as it is. */
  refresh(captured: CapturedTable): Promise<CapturedTable>
  setSlot(slot: { name: string; madeAt: string }): Promise<void>
  readonly slot: CaptureState['slot']
  /** Where the stream of changes goes on. */
  readonly position: string | undefined
  /** Records appended since it was opened. */
  appended(): number
  /** Seen since it was opened. */
  drift(): readonly SchemaDrift[]
}

/** Records of a table that are in the log, and where the table stands after them. */
export interface CaptureStep {
  readonly captured: CapturedTable
  readonly records: number
  readonly isCopied?: boolean
  readonly cursor?: TableProgress['cursor']
}

/** Changes of columns that are remembered. */
const mostDrift = 100

/**
 * @throws {PlatformError} `data.origin_mixed` when the data folder captures another database; `config.invalid` when
 *   it captures this one the other way.
 */
export async function openCapture(
  source: Postgres,
  options: CaptureOptions,
  mode: CaptureState['mode'],
): Promise<CaptureProgress> {
  const { dataDir, map, observer } = options
  const database = await databaseId(source)
  const stored = await readCaptureState(dataDir)
  if (stored !== undefined && stored.database !== database)
    throw new PlatformError(
      'data.origin_mixed',
      `capture: ${dataDir} captures another database than ${placeOf(options.url)}; use another data folder, or delete capture/state.json in it to begin with this one`,
    )
  if (stored !== undefined && stored.mode !== mode)
    throw new PlatformError(
      'config.invalid',
      `capture: ${dataDir} captures by ${stored.mode}; go on with --mode ${stored.mode}, or delete capture/state.json in it to begin anew by ${mode}`,
    )
  await options.log.createTopic(topics.crmChanges)
  const tables = await findCapturedTables(source, map)
  const lost = Object.keys(stored?.tables ?? {}).flatMap((table) => {
    const from = map.tables[table]?.from
    return from === undefined || tables.some((captured) => captured.table === table) ? [] : [from]
  })
  if (lost.length > 0)
    throw new PlatformError(
      'config.invalid',
      `capture: ${lost.join(', ')} of ${placeOf(options.url)} was followed and is not there any more; name the table that holds its rows in the map, or leave it out of it`,
    )
  let state: CaptureState = stored ?? { mode, database, tables: {}, drift: [] }
  let appended = 0
  const drift: SchemaDrift[] = []
  const of = (captured: CapturedTable): TableProgress =>
    state.tables[captured.table] ?? { columns: captured.columns, isCopied: false, records: 0 }
  const save = (changed: Partial<CaptureState>) => {
    state = { ...state, ...changed }
    return writeCaptureState(dataDir, state)
  }
  const saveTable = (captured: CapturedTable, changed: Partial<TableProgress>) =>
    save({ tables: { ...state.tables, [captured.table]: { ...of(captured), ...changed } } })

  const observe = async (captured: CapturedTable) => {
    const found = driftOf(captured.table, of(captured).columns, captured.columns, new Date().toISOString())
    if (found.length === 0) return
    drift.push(...found)
    for (const { table, change } of found) observer?.count('capture_schema_drift', 1, { table, change })
    await save({ drift: [...state.drift, ...found].slice(-mostDrift) })
    await saveTable(captured, { columns: captured.columns })
  }
  for (const captured of tables) await observe(captured)
  return {
    tables,
    of,
    refresh: async (captured) => {
      const entry = map.tables[captured.table]
      const only = entry === undefined ? map : { tables: { [captured.table]: entry } }
      const [refreshed = captured] = await findCapturedTables(source, only)
      await observe(refreshed)
      return refreshed
    },
    advance: async (steps, position) => {
      const tables = { ...state.tables }
      for (const { captured, records, ...step } of steps) {
        const before = tables[captured.table] ?? of(captured)
        tables[captured.table] = { ...before, ...step, records: before.records + records }
        appended += records
        observer?.count('capture_records', records, { table: captured.table })
      }
      await save({ tables, ...(position === undefined ? {} : { position }) })
    },
    setSlot: (slot) => save({ slot }),
    get slot() {
      return state.slot
    },
    get position() {
      return state.position
    },
    appended: () => appended,
    drift: () => drift,
  }
}

/** The same for a server's database whatever it is called by, another for every other one. */
async function databaseId(source: Postgres): Promise<string> {
  const [row] = await source.rows<{ id: string }>(
    `select (select system_identifier from pg_control_system()) || '/' || oid as id
     from pg_database where datname = current_database()`,
  )
  return row?.id ?? ''
}
