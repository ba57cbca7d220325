import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { generateWebFiles, streamEvents, webFlags } from './commands.ts'
import { createEventSender } from './event-sender.ts'
import { choiceFlag, type Flags, helpOf, numberFlag, readFlags } from './flags.ts'
import { runEntry } from './run-entry.ts'
import { type DayTrafficOptions, dayTraffic, type TimedLine, timeSent } from './web/day-traffic.ts'

const usage = `npm run generate:web -- --mode batch --start-date 2025-01-01 --end-date 2025-03-28 --events-per-day 5000
npm run generate:web -- --mode stream --events-per-minute 30 --duration 3600 --to http://localhost:4010/v1/events --write-key KEY`

type Send = (lines: readonly string[]) => Promise<void>

const dayMs = 86_400_000

function openTarget(
  target: string,
  writeKey: string | undefined,
): { send: Send; close: () => Promise<void> } {
  if (/^https?:\/\//.test(target)) return { send: createEventSender(target, writeKey), close: async () => {} }
  const stream = target === '-' ? process.stdout : createWriteStream(target)
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader at the other end of the pipe has had enough.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    async send(lines) {
      if (!stream.write(lines.join(''))) await once(stream, 'drain')
    },
    async close() {
      if (target === '-') return
      stream.end()
      await once(stream, 'finish')
    },
  }
}

async function streamEvenly(flags: Flags, send: Send): Promise<number> {
  const startMs = Date.now()
  let sent = 0
  for (const event of streamEvents(flags, startMs)) {
    const early = startMs + event.afterMs - Date.now()
    if (early > 0 && flags.fast !== 'true') await wait(early)
    await send([event.line])
    sent++
  }
  return sent
}

/** Sends, every second, what is due by the clock; with `--fast` what is due of the first date, at once. */
async function streamByClock(flags: Flags, send: Send): Promise<number> {
  const now = Date.now()
  const since = Date.parse(flags.since ?? '')
  const endMs = now + numberFlag(flags, 'duration')! * 1000
  let sentUntilMs = Number.isNaN(since) ? now : Math.min(since, now)
  let sent = 0
  while (sentUntilMs < endMs) {
    const date = new Date(sentUntilMs).toISOString().slice(0, 10)
    const lastMs = Math.min(endMs, Date.parse(date) + dayMs)
    const isFast = flags.fast === 'true'
    const lines = isFast ? linesOf(dayTraffic(dayOptions(flags, date))) : await linesApart(flags, date)
    let next = lines.next()
    while (sentUntilMs < lastMs) {
      const until = isFast ? lastMs : Math.min(Date.now(), lastMs)
      const due: string[] = []
      for (; !next.done && next.value.sentMs < until; next = lines.next())
        if (next.value.sentMs >= sentUntilMs) due.push(next.value.line)
      if (due.length > 0) await send(due)
      sent += due.length
      sentUntilMs = until
      if (isFast) return sent
      await wait(1_000)
    }
  }
  return sent
}

const dayOptions = (flags: Flags, date: string): DayTrafficOptions => ({
  date,
  eventsPerMinute: numberFlag(flags, 'events-per-minute')!,
  seed: numberFlag(flags, 'seed'),
})

function* linesOf(lines: readonly TimedLine[]): Generator<TimedLine> {
  yield* lines
}

/** A date's lines, made by a process whose memory is given back: this one may run for weeks. */
async function linesApart(flags: Flags, date: string): Promise<Generator<TimedLine>> {
  const { seed, eventsPerMinute } = dayOptions(flags, date)
  const asked = {
    mode: 'stream',
    pace: 'day',
    to: '-',
    seed,
    'events-per-minute': eventsPerMinute,
    since: date,
  }
  const args = Object.entries(asked).flatMap(([name, value]) => [`--${name}`, String(value)])
  args.push('--fast', '--duration', String((2 * dayMs) / 1000))
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, ...args], {
    encoding: 'buffer',
    maxBuffer: 1 << 30,
  })
  return timedLines(stdout, Date.parse(date))
}

function* timedLines(text: Buffer, startMs: number): Generator<TimedLine> {
  for (let start = 0, end = text.indexOf(10); end >= 0; start = end + 1, end = text.indexOf(10, start)) {
    const line = text.toString('utf8', start, end + 1)
    const sentMs = timeSent(line, startMs)
    if (sentMs !== undefined) yield { sentMs, line }
  }
}

await runEntry(async () => {
  const flags = readFlags(process.argv.slice(2), webFlags)
  if (flags.help === 'true') return helpOf(usage, webFlags)
  if (choiceFlag(flags, 'mode', ['batch', 'stream']) === 'batch')
    return (await generateWebFiles(flags)).message
  const { send, close } = openTarget(flags.to!, flags['write-key'])
  const isEven = choiceFlag(flags, 'pace', ['even', 'day']) === 'even'
  const sent = await (isEven ? streamEvenly : streamByClock)(flags, send)
  await close()
  return `${sent} events sent to ${flags.to === '-' ? 'standard output' : flags.to}`
})
