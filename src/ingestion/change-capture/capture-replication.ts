import { randomUUID } from 'node:crypto'
import { PlatformError } from '../../contracts/errors.ts'
import { topics } from '../../contracts/topics.ts'
import { openPostgres, type Postgres, placeOf } from '../../database/postgres.ts'
import {
  markStream,
  type ReplicatedChange,
  type ReplicatedRow,
  streamChanges,
} from '../../database/postgres-replication.ts'
import type { LogRecord } from '../event-log/event-log.ts'
import { type CapturedTable, relationOf, tableOid } from './capture-map.ts'
import { type CaptureProgress, openCapture } from './capture-progress.ts'
import type { CaptureOptions, CaptureSummary } from './capture-source.ts'
import { changedAtOf, deleteRecord, type SourceRow, upsertRecord } from './change-records.ts'
import { currentRow, queryPage } from './query-changes.ts'
import { ensurePublication, ensureSlot } from './replication-slot.ts'

const rowsPerPage = 2_000
/** Changes are appended when so many wait, and at the latest when the stream has been quiet for a moment. */
const mostWaiting = 1_000
const quietMs = 200
const idleMarkMs = 60_000

export interface ReplicationCapture {
  /** Settles when stopped. @throws {PlatformError} `source.unavailable`, `log.unavailable`, … */
  readonly ended: Promise<CaptureSummary>
  stop(): Promise<void>
  /** Resolves when everything the source had committed by now is in the log. */
  caughtUp(): Promise<void>
}

/**
 * Follows a source's changes, deletions included, by logical replication. The slot is made before the tables are
 * copied, so nothing falls between; the server keeps the position, which moves on when the changes are in the log. A
 * stop in between sends some changes twice, which count once.
 */
export async function captureByReplication(options: CaptureOptions): Promise<ReplicationCapture> {
  const name = options.slot ?? 'sillage'
  const source = await openPostgres({ url: options.url })
  try {
    const progress = await openCapture(source, options, 'replication')
    await ensurePublication(source, options.url, name, progress.tables)
    await ensureSlot(source, options.url, name, progress)
    options.onConnected?.()
    await copyTables(source, progress, options)
    return follow(source, progress, { ...options, slot: name })
  } catch (error) {
    await source.close()
    throw error
  }
}

async function copyTables(
  source: Postgres,
  progress: CaptureProgress,
  options: CaptureOptions,
): Promise<void> {
  for (const captured of progress.tables) {
    if (progress.of(captured).isCopied) continue
    const byKey = { ...captured, changedAt: undefined }
    let cursor = progress.of(captured).cursor
    for (;;) {
      options.signal?.throwIfAborted()
      const page = await queryPage(source, byKey, cursor, '', rowsPerPage)
      if (page.rows.length > 0) {
        const records = page.rows.map((row) =>
          upsertRecord(captured, row, copiedVersion(progress, captured, row)),
        )
        await options.log.append(topics.crmChanges.name, records)
      }
      cursor = page.cursor
      const isCopied = page.rows.length < rowsPerPage
      await progress.advance([
        { captured, records: page.rows.length, isCopied, ...(cursor === undefined ? {} : { cursor }) },
      ])
      if (isCopied) break
    }
  }
}

interface Waiting {
  readonly captured: CapturedTable
  readonly record: LogRecord
}

/** Every change since the slot was made comes again with its own time; a copied row must not outlive those. */
function copiedVersion(
  progress: CaptureProgress,
  captured: CapturedTable,
  row: SourceRow,
): string | undefined {
  const madeAt = progress.slot?.madeAt ?? ''
  const changedAt = changedAtOf(captured, row)
  return changedAt !== undefined && changedAt < madeAt ? changedAt : madeAt
}

function follow(
  source: Postgres,
  progress: CaptureProgress,
  options: CaptureOptions & { readonly slot: string },
): ReplicationCapture {
  const byRelation = new Map(progress.tables.map((captured) => [relationOf(captured), captured]))
  const waiting: Waiting[] = []
  const marks = new Map<string, () => void>()
  let committed: string | undefined
  let flushing: Promise<void> = Promise.resolve()
  let quiet: NodeJS.Timeout | undefined

  const flush = (): Promise<void> => {
    clearTimeout(quiet)
    quiet = undefined
    flushing = flushing.then(async () => {
      const batch = waiting.splice(0)
      const position = committed
      if (batch.length === 0 && position === progress.position) return
      await appendBatch(batch, position)
      if (position !== undefined) await stream.acknowledge(position)
    })
    flushing.catch(() => void stream.stop())
    return flushing
  }

  const appendBatch = async (batch: Waiting[], position: string | undefined) => {
    const records = batch.map(({ record }) => record)
    if (records.length > 0) await options.log.append(topics.crmChanges.name, records)
    const counts = new Map<CapturedTable, number>()
    for (const { captured } of batch) counts.set(captured, (counts.get(captured) ?? 0) + 1)
    const steps = [...counts].map(([captured, number]) => ({ captured, records: number }))
    await progress.advance(steps, position)
  }

  const take = async (change: ReplicatedChange): Promise<void> => {
    switch (change.kind) {
      case 'commit':
        committed = change.position
        if (waiting.length >= mostWaiting) await flush()
        else quiet ??= setTimeout(() => void flush().catch(() => {}), quietMs)
        return
      case 'mark':
        committed = change.position
        await flush()
        marks.get(change.text)?.()
        marks.delete(change.text)
        return
      case 'truncate':
        throw truncated(options, change.relations)
      case 'relation': {
        const captured = byRelation.get(change.relation)
        if (captured === undefined) await refuseRenamed(source, options, progress.tables)
        else byRelation.set(change.relation, await progress.refresh(captured))
        return
      }
      default: {
        const captured = byRelation.get(change.relation)
        if (captured === undefined) return
        for (const record of await recordsOf(source, captured, change)) waiting.push({ captured, record })
        if (waiting.length >= mostWaiting) await flush()
      }
    }
  }

  const stream = streamChanges({
    url: options.url,
    slot: options.slot,
    publication: options.slot,
    ...(progress.position === undefined ? {} : { from: progress.position }),
    onChange: take,
  })
  options.signal?.addEventListener('abort', () => void stream.stop(), { once: true })
  // An idle database moves its slot on by these, so that the server need not keep its log for us.
  const idle = setInterval(() => void markStream(source, 'idle').catch(() => {}), idleMarkMs)
  const ended = stream.ended
    .then(flush)
    .then(() => ({ records: progress.appended(), drift: progress.drift() }))
    .finally(async () => {
      clearTimeout(quiet)
      clearInterval(idle)
      await flushing.catch(() => {})
      await source.close()
    })
  ended.catch(() => {})
  return {
    ended,
    stop: async () => {
      await flush().catch(() => {})
      await stream.stop()
      await ended.catch(() => {})
    },
    caughtUp: async () => {
      const text = randomUUID()
      const seen = new Promise<void>((resolve) => marks.set(text, resolve))
      await markStream(source, text)
      await Promise.race([seen, ended])
    },
  }
}

async function recordsOf(
  source: Postgres,
  captured: CapturedTable,
  change: Extract<ReplicatedChange, { kind: 'insert' | 'update' | 'delete' }>,
): Promise<LogRecord[]> {
  if (change.kind === 'delete') return [deleteRecord(captured, change.key, change.at)]
  const row = await wholeRow(source, captured, change.row)
  const records = row === undefined ? [] : [upsertRecord(captured, row, change.at)]
  if (
    change.kind === 'update' &&
    change.oldKey !== undefined &&
    isOtherKey(captured, change.oldKey, change.row)
  )
    records.unshift(deleteRecord(captured, change.oldKey, change.at))
  return records
}

const isOtherKey = ({ keyColumns }: CapturedTable, before: ReplicatedRow, after: ReplicatedRow): boolean =>
  keyColumns.some((column) => before[column] !== undefined && before[column] !== after[column])

/** Large values that a change left alone are not sent; the row as it is now has them. */
async function wholeRow(
  source: Postgres,
  captured: CapturedTable,
  row: ReplicatedRow,
): Promise<ReplicatedRow | undefined> {
  const lacks = [...captured.sources.values()].some((column) => column in row && row[column] === undefined)
  if (!lacks) return row
  const now = await currentRow(source, captured, row)
  if (now === undefined) return undefined
  return Object.fromEntries(Object.keys(row).map((column) => [column, row[column] ?? now[column] ?? null]))
}

/** A publication follows a table to its next name, under which no change would be known. */
async function refuseRenamed(
  source: Postgres,
  { url }: CaptureOptions,
  tables: readonly CapturedTable[],
): Promise<void> {
  for (const { schema, name, oid } of tables) {
    if ((await tableOid(source, schema, name)) === oid) continue
    throw new PlatformError(
      'config.invalid',
      `capture: ${schema}.${name} of ${placeOf(url)} was renamed or replaced; name the table that holds its rows in the map, and start again: it goes on where it stopped`,
    )
  }
}

const truncated = ({ url, dataDir }: CaptureOptions, relations: readonly string[]) =>
  new PlatformError(
    'source.unavailable',
    `capture: ${relations.join(', ')} of ${placeOf(url)} was emptied with TRUNCATE, which names no rows; nothing was removed here. Delete the rows with DELETE where they are to go, or delete ${dataDir}/capture/state.json to copy the source anew`,
  )
