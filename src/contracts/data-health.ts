/** Shapes of Data health: what arrived, what became of it, whether it adds up, how the event log stands. */
import type { Scope } from './dashboard.ts'

export interface SourceFreshness {
  readonly source: string
  readonly tables: readonly string[]
  readonly lastArrivedAt: string
  readonly eventsThrough: string | null
  readonly deliveries: number
  readonly records: number
  readonly quarantined: number
  readonly state: 'fresh' | 'late'
}

export interface Delivery {
  readonly source: string
  readonly logical_name: string
  readonly revision: number
  readonly table_name: string
  readonly records_read: number
  readonly accepted: number
  readonly duplicate: number
  readonly dropped: number
  readonly quarantined: number
  readonly arrived_at: string
}

export interface RunRow {
  readonly run_id: string
  readonly started_at: string
  readonly finished_at: string | null
  readonly status: string
  readonly error_message: string | null
  readonly pointer_sequence: number | null
  readonly seconds: number | null
  readonly records_read: number | null
  readonly records_quarantined: number | null
}

export interface TestRow {
  readonly test_name: string
  readonly model_name: string
  readonly status: 'pass' | 'warn' | 'fail' | 'error'
  readonly failures: number
  readonly message: string | null
}

export interface ReconciliationRow {
  readonly reason: string
  readonly orders: number
  readonly net_revenue: number
}

export interface HygieneRow {
  readonly kind: string
  readonly item: string
  readonly spend: number | null
  /** Of `spend`: held orders and costs without a rate keep their own; null where it is not known. */
  readonly currency: string | null
  readonly sessions: number | null
  readonly detail: string | null
}

export interface Health extends Scope {
  readonly sources: readonly SourceFreshness[]
  readonly deliveries: readonly Delivery[]
  readonly runs: readonly RunRow[]
  readonly quarantine: readonly {
    readonly table_name: string
    readonly reason: string
    readonly column_name: string | null
    readonly open: number
    readonly resolved: number
  }[]
  /** Of the newest audit; passing tests are counted, the others listed. */
  readonly tests: {
    readonly passed: number
    readonly warned: number
    readonly failed: number
    readonly checkedAt: string | null
    readonly notPassed: readonly TestRow[]
  }
  readonly reconciliation: readonly ReconciliationRow[]
  readonly hygiene: readonly HygieneRow[]
  readonly traffic: {
    readonly page_views: number
    readonly unconsented_page_views: number
    readonly bot_events: number
  }
  readonly held: readonly {
    readonly reason: string
    readonly currency: string
    readonly orders: number
    readonly gross: number
  }[]
}

export interface LogPartition {
  readonly partition: number
  /** Offset of the oldest record kept, and of the next one. */
  readonly firstOffset: number
  readonly nextOffset: number
  /** Next offset to land; null when nothing was landed. */
  readonly landedOffset: number | null
  /** Records that are not landed. */
  readonly lag: number
}

/** A record that was set aside, without what could name a person. */
export interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly at: string
  readonly reason: string
  readonly table: string | null
  readonly bytes: number
  /** Columns of its table that it names, and how many other names it holds. */
  readonly fields: readonly string[]
  readonly otherFields: number
}

/** Records that are in no log: kept in the data folder, because it was away or does not take them. */
export interface KeptRecords {
  /** Sent in order by the process that collects, as soon as the log answers. */
  readonly waiting: number
  /** Refused by the log for good, until somebody sends them again. */
  readonly refused: number
  /** Why the newest of these was; null without one. */
  readonly reason: string | null
}

/** The event log; `kind` is null where the shop has none. */
export interface LogHealth {
  readonly kind: 'embedded' | 'kafka' | null
  /** For commands that are to be typed. */
  readonly dataDir: string
  readonly topics: readonly {
    readonly name: string
    readonly partitions: readonly LogPartition[]
    readonly lag: number
  }[]
  readonly kept: KeptRecords
  /** Newest first. */
  readonly deadLetters: readonly DeadLetter[]
}
