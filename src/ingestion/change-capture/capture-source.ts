import type { Observer } from '../../contracts/observer.ts'
import type { EventLog } from '../event-log/event-log.ts'
import type { CaptureMap } from './capture-map.ts'
import type { SchemaDrift } from './capture-state.ts'

export interface CaptureOptions {
  readonly dataDir: string
  /** `postgres://…` */
  readonly url: string
  readonly map: CaptureMap
  readonly log: EventLog
  readonly observer?: Observer
  /** Queries only: how far the clocks that set the times of change may differ from the server's; default 0. */
  readonly settleMs?: number
  /** Replication only: name of slot and publication; default `sillage`. */
  readonly slot?: string
  readonly signal?: AbortSignal
  /** Told when the source has answered and its tables are there. */
  readonly onConnected?: () => void
}

export interface CaptureSummary {
  /** Records appended to the log. */
  readonly records: number
  /** Columns of the source that changed meanwhile. */
  readonly drift: readonly SchemaDrift[]
}
