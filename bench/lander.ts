import { join } from 'node:path'
import type { LandedBench } from './filled-log.ts'
import { runPart } from './processes.ts'

/** What the embedded log has into bronze, by a process that starts when the log is full: a million, then a week. */
export async function lander(folder: string) {
  return [...(await landing(folder, 1, 1, 150_000)), ...(await landing(folder, 10, 7, undefined))]
}

async function landing(folder: string, millions: number, days: number, askedRate: number | undefined) {
  const events = millions * 1_000_000
  const dataDir = join(folder, `lander-${millions}`)
  const { result: filled } = await runPart<{ seconds: number }>('fillLog', {
    dataDir,
    events,
    spanDays: days,
  })
  const { result, peakMiB } = await runPart<LandedBench>('landLog', { dataDir })
  if (result.accepted !== events) throw new Error(`bench: ${result.accepted} of ${events} events were landed`)
  const rate = events / result.seconds
  const peakMb = peakMiB === undefined ? undefined : Math.round(peakMiB * 1.048576)
  return [
    {
      what: `${millions} M events of ${days} d appended to the log`,
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
