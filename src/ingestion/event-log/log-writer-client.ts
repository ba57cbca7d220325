import { Worker } from 'node:worker_threads'
import { PlatformError } from '../../contracts/errors.ts'
import type { LogWriter, RecordColumns } from './log-writer.ts'
import type { ThreadAnswer, ThreadError, ThreadOptions, ThreadRequest } from './log-writer-thread.ts'

/** The writer of a log's file in a thread of its own, started with the first request. */
export interface LogWriterClient {
  append(topic: string, records: RecordColumns): Promise<void>
  createTopic(...args: Parameters<LogWriter['createTopic']>): Promise<void>
  dropTopic(topic: string): Promise<void>
  dropBefore(...args: Parameters<LogWriter['dropBefore']>): Promise<number>
  dropOlder(beforeMs: number): Promise<number>
  /** After what is under way. */
  close(): Promise<void>
}

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './log-writer-thread.ts' : './log-writer-thread.js',
  import.meta.url,
)

export function createLogWriterClient(options: ThreadOptions): LogWriterClient {
  const pending = new Map<number, Pending>()
  let lastId = 0
  let thread: Worker | undefined

  const failAll = (error: unknown) => {
    thread = undefined
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  const start = (): Worker => {
    const worker = new Worker(threadFile, { workerData: options })
    worker.on('message', (answers: readonly ThreadAnswer[]) => {
      for (const { id, result, error } of answers) {
        const waiting = pending.get(id)
        pending.delete(id)
        if (error === undefined) waiting?.resolve(result)
        else waiting?.reject(asError(error))
      }
      if (pending.size === 0) worker.unref()
    })
    worker.on('error', (error) => failAll(asPlatformError(error)))
    worker.on('exit', () => {
      if (thread === worker) failAll(new PlatformError('internal', 'log: its writing thread ended by itself'))
    })
    return worker
  }

  const request = (message: ThreadRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      thread ??= start()
      if (pending.size === 0) thread.ref()
      pending.set(message.id, { resolve, reject })
      thread.postMessage(message)
    })

  const nextId = () => {
    lastId += 1
    return lastId
  }

  return {
    append: async (topic, records) => {
      await request({ kind: 'append', id: nextId(), topic, records })
    },
    createTopic: async (...args) => {
      await request({ kind: 'createTopic', id: nextId(), args })
    },
    dropTopic: async (topic) => {
      await request({ kind: 'dropTopic', id: nextId(), args: [topic] })
    },
    dropBefore: async (...args) => (await request({ kind: 'dropBefore', id: nextId(), args })) as number,
    dropOlder: async (beforeMs) =>
      (await request({ kind: 'dropOlder', id: nextId(), args: [beforeMs] })) as number,
    async close() {
      const worker = thread
      if (worker === undefined) return
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      await request({ kind: 'close', id: nextId(), args: [] })
      thread = undefined
      worker.ref()
      await ended
    },
  }
}

function asError({ code, message, canRetry, stack }: ThreadError): PlatformError {
  const error = new PlatformError(code, message, { canRetry })
  if (stack !== undefined) error.stack = stack
  return error
}

/** What a thread throws while it starts loses its class on the way, but not its properties. */
function asPlatformError(error: unknown): unknown {
  const { code, canRetry, message } = error as Partial<PlatformError>
  if (code === undefined || canRetry === undefined || error instanceof PlatformError) return error
  return new PlatformError(code, message ?? '', { canRetry, cause: error })
}
