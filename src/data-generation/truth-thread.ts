// The thread that computes the truth: other worlds take all of a core for seconds, and pages must be answered meanwhile.
import { parentPort, workerData } from 'node:worker_threads'
import type { StageEvent } from '../contracts/observer.ts'
import { type TruthOptions, type TruthSummary, writeTruth } from './write-truth.ts'

export type TruthMessage =
  | { readonly event: StageEvent }
  | { readonly summary: TruthSummary }
  | { readonly failure: { readonly message: string; readonly code: string | undefined } }

const tell = (message: TruthMessage) => parentPort?.postMessage(message)

try {
  const observer = { stage: (event: StageEvent) => tell({ event }), count() {} }
  tell({ summary: await writeTruth({ ...(workerData as TruthOptions), observer }) })
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException
  tell({ failure: { message, code } })
}
