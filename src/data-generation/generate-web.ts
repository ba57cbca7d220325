import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { generateWebFiles, streamEvents, webFlags } from './commands.ts'
import { createEventSender } from './event-sender.ts'
import { choiceFlag, type Flags, helpOf, numberFlag, readFlags } from './flags.ts'
import { runEntry } from './run-entry.ts'
import { dayTraffic } from './web/day-traffic.ts'

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

/** Sends, every second, what is due by the clock. */
async function streamByClock(flags: Flags, send: Send): Promise<number> {
  const endMs = Date.now() + numberFlag(flags, 'duration')! * 1000
  const options = {
    seed: numberFlag(flags, 'seed'),
    eventsPerMinute: numberFlag(flags, 'events-per-minute')!,
  }
  const sinceMs = Date.parse(flags.since ?? '')
  let sentUntilMs = Number.isNaN(sinceMs) ? Date.now() : Math.min(sinceMs, Date.now())
  let sent = 0
  while (sentUntilMs < endMs) {
    const date = new Date(sentUntilMs).toISOString().slice(0, 10)
    const lines = dayTraffic({ ...options, date }).filter(({ sentMs }) => sentMs >= sentUntilMs)
    const lastMs = Math.min(endMs, Date.parse(date) + dayMs)
    let next = 0
    while (sentUntilMs < lastMs) {
      const until = Math.min(Date.now(), lastMs)
      const due: string[] = []
      while (next < lines.length && lines[next]!.sentMs < until) due.push(lines[next++]!.line)
      if (due.length > 0) await send(due)
      sent += due.length
      sentUntilMs = until
      await wait(1_000)
    }
  }
  return sent
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
