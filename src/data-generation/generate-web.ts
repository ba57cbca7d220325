import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { PlatformError } from '../contracts/errors.ts'
import { generateWebFiles, streamEvents, webFlags } from './commands.ts'
import { choiceFlag, type Flags, helpOf, readFlags } from './flags.ts'
import { runEntry } from './run-entry.ts'

const usage = `npm run generate:web -- --mode batch --start-date 2025-01-01 --end-date 2025-03-28 --events-per-day 5000
npm run generate:web -- --mode stream --events-per-minute 30 --duration 3600 --to http://localhost:4000/events`

type Send = (line: string) => Promise<void>

async function post(address: string, line: string): Promise<void> {
  const request = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: line }
  const answer = await fetch(address, request).then(
    (response) => (response.ok ? 'ok' : `it answered ${response.status}`),
    () => 'nothing listens there',
  )
  if (answer === 'ok') return
  throw new PlatformError(
    'config.invalid',
    `simulation: could not send to ${address}: ${answer}; start the receiver or choose another --to`,
  )
}

function openTarget(target: string): { send: Send; close: () => Promise<void> } {
  if (/^https?:\/\//.test(target)) return { send: (line) => post(target, line), close: async () => {} }
  const stream = target === '-' ? process.stdout : createWriteStream(target)
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader at the other end of the pipe has had enough.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    async send(line) {
      if (!stream.write(line)) await once(stream, 'drain')
    },
    async close() {
      if (target === '-') return
      stream.end()
      await once(stream, 'finish')
    },
  }
}

async function stream(flags: Flags): Promise<number> {
  const { send, close } = openTarget(flags.to!)
  const startMs = Date.now()
  let sent = 0
  for (const event of streamEvents(flags, startMs)) {
    const early = startMs + event.afterMs - Date.now()
    if (early > 0 && flags.fast !== 'true') await wait(early)
    await send(event.line)
    sent++
  }
  await close()
  return sent
}

await runEntry(async () => {
  const flags = readFlags(process.argv.slice(2), webFlags)
  if (flags.help === 'true') return helpOf(usage, webFlags)
  if (choiceFlag(flags, 'mode', ['batch', 'stream']) === 'batch')
    return (await generateWebFiles(flags)).message
  return `${await stream(flags)} events sent to ${flags.to === '-' ? 'standard output' : flags.to}`
})
