// The thread that writes a log's file, so that nobody else waits for the disk. What arrives while one commit is
// being synced goes together into the next.
import { parentPort, workerData } from 'node:worker_threads'
import { type ErrorCode, PlatformError } from '../../contracts/errors.ts'
import { createLogWriter, type LogWriter, type RecordColumns } from './log-writer.ts'

export interface ThreadOptions {
  readonly file: string
  readonly maxBytes?: number
  /** Records older than this are deleted from time to time; undefined keeps them. */
  readonly retentionMs?: number
}

export type ThreadRequest =
  | {
      readonly kind: 'append'
      readonly id: number
      readonly topic: string
      readonly records: RecordColumns
    }
  | {
      readonly [Kind in 'createTopic' | 'dropTopic' | 'dropBefore' | 'dropOlder' | 'close']: {
        readonly kind: Kind
        readonly id: number
        readonly args: Parameters<LogWriter[Kind]>
      }
    }['createTopic' | 'dropTopic' | 'dropBefore' | 'dropOlder' | 'close']

export interface ThreadAnswer {
  readonly id: number
  readonly result?: unknown
  readonly error?: ThreadError
}

export interface ThreadError {
  readonly code: ErrorCode
  readonly message: string
  readonly canRetry: boolean
  readonly stack: string | undefined
}

const retentionEveryMs = 3_600_000

function asThreadError(error: unknown): ThreadError {
  const { message, stack } = error as Error
  return error instanceof PlatformError
    ? { code: error.code, message, canRetry: error.canRetry, stack }
    : { code: 'internal', message, canRetry: false, stack }
}

function run(port: NonNullable<typeof parentPort>, options: ThreadOptions): void {
  const writer = createLogWriter(options.file, options)
  let waiting: Extract<ThreadRequest, { kind: 'append' }>[] = []

  const answer = (answers: readonly ThreadAnswer[]) => port.postMessage(answers)

  const commit = () => {
    const requests = waiting
    waiting = []
    if (requests.length === 0) return
    const failures = writer.append(requests)
    answer(
      requests.map(({ id }, at) =>
        failures[at] === undefined ? { id } : { id, error: asThreadError(failures[at]) },
      ),
    )
  }

  port.on('message', (request: ThreadRequest) => {
    if (request.kind === 'append') {
      if (waiting.push(request) === 1) setImmediate(commit)
      return
    }
    commit()
    try {
      const operation = writer[request.kind] as (...args: readonly unknown[]) => unknown
      answer([{ id: request.id, result: operation(...request.args) }])
    } catch (error) {
      answer([{ id: request.id, error: asThreadError(error) }])
    }
    if (request.kind === 'close') port.close()
  })

  const { retentionMs } = options
  if (retentionMs === undefined) return
  const timer = setInterval(() => {
    try {
      writer.dropOlder(Date.now() - retentionMs)
    } catch (error) {
      // Tried again with the next turn; what else is wrong with the file, appends say.
      if (!(error instanceof PlatformError)) throw error
    }
  }, retentionEveryMs)
  timer.unref()
  port.on('close', () => clearInterval(timer))
}

if (parentPort !== null) run(parentPort, workerData as ThreadOptions)
