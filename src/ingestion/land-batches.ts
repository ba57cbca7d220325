import type { DuckDb } from '../database/duckdb.ts'
import { defineSourceMacros, type ShopSettings } from './adapter-macros.ts'
import { defineLanding } from './define-landing.ts'
import type { DeliveryCounts } from './delivery-log.ts'
import { type Batch, landBatch } from './land-batch.ts'
import type { PendingFile } from './pending-delivery.ts'
import type { LandingPlan } from './plan-landing.ts'

export interface BatchesOptions {
  readonly dataDir: string
  /** The installation's secret for keyed hashes. */
  readonly secret: Uint8Array
  readonly shop: ShopSettings
  /** Arrival time; default the present. */
  readonly now?: Date
}

/** Content read in one scan, about; bounds memory and is the step in which progress is reported. */
const batchBytes = 128 << 20

/** Files of a batch: `recordsPerFile` leaves room for as many and some. */
const mostFiles = 100_000

/** Batches landed side by side: while one is written, which DuckDB does on one core, the next is read. */
const concurrentBatches = 2

/**
 * Lands the files of a plan, many at once; of the first failure no further batch is begun.
 *
 * @returns What was landed, in the order of the plan.
 */
export async function landBatches(
  db: DuckDb,
  options: BatchesOptions,
  groups: LandingPlan['groups'],
  onLanded: (landed: readonly DeliveryCounts[], batch: Batch) => void,
): Promise<DeliveryCounts[]> {
  const queue = batchesOf(options.dataDir, groups, options.now ?? new Date())
  const landed = new Map<Batch, DeliveryCounts[]>()
  const land = (batches: readonly Batch[]) =>
    landConcurrently(db, options, batches, (counts, batch) => {
      landed.set(batch, counts)
      onLanded(counts, batch)
    })
  // Customers are landed by what is known of their consents.
  await land(queue.filter(feedsConsents))
  await land(queue.filter((batch) => !feedsConsents(batch)))
  return queue.flatMap((batch) => landed.get(batch) ?? [])
}

async function landConcurrently(
  db: DuckDb,
  options: BatchesOptions,
  batches: readonly Batch[],
  onLanded: (landed: DeliveryCounts[], batch: Batch) => void,
): Promise<void> {
  // The largest first, so that none is left alone at the end.
  const waiting = batches.toSorted((a, b) => bytesOf(b.files) - bytesOf(a.files))
  const work = async () => {
    const connection = await db.connect()
    try {
      await defineLanding(connection, options)
      for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
        await defineSourceMacros(connection, batch.adapter, options.shop)
        onLanded(await landBatch(connection, batch), batch)
      }
    } catch (error) {
      waiting.length = 0
      throw error
    } finally {
      connection.close()
    }
  }
  const workers = Array.from({ length: Math.min(concurrentBatches, batches.length) }, work)
  const failed = (await Promise.allSettled(workers)).find((worker) => worker.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

/** Batches in the order of the plan, each with its files' first time of arrival. */
function batchesOf(dataDir: string, groups: LandingPlan['groups'], now: Date): Batch[] {
  let planned = 0
  return groups.flatMap(({ adapter, input, files }) =>
    [...filesTogether(files)].map((batch) => {
      const arrivedAt = new Date(now.getTime() + planned)
      planned += batch.length
      return { dataDir, adapter, input, files: batch, arrivedAt }
    }),
  )
}

const feedsConsents = ({ input }: Batch): boolean => input.tables.some(({ table }) => table === 'consents')

const bytesOf = (files: readonly PendingFile[]): number =>
  files.reduce((sum, { facts }) => sum + facts.contentBytes, 0)

/** Splits files, in their order, into batches of about equal size. */
function* filesTogether(files: readonly PendingFile[]): Generator<PendingFile[]> {
  const total = bytesOf(files)
  const wanted = total / Math.max(1, Math.ceil(total / batchBytes))
  let batch: PendingFile[] = []
  let bytes = 0
  for (const file of files) {
    const isFull = bytes + file.facts.contentBytes / 2 > wanted || batch.length === mostFiles
    if (batch.length > 0 && isFull) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(file)
    bytes += file.facts.contentBytes
  }
  if (batch.length > 0) yield batch
}
