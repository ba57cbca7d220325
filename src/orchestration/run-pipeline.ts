import { randomUUID } from 'node:crypto'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import type { Observer } from '../contracts/observer.ts'
import { openDuckDb } from '../database/duckdb.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import { acquireLease } from '../lake/lease.ts'
import { readPointer } from '../lake/pointer.ts'
import type { FailedTest } from '../warehouse/audit.ts'
import { type Dbt, startDbt } from '../warehouse/dbt.ts'
import { datesBetween } from '../warehouse/touched-dates.ts'
import { dailyEtl } from './daily-etl.ts'
import type { RunContext } from './run-context.ts'
import { type RunRecord, type RunStatus, writeRunRecord } from './run-records.ts'
import { type ShopSettings, shopVars } from './shop-vars.ts'
import { runGraph, type TaskTiming } from './task-graph.ts'

export interface RunOptions {
  readonly dataDir: string
  /** Folder of the dbt project. */
  readonly projectDir: string
  /** Python of the locked dbt environment. */
  readonly python: string
  readonly adapterDirs: readonly string[]
  readonly shop: ShopSettings
  readonly secret: Uint8Array
  readonly observer: Observer
  /** Opens the shop's event log, which the run drains; undefined when there is none. */
  readonly openLog?: () => Promise<EventLog | undefined>
  /** Rebuild everything, whatever changed. */
  readonly full?: boolean
  /** Days that raw files and quarantined texts, which hold personal data in clear, are kept; absent: for ever. */
  readonly retentionDays?: number
  /** Business dates (`YYYY-MM-DD`, both included) to rebuild besides what changed. */
  readonly from?: string
  readonly to?: string
  /** A process of `startRunDbt` to use again, ended by the caller; by default each run has its own. */
  readonly dbt?: Dbt
}

export interface RunSummary {
  readonly runId: string
  readonly status: RunStatus
  /** Publication this run made, if any. */
  readonly pointer: number | null
  readonly stages: readonly TaskTiming[]
  readonly tests: { readonly passed: number; readonly warned: number; readonly failed: number }
  readonly failedTests: readonly FailedTest[]
}

/**
 * Lands what is new, builds what it reaches, audits and publishes; leaves a run record whatever happens.
 * A failed audit is a result, not an error: the last publication stays.
 * @throws {PlatformError} `lease.held` when another run is under way; `transform.failed`, `disk.full`, …
 */
export async function runPipeline(options: RunOptions): Promise<RunSummary> {
  const workDir = join(options.dataDir, 'work')
  const spillDir = join(workDir, 'spill')
  mkdirSync(workDir, { recursive: true })
  const lease = await acquireLease(options.dataDir, { purpose: 'run' })
  const opened: { close(): unknown }[] = []
  try {
    const dbt = options.dbt ?? startRunDbt(options)
    if (options.dbt === undefined) opened.push(dbt)
    const db = await openDuckDb({ tempDirectory: spillDir })
    opened.push(db)
    return await runTasks(await contextOf(options, { workDir, lease, dbt, db }))
  } finally {
    for (const each of opened) await each.close()
    rmSync(spillDir, { recursive: true, force: true })
    await lease.release()
  }
}

async function contextOf(
  options: RunOptions,
  resources: Pick<RunContext, 'workDir' | 'lease' | 'dbt' | 'db'>,
): Promise<RunContext> {
  const startedAt = new Date()
  const stamp = startedAt.toISOString().replaceAll(/[-:.]/g, '').slice(0, 15)
  return {
    ...resources,
    runId: `${stamp}-${randomUUID().slice(0, 8)}`,
    startedAt,
    dataDir: options.dataDir,
    projectDir: options.projectDir,
    landing: {
      dataDir: options.dataDir,
      adapterDirs: options.adapterDirs,
      secret: options.secret,
      shop: options.shop,
    },
    openLog: options.openLog ?? (async () => undefined),
    timeZone: options.shop.timeZone,
    full: options.full ?? false,
    retentionDays: options.retentionDays,
    requestedDates: requestedDates(options),
    observer: options.observer,
    pointer: await readPointer(options.dataDir),
    transformHash: resources.dbt.fingerprint,
    nothingNew: false,
    isPartial: false,
    datesRebuilt: 0,
    built: [],
  }
}

async function runTasks(context: RunContext): Promise<RunSummary> {
  const stages: TaskTiming[] = []
  const record = (failure?: unknown) =>
    writeRunRecord(
      context.db,
      context.dataDir,
      recordOf(context, stages, failure),
      context.audit?.tests ?? [],
      context.audit?.failed ?? [],
    )
  try {
    await runGraph(dailyEtl, context, context.observer, (timing) => stages.push(timing))
  } catch (failure) {
    // What went wrong matters more than that it could not be written down, e.g. on a full disk.
    await record(failure).catch(() => {})
    throw failure
  }
  await record()
  return summaryOf(context, stages)
}

/** The dbt process of a shop's runs: parses once, serves one run after the other. */
export function startRunDbt(options: Pick<RunOptions, 'dataDir' | 'projectDir' | 'python' | 'shop'>): Dbt {
  return startDbt({
    projectDir: options.projectDir,
    python: options.python,
    workDir: join(options.dataDir, 'work'),
    vars: shopVars(options.shop),
  })
}

function requestedDates({ from, to = from }: RunOptions): string[] {
  return from === undefined || to === undefined ? [] : datesBetween(from, to)
}

function statusOf(context: RunContext, failure?: unknown): RunStatus {
  if (failure !== undefined) return 'failed'
  if (context.nothingNew) return 'unchanged'
  return context.published === undefined ? 'audit_failed' : 'published'
}

const landedBy = ({ landed, landedLog }: RunContext, outcome: 'read' | 'accepted' | 'quarantined'): number =>
  (landed?.totals[outcome] ?? 0) + (landedLog?.totals[outcome] ?? 0)

function recordOf(context: RunContext, stages: readonly TaskTiming[], failure: unknown): RunRecord {
  const seconds = (stage: string) => stages.find((timing) => timing.stage === stage)?.seconds ?? null
  return {
    run_id: context.runId,
    started_at: context.startedAt.toISOString(),
    finished_at: new Date().toISOString(),
    status: statusOf(context, failure),
    is_full: !context.isPartial && !context.nothingNew,
    pointer_sequence: context.published?.sequence ?? null,
    error_code: failure === undefined ? null : failure instanceof PlatformError ? failure.code : 'internal',
    error_message:
      failure === undefined ? null : failure instanceof Error ? failure.message : String(failure),
    land_seconds: seconds('land'),
    silver_seconds: seconds('silver'),
    measure_seconds: seconds('measure'),
    gold_seconds: seconds('gold'),
    audit_seconds: seconds('audit'),
    publish_seconds: seconds('publish'),
    records_read: landedBy(context, 'read'),
    records_accepted: landedBy(context, 'accepted'),
    records_quarantined: landedBy(context, 'quarantined'),
    dates_rebuilt: context.datesRebuilt,
    peak_memory_bytes: process.resourceUsage().maxRSS * 1024,
  }
}

function summaryOf(context: RunContext, stages: readonly TaskTiming[]): RunSummary {
  const tests = context.audit?.tests ?? []
  return {
    runId: context.runId,
    status: statusOf(context),
    pointer: context.published?.sequence ?? null,
    stages,
    tests: {
      passed: tests.filter((test) => test.status === 'pass').length,
      warned: tests.filter((test) => test.status === 'warn').length,
      failed: context.audit?.failed.length ?? 0,
    },
    failedTests: context.audit?.failed ?? [],
  }
}
