import type { Observer } from '../contracts/observer.ts'
import type { DuckDb } from '../database/duckdb.ts'
import type { EventLog } from '../ingestion/event-log/event-log.ts'
import type { LandingOptions, LandingResult } from '../ingestion/land-sources.ts'
import type { LanderState } from '../ingestion/lander/lander.ts'
import type { Lease } from '../lake/lease.ts'
import type { Pointer } from '../lake/pointer.ts'
import type { Audit } from '../warehouse/audit.ts'
import type { BuiltTable } from '../warehouse/build.ts'
import type { Dbt } from '../warehouse/dbt.ts'
import type { PinnedLake } from '../warehouse/pinned-lake.ts'

/** What the tasks of one run share; each task fills in what later ones need. */
export interface RunContext {
  readonly runId: string
  readonly startedAt: Date
  readonly dataDir: string
  readonly projectDir: string
  readonly workDir: string
  readonly landing: Omit<LandingOptions, 'db' | 'observer'>
  readonly timeZone: string
  readonly full: boolean
  readonly retentionDays: number | undefined
  /** Business dates to rebuild besides what changed. */
  readonly requestedDates: readonly string[]
  /** The shop's event log, when there is one. */
  readonly openLog: () => Promise<EventLog | undefined>
  readonly db: DuckDb
  readonly dbt: Dbt
  readonly lease: Lease
  readonly observer: Observer
  /** Publication the run starts from. */
  readonly pointer: Pointer | undefined
  /** Fingerprint of the dbt project; another one than the publication's means a full build. */
  readonly transformHash: string
  /** True when neither bronze nor the models changed since the publication. */
  nothingNew: boolean
  landed?: LandingResult
  /** What this run itself brought in from the event log. */
  landedLog?: LanderState
  /** Next offset by `topic/partition` that the pinned bronze tables stand for. */
  logOffsets?: Record<string, number>
  lake?: PinnedLake
  /** Whether only touched dates are rebuilt. */
  isPartial: boolean
  /** Business dates whose visits were rebuilt. */
  datesRebuilt: number
  built: BuiltTable[]
  /** Versions of the measure tables. */
  measured?: Record<string, number>
  audit?: Audit
  published?: Pointer
}
