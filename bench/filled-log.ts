// `node bench/filled-log.ts fillLog|landLog '{"dataDir": …}'` prints one line of JSON.
import { topics } from '../src/contracts/topics.ts'
import type { LogRecord } from '../src/ingestion/event-log/event-log.ts'
import { openEventLog } from '../src/ingestion/event-log/open-event-log.ts'
import { landLog } from '../src/ingestion/lander/lander.ts'
import { keepHeapSmall } from '../src/ingestion/lander/small-heap.ts'

/** For the parts `fillLog` and `landLog`. */
export interface LanderTask {
  readonly dataDir: string
  readonly events?: number
  /** Days the events lie in, oldest first. */
  readonly spanDays?: number
  /** Of Kafka; default the embedded log. */
  readonly brokers?: string
}

export interface LandedBench {
  readonly seconds: number
  /** Of all cores, of the whole process. */
  readonly cpuSeconds: number
  readonly read: number
  readonly accepted: number
  readonly commits: number
}

const batch = 2_000

const openLog = ({ dataDir, brokers }: LanderTask) =>
  brokers === undefined
    ? openEventLog({ dataDir, kind: 'embedded' })
    : openEventLog({ dataDir, kind: 'kafka', kafka: { brokers: [brokers] } })

/** Fills a log with web events such as the tracker sends, of some 600 bytes each. */
export async function fillLog(task: LanderTask): Promise<{ seconds: number }> {
  const { events = 0, spanDays = 1 } = task
  const startedAt = performance.now()
  const log = await openLog(task)
  const end = Date.now() - 60_000
  const stepMs = (spanDays * 86_400_000) / events
  for (let from = 0; from < events; from += batch) {
    const records: LogRecord[] = []
    for (let number = from; number < Math.min(from + batch, events); number += 1) {
      const timestampMs = Math.floor(end - (events - number) * stepMs)
      const value = eventText(number, timestampMs)
      records.push({
        key: `v-${number % 50_000}`,
        value,
        headers: { 'schema-version': '1', source: 'web' },
        timestampMs,
      })
    }
    await log.append(topics.webEvents.name, records)
  }
  await log.close()
  return { seconds: (performance.now() - startedAt) / 1000 }
}

function eventText(number: number, timestampMs: number): string {
  const scrambled = Math.imul(number, 0x9e3779b1) >>> 0
  return JSON.stringify({
    event_id: `${scrambled.toString(16).padStart(8, '0')}-4e1c-7abc-9def-${String(number).padStart(12, '0')}`,
    occurred_at: new Date(timestampMs - (scrambled % 3000)).toISOString(),
    event_name: scrambled % 7 === 0 ? 'product_view' : 'page_view',
    anonymous_id: `v-${number % 50_000}-0a1b2c3d4e5f`,
    page_url: `https://shop.example/products/sku-${scrambled % 900}?utm_source=google&utm_medium=cpc`,
    page_title: 'Huile sèche pour le corps',
    referrer: 'https://www.google.com/',
    utm_source: 'google',
    utm_medium: 'cpc',
    utm_campaign: `campaign-${scrambled % 30}`,
    ip: `203.0.${scrambled % 255}.7`,
    user_agent:
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
    device_type: 'desktop',
    country: 'FR',
    ...(scrambled % 7 === 0 ? { sku: `SKU-${scrambled % 900}` } : {}),
    consent_analytics: 'granted',
    consent_ads_storage: 'granted',
  })
}

/** Lands what the log has. */
export async function landFilled(task: LanderTask): Promise<LandedBench> {
  const { dataDir } = task
  keepHeapSmall()
  const log = await openLog(task)
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
  const { totals, commits } = await landLog({ dataDir, log, secret: Buffer.alloc(32, 1) })
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - startedAt) / 1000
  await log.close()
  return { seconds, cpuSeconds: (user + system) / 1e6, read: totals.read, accepted: totals.accepted, commits }
}

const parts: Record<string, (task: LanderTask) => Promise<unknown>> = { fillLog, landLog: landFilled }
const [part = '', task = '{}'] = process.argv.slice(2)
const work = parts[part]
if (work !== undefined)
  process.stdout.write(`${JSON.stringify(await work(JSON.parse(task) as LanderTask))}\n`)
