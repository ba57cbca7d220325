import { Worker } from 'node:worker_threads'
import { type Observer, silentObserver } from '../contracts/observer.ts'
import type { TruthMessage } from './truth-thread.ts'
import type { TruthOptions, TruthSummary } from './write-truth.ts'

/** As `writeTruth`, on a thread of its own: this one goes on answering. */
export function writeTruthBeside({
  observer = silentObserver,
  ...options
}: TruthOptions & { readonly observer?: Observer }): Promise<TruthSummary> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('truth-thread.ts', import.meta.url), { workerData: options })
    thread.on('message', (message: TruthMessage) => {
      if ('event' in message) observer.stage(message.event)
      else if ('summary' in message) resolve(message.summary)
      else reject(Object.assign(new Error(message.failure.message), { code: message.failure.code }))
    })
    thread.on('error', reject)
    thread.on('exit', (code) => reject(new Error(`truth: its thread ended with ${code}`)))
  })
}
