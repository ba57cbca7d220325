import { topics } from '../src/contracts/topics.ts'
import { openEventLog } from '../src/ingestion/event-log/open-event-log.ts'
import { runPart } from './processes.ts'

interface Appended {
  readonly recordsPerAppend: number
  readonly perSecond: number
  readonly cpuMicros: number
}

export interface LogBench {
  readonly appended: readonly Appended[]
  readonly readPerSecond: number
  readonly readCpuMicros: number
}

const recordBytes = 400
const topic = topics.webEvents.name
/** Appends under way at once, as a collector with so many senders has. */
const appendsAtOnce = 16

/** Appends records of 400 bytes durably, then reads them all; whole-process figures. */
export async function appendAndRead(dataDir: string): Promise<LogBench> {
  const log = await openEventLog({ dataDir, kind: 'embedded' })
  const value = 'x'.repeat(recordBytes)
  const headers = { 'schema-version': '1', source: 'web' }
  const appended: Appended[] = []
  for (const [recordsPerAppend, total] of [
    [20, 400_000],
    [200, 1_000_000],
    [1_000, 1_000_000],
  ] as const) {
    let sent = 0
    const sender = async () => {
      while (sent < total) {
        const from = sent
        sent += recordsPerAppend
        await log.append(
          topic,
          Array.from({ length: recordsPerAppend }, (_, at) => ({
            key: `v-${(from + at) % 50_000}`,
            value,
            headers,
          })),
        )
      }
    }
    const took = await measure(() => Promise.all(Array.from({ length: appendsAtOnce }, sender)))
    appended.push({ recordsPerAppend, perSecond: sent / took.seconds, cpuMicros: took.cpuMicros / sent })
  }
  const reader = await log.openReader(topic, {})
  let read = 0
  const took = await measure(async () => {
    for (;;) {
      const { length } = await reader.next({ maxWaitMs: 0 })
      if (length === 0) break
      read += length
    }
  })
  await log.close()
  return { appended, readPerSecond: read / took.seconds, readCpuMicros: took.cpuMicros / read }
}

async function measure(work: () => Promise<unknown>): Promise<{ seconds: number; cpuMicros: number }> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpuBefore)
  return { seconds: (performance.now() - startedAt) / 1000, cpuMicros: user + system }
}

/** Durable appends and reads of the embedded log. */
export async function log(dataDir: string) {
  const { result, peakMiB } = await runPart<LogBench>('log', { dataDir })
  const thousands = (rate: number) => `${Math.round(rate / 1000)} k/s`
  const best = Math.max(...result.appended.map(({ perSecond }) => perSecond))
  return [
    ...result.appended.map(({ recordsPerAppend, perSecond, cpuMicros }) => ({
      what: `durable appends of ${recordsPerAppend}, ${appendsAtOnce} at once`,
      measured: `${thousands(perSecond)}, ${cpuMicros.toFixed(1)} µs CPU each`,
      ...(perSecond === best ? { asked: '150 k/s of 400 bytes', isReached: perSecond >= 150_000 } : {}),
    })),
    {
      what: 'reads',
      measured: `${thousands(result.readPerSecond)}, ${result.readCpuMicros.toFixed(1)} µs CPU each`,
    },
    { what: 'largest process', measured: `${peakMiB ?? '–'} MiB` },
  ]
}
