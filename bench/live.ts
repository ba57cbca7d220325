import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { LiveView } from '../src/contracts/live.ts'
import type { Load, LoadResult } from './load-generator.ts'
import { watchMemory } from './processes.ts'

const load = { requestsPerSecond: 250, eventsPerRequest: 20, seconds: 30, connections: 32 }
const markEveryMs = 100

/**
 * Collector, lander, speed layer and dashboard in one process under 5,000 events a second; every 100 ms an order of
 * its own is sent, and timed from the collector's answer until a client of the page's stream reads it.
 */
export async function live(folder: string) {
  const server = start('live-server.ts', [join(folder, 'live')])
  const { collectPort, port } = await nextLine<{ collectPort: number; port: number }>(server)
  const memory = watchMemory(server)
  const seen = new Map<number, number>()
  const stopWatching = watchOrders(port, (value, at) => {
    if (!seen.has(value)) seen.set(value, at)
  })
  await generate({ ...load, seconds: 5, port: collectPort })
  server.kill('SIGUSR2')
  const generating = generate({ ...load, port: collectPort })
  const accepted = new Map<number, number>()
  for (let n = 1; n <= (load.seconds * 1000) / markEveryMs; n++) {
    const due = wait(markEveryMs)
    await sendOrder(collectPort, n)
    accepted.set(n, performance.now())
    await due
  }
  const result = await generating
  await wait(3_000)
  stopWatching()
  const ended = new Promise((resolve) => server.once('close', resolve))
  server.kill('SIGTERM')
  const { cpuSeconds, counted } = await nextLine<{ cpuSeconds: number; counted: number }>(server)
  await ended
  const peakMiB = memory.stop()
  const sent = (load.seconds + 5) * load.requestsPerSecond * load.eventsPerRequest + accepted.size
  const lags = [...accepted].flatMap(([n, at]) => (seen.has(n) ? [(seen.get(n) as number) - at] : []))
  lags.sort((left, right) => left - right)
  const at = (part: number) => lags[Math.min(lags.length - 1, Math.floor(lags.length * part))] ?? Number.NaN
  const perSecond = (result.requests * load.eventsPerRequest) / result.seconds
  return [
    {
      what: `accepted to visible, at ${Math.round(perSecond)} events/s`,
      measured: `p50 ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms`,
      asked: 'p99 under 2 s at 5 k/s',
      isReached: at(0.99) < 2_000 && perSecond > 4_950 && lags.length === accepted.size,
    },
    {
      what: 'orders sent = seen; events sent = counted',
      measured: `${accepted.size} = ${lags.length}; ${sent} = ${counted}`,
      isReached: lags.length === accepted.size && counted === sent,
    },
    {
      what: 'the whole server: processor, largest memory',
      measured: `${((cpuSeconds / load.seconds) * 100).toFixed(0)} % of a core, ${peakMiB} MiB`,
    },
  ]
}

async function sendOrder(port: number, n: number): Promise<void> {
  const event = {
    event_id: `mark-${n}`,
    occurred_at: new Date().toISOString(),
    event_name: 'purchase',
    anonymous_id: `marked-${n}`,
    transaction_id: `mark-${n}`,
    value: (n / 100).toFixed(2),
    currency: 'EUR',
    consent_analytics: 'granted',
  }
  const answer = await fetch(`http://127.0.0.1:${port}/v1/events?key=wk_bench`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  })
  if (!answer.ok) throw new Error(`bench: an order was answered ${answer.status}`)
}

/** Reads the page's stream as a browser does; tells each order's value, in hundredths, when it is read. */
function watchOrders(port: number, tell: (value: number, at: number) => void): () => void {
  const stopping = new AbortController()
  const read = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/live`, { signal: stopping.signal })
    let text = ''
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(part)
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
        text = text.slice(end + 2)
        if (data === undefined) continue
        const at = performance.now()
        for (const { value } of (JSON.parse(data) as LiveView).orders)
          if (value !== null) tell(Math.round(value * 100), at)
      }
    }
  }
  read().catch(() => {})
  return () => stopping.abort()
}

const generate = (given: Load) => nextLine<LoadResult>(start('load-generator.ts', [JSON.stringify(given)]))

const start = (script: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

function nextLine<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk) => resolve(JSON.parse(String(chunk)) as T))
    child.once('close', (code) => reject(new Error(`bench: ${child.spawnargs.at(-2)} ended with ${code}`)))
  })
}
