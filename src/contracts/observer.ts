/** A step of long work, as shown in the terminal, in the browser and in the run record. */
export interface StageEvent {
  readonly stage: string
  readonly state: 'started' | 'progress' | 'finished' | 'failed'
  readonly done?: number
  readonly total?: number
  readonly unit?: string
  readonly message?: string
  readonly durationMs?: number
}

/** The one door through which code reports what it does; implemented by the terminal, the web and monitoring. */
export interface Observer {
  stage(event: StageEvent): void
  /** Adds to a counter, e.g. `records` with labels `{ table, outcome, reason }`. */
  count(metric: string, value: number, labels: Readonly<Record<string, string>>): void
}

export const silentObserver: Observer = { stage() {}, count() {} }

/** Runs `work` as a stage: start, finish with its duration, or failure with the error's message. */
export async function observeStage<T>(observer: Observer, stage: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  observer.stage({ stage, state: 'started' })
  try {
    const result = await work()
    observer.stage({ stage, state: 'finished', durationMs: performance.now() - startedAt })
    return result
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    observer.stage({ stage, state: 'failed', message, durationMs: performance.now() - startedAt })
    throw error
  }
}
