// Sends events to a collector of this machine at a steady rate, whether it keeps up or not, and prints how long the
// answers took from the moment each request was due: `node load-generator.ts '{"port": …}'`.
import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  readonly requestsPerSecond: number
  readonly eventsPerRequest: number
  readonly seconds: number
  readonly connections: number
}

export interface LoadResult {
  readonly requests: number
  readonly failed: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const load = JSON.parse(process.argv[2] ?? '{}') as Load
if (!(load.seconds <= 600 && load.connections <= 1_000)) throw new Error('load-generator: too much is asked')

const agents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0',
]
let made = 0

/** What the tracker sends of a consented visit. */
function request(): string {
  const at = new Date().toISOString()
  const visitor = made % 5_000
  const events = Array.from({ length: load.eventsPerRequest }, () => ({
    event_id: `${process.pid}-${made++}-0f3c-4b1e-9d52-7a6f`,
    occurred_at: at,
    event_name: made % 3 === 0 ? 'product_view' : 'page_view',
    anonymous_id: `visitor-${visitor}`,
    page_url: `https://shop.example/face/serum-${made % 400}?utm_source=newsletter&utm_medium=email`,
    page_title: 'Vitamin C serum – Flore & Sève',
    referrer: 'https://www.google.com/',
    utm_source: 'newsletter',
    utm_medium: 'email',
    utm_campaign: 'spring-2026',
    language: 'fr-FR',
    sku: `SER-${made % 400}`,
    value: '39.90',
    currency: 'EUR',
    consent_analytics: 'granted',
    consent_ads_storage: 'granted',
    consent_ads_user_data: 'denied',
    consent_ads_personalisation: 'denied',
  }))
  const body = JSON.stringify({ sent_at: at, events })
  return `POST /v1/events?key=wk_bench HTTP/1.1\r\nhost: collect.shop.example\r\norigin: https://shop.example\r\nuser-agent: ${agents[visitor % agents.length]}\r\naccept-language: fr-FR,fr;q=0.9\r\ncontent-type: text/plain;charset=UTF-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

const latencies: number[] = []
const due: number[] = []
const idle: Socket[] = []
let failed = 0
let answered = 0
const total = Math.round(load.requestsPerSecond * load.seconds)
const finished = Promise.withResolvers<void>()

function sendDue(): void {
  while (due.length > 0 && idle.length > 0) {
    // In turn, so that none is idle for so long that the collector closes it.
    const socket = idle.shift() as Socket
    const dueAt = due.shift() as number
    socket.once('data', (answer) => {
      latencies.push(performance.now() - dueAt)
      if (!answer.includes('HTTP/1.1 200')) failed++
      idle.push(socket)
      if (++answered === total) finished.resolve()
      else sendDue()
    })
    socket.write(request())
  }
}

for (let n = 0; n < load.connections; n++)
  idle.push(
    await new Promise<Socket>((resolve) => {
      const socket = connect(load.port, '127.0.0.1', () => resolve(socket.setNoDelay(true)))
      socket.once('close', () => finished.reject(new Error('load-generator: a connection was closed')))
    }),
  )
const startedAt = performance.now()
let released = 0
const timer = setInterval(() => {
  const now = performance.now()
  while (released < total && startedAt + (released * 1000) / load.requestsPerSecond <= now)
    due.push(startedAt + (released++ * 1000) / load.requestsPerSecond)
  sendDue()
}, 1)
await finished.promise
clearInterval(timer)
for (const socket of idle) socket.destroy()
latencies.sort((one, other) => one - other)
const at = (share: number) =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
const result: LoadResult = {
  requests: total,
  failed,
  seconds: (performance.now() - startedAt) / 1000,
  p50Ms: at(0.5),
  p99Ms: at(0.99),
  maxMs: at(1),
}
process.stdout.write(`${JSON.stringify(result)}\n`)
