import { join } from 'node:path'
import landerMemory from '../bin/lander-memory.json' with { type: 'json' }
import { startKafka } from '../test/stack/components/kafka.ts'
import type { LandedBench } from './filled-log.ts'
import { runPart } from './processes.ts'

const file = 'filled-log.ts'
/** What a log has into bronze, by a process that starts when the log is full: a million events, then a week's. */
export async function lander(folder: string) {
  return [
    ...(await landing(folder, { millions: 1, spanDays: 1, askedRate: 150_000 })),
    ...(await landingFromKafka(folder)),
    ...(await landing(folder, { millions: 10, spanDays: 7 })),
  ]
}

async function landingFromKafka(folder: string) {
  const broker = await startKafka({ folder: join(folder, 'kafka') })
  try {
    const { brokers } = broker
    return await landing(folder, { millions: 1, spanDays: 1, askedRate: 80_000, brokers })
  } finally {
    await broker.stop()
  }
}

interface Backlog {
  readonly millions: number
  readonly spanDays: number
  readonly askedRate?: number
  /** Of Kafka; default the embedded log. */
  readonly brokers?: string
}

async function landing(folder: string, { millions, spanDays, askedRate, brokers }: Backlog) {
  const events = millions * 1_000_000
  const kind = brokers === undefined ? 'embedded' : 'kafka'
  const dataDir = join(folder, `lander-${kind}-${millions}`)
  const task = { dataDir, ...(brokers === undefined ? {} : { brokers }) }
  const { result: filled } = await runPart<{ seconds: number }>(
    'fillLog',
    { ...task, events, spanDays },
    { file },
  )
  const { result, peakMiB } = await runPart<LandedBench>('landLog', task, {
    file,
    flags: landerMemory.flags,
    env: landerMemory.environment,
  })
  if (result.accepted !== events) throw new Error(`bench: ${result.accepted} of ${events} events were landed`)
  const rate = events / result.seconds
  const peakMb = peakMiB === undefined ? undefined : Math.round(peakMiB * 1.048576)
  return [
    {
      what: `${millions} M events of ${spanDays} d into the ${kind} log`,
      measured: `${Math.round(events / filled.seconds / 1000)} k/s`,
    },
    {
      what: '… landed in bronze',
      measured: `${Math.round(rate / 1000)} k/s, ${result.seconds.toFixed(0)} s`,
      ...(askedRate === undefined
        ? { asked: 'without a person' }
        : { asked: `${askedRate / 1000} k/s`, isReached: rate >= askedRate }),
    },
    {
      what: '… processor time of all cores, an event',
      measured: `${((result.cpuSeconds / events) * 1e6).toFixed(1)} µs, ${result.commits} commits`,
    },
    {
      what: '… largest memory of the whole process',
      measured: peakMb === undefined ? 'not told by this system' : `${peakMb} MB`,
      asked: 'under 400 MB',
      isReached: peakMb === undefined || peakMb < 400,
    },
  ]
}
