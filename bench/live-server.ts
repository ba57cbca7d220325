// What `sillage serve` runs, in one process and without the limit of one address, for `live.ts`: `node live-server.ts
// FOLDER`; prints its ports, and when it is asked to stop what it used, as JSON.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLiveFeed, noParts } from '../src/cli/live-feed.ts'
import { createDashboard } from '../src/dashboard/api/create-dashboard.ts'
import { createCollector } from '../src/ingestion/collector/create-collector.ts'
import { openEventLog } from '../src/ingestion/event-log/open-event-log.ts'
import { startLander } from '../src/ingestion/lander/lander.ts'
import { startSpeedLayer } from '../src/live/speed-layer.ts'

const [dataDir = ''] = process.argv.slice(2)
mkdirSync(dataDir, { recursive: true })
writeFileSync(join(dataDir, 'shop.json'), JSON.stringify({ id: 'bench', name: 'bench', origin: 'demo' }))
const log = await openEventLog({ dataDir, kind: 'embedded' })
const collector = await createCollector({
  log,
  sources: [{ name: 'bench', writeKey: 'wk_bench', origins: ['https://shop.example'] }],
  limits: { eventsPerSecondOfAddress: 1e9, eventsPerSecondOfSource: 1e9 },
})
const lander = await startLander({ dataDir, log, secret: Buffer.alloc(32, 1) })
const layer = startSpeedLayer({
  dataDir,
  log,
  shop: { timeZone: 'Europe/Paris', currency: 'EUR', country: 'FR', hosts: ['shop.example'] },
})
const parts = Object.assign(noParts(), { log, layer, lander })
parts.collector.address = ''
const feed = createLiveFeed(parts)
layer.onChange(feed.changed)
const dashboard = await createDashboard({ dataDir, webDir: join(dataDir, 'web'), live: feed })
const ports = []
for (const app of [collector, dashboard]) {
  await app.listen({ host: '127.0.0.1', port: 0 })
  ports.push((app.server.address() as { port: number }).port)
}
process.stdout.write(`${JSON.stringify({ collectPort: ports[0], port: ports[1] })}\n`)

let before = process.cpuUsage()
process.on('SIGUSR2', () => {
  before = process.cpuUsage()
})
process.once('SIGTERM', async () => {
  const { user, system } = process.cpuUsage(before)
  const { events } = layer.view().today.counts
  process.stdout.write(`${JSON.stringify({ cpuSeconds: (user + system) / 1e6, counted: events })}\n`)
  await Promise.all([dashboard.close(), collector.close()])
  await Promise.all([lander.stop(), layer.stop()])
  await log.close()
})
