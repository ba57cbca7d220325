import { copyFile, mkdir, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { contracts } from '../contracts/all-contracts.ts'
import { PlatformError } from '../contracts/errors.ts'
import { type Observer, silentObserver } from '../contracts/observer.ts'
import type { DuckDb } from '../database/duckdb.ts'
import { defineSourceMacros, type ShopSettings } from './adapter-macros.ts'
import { type Adapter, type AdapterInput, adapterNamed, loadAdapters } from './adapters.ts'
import { defineLanding } from './define-landing.ts'
import type { DeliveryCounts } from './delivery-log.ts'
import { openFactsCache } from './inspect-file.ts'
import { landBatches } from './land-batches.ts'
import { openIntents } from './landing-intents.ts'
import { planLanding, type RefusedFile } from './plan-landing.ts'
import { adapterFolder, type ClaimedFile, claimFiles, inputFor } from './raw-files.ts'
import { defineEmptyInput } from './readers.ts'
import { refreshCustomerMatch } from './refresh-customer-match.ts'
import { clearScratch } from './scratch-folders.ts'
import { describeSelection } from './stage-table.ts'

export interface LandingOptions {
  readonly dataDir: string
  /** Folders of adapters; of two adapters with one name the later folder's wins. */
  readonly adapterDirs: readonly string[]
  /** Scratch; a connection of its own is opened on it. */
  readonly db: DuckDb
  /** The installation's secret for keyed hashes. */
  readonly secret: Uint8Array
  readonly shop: ShopSettings
  readonly observer?: Observer
  /** Arrival time; default the present. */
  readonly now?: Date
}

export interface LandingResult {
  /** Per delivery and table landed by this call. */
  readonly deliveries: readonly DeliveryCounts[]
  /** Files whose content was already landed. */
  readonly unchanged: number
  /** Files of which nothing could be read; they are in quarantine and the rest was landed. */
  readonly refused: readonly RefusedFile[]
  /** Files below raw/ that no adapter reads. */
  readonly unclaimed: readonly string[]
  readonly totals: Totals
}

export interface Totals {
  readonly read: number
  readonly accepted: number
  readonly duplicate: number
  readonly dropped: number
  readonly quarantined: number
}

/**
 * Lands every file below raw/ that an adapter claims and whose content is new; what a killed run left half
 * landed is finished. Bad records and unreadable files go to quarantine.
 *
 * @throws {PlatformError} `adapter.broken` before anything is landed; `disk.full`, `database.failed`.
 */
export async function landSources(options: LandingOptions): Promise<LandingResult> {
  const adapters = await loadAdapters(options.adapterDirs)
  const { claimed, unclaimed } = await claimFiles(options.dataDir, adapters)
  return { ...(await land(options, claimed)), unclaimed }
}

/**
 * Copies files into their adapter's folder below raw/ and lands them.
 *
 * @param options.input Which of the adapter's inputs reads them; default by file name, or its only one.
 * @throws {PlatformError} `adapter.unknown`, `file.missing`, `adapter.broken`.
 */
export async function importFiles(
  options: LandingOptions & { adapter: string; files: readonly string[]; input?: string },
): Promise<LandingResult> {
  const adapter = adapterNamed(await loadAdapters(options.adapterDirs), options.adapter)
  const claimed: ClaimedFile[] = []
  for (const file of options.files) {
    const isThere = await stat(file).then(
      (found) => found.isFile(),
      () => false,
    )
    if (!isThere) throw new PlatformError('file.missing', `import: there is no file ${file}`)
    const logicalName = basename(file)
    const path = join(adapterFolder(options.dataDir, adapter), logicalName)
    claimed.push({ path, logicalName, adapter, input: importInput(adapter, logicalName, options.input) })
    await mkdir(dirname(path), { recursive: true })
    await copyFile(file, `${path}.incoming`)
    await rename(`${path}.incoming`, path)
  }
  return { ...(await land(options, claimed)), unclaimed: [] }
}

function importInput(adapter: Adapter, logicalName: string, name: string | undefined): AdapterInput {
  const named = adapter.inputs.find((input) => input.name === name)
  const found = name === undefined ? inputFor(adapter, logicalName) : named
  const only = name === undefined && adapter.inputs.length === 1 ? adapter.inputs[0] : undefined
  const input = found ?? only
  if (input !== undefined) return input
  const choices = adapter.inputs.map((each) => `${each.name} (${each.files.join(', ')})`).join('; ')
  throw new PlatformError(
    'file.unreadable',
    `import: adapter ${adapter.name} does not know which of its inputs reads ${logicalName}; name one: ${choices}`,
  )
}

async function land(
  options: LandingOptions,
  claimed: readonly ClaimedFile[],
): Promise<Omit<LandingResult, 'unclaimed'>> {
  const { dataDir, observer = silentObserver } = options
  await clearScratch(dataDir)
  const db = await options.db.connect()
  const cache = await openFactsCache(dataDir)
  const intents = await openIntents(dataDir)
  try {
    const plan = await planLanding(db, dataDir, claimed, cache, intents)
    await cache.save()
    if (plan.groups.length > 0) {
      await defineLanding(db, options)
      for (const { adapter, input } of plan.groups) await checkInput(db, adapter, input, options.shop)
      await intents.announce(
        plan.groups.flatMap(({ adapter, files }) => files.map((file) => ({ adapter, file }))),
      )
    }
    let done = 0
    const deliveries = await landBatches(db, options, plan.groups, (landed, { adapter, files }) => {
      done += files.length
      report(observer, landed)
      observer.stage({
        stage: 'land',
        state: 'progress',
        done,
        total: plan.files,
        unit: 'files',
        message: adapter.name,
      })
    })
    await refreshCustomerMatch(db, options)
    await intents.clear()
    return { deliveries, unchanged: plan.unchanged, refused: plan.refused, totals: totalsOf(deliveries) }
  } catch (error) {
    throw fullDisk(error) ?? error
  } finally {
    db.close()
  }
}

function fullDisk(error: unknown): PlatformError | undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') return undefined
  const message = 'land: the disk is full; free some space and run the same command again: nothing is lost'
  return new PlatformError('disk.full', message, { canRetry: true, cause: error })
}

async function checkInput(
  db: DuckDb,
  adapter: Adapter,
  input: AdapterInput,
  shop: ShopSettings,
): Promise<void> {
  await defineSourceMacros(db, adapter, shop)
  await defineEmptyInput(db, input)
  for (const { table, file, sql } of input.tables) {
    await describeSelection(db, { contract: contracts[table], input, file, sql })
  }
}

function report(observer: Observer, landed: readonly DeliveryCounts[]): void {
  for (const delivery of landed) {
    for (const outcome of ['accepted', 'duplicate', 'dropped', 'quarantined'] as const) {
      if (delivery[outcome] > 0)
        observer.count('records', delivery[outcome], { table: delivery.table, outcome })
    }
  }
}

function totalsOf(deliveries: readonly DeliveryCounts[]): Totals {
  const sum = (key: keyof Totals) => deliveries.reduce((total, delivery) => total + delivery[key], 0)
  return {
    read: sum('read'),
    accepted: sum('accepted'),
    duplicate: sum('duplicate'),
    dropped: sum('dropped'),
    quarantined: sum('quarantined'),
  }
}
