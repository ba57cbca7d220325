// A collector on an embedded log, for the load of `load-generator.ts`: `node collector-server.ts FOLDER`; prints its
// port, and when it is asked to stop what it used, as JSON.
import { join } from 'node:path'
import { createCollector } from '../src/ingestion/collector/create-collector.ts'
import { openEventLog } from '../src/ingestion/event-log/open-event-log.ts'

const [dataDir = ''] = process.argv.slice(2)
const log = await openEventLog({ dataDir, kind: 'embedded' })
const app = await createCollector({
  log,
  sources: [{ name: 'bench', writeKey: 'wk_bench', origins: ['https://shop.example'] }],
  trackerDir: join(import.meta.dirname, '..', 'dist', 'tracker'),
  limits: { eventsPerSecondOfAddress: 1e9, eventsPerSecondOfSource: 1e9 },
})
await app.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${JSON.stringify({ port: (app.server.address() as { port: number }).port })}\n`)

let before = process.cpuUsage()
process.on('SIGUSR2', () => {
  before = process.cpuUsage()
})
process.once('SIGTERM', async () => {
  const { user, system } = process.cpuUsage(before)
  await app.close()
  const topics = await log.topics()
  const stored = topics
    .flatMap(({ partitions }) => partitions)
    .reduce((sum, each) => sum + each.nextOffset, 0)
  await log.close()
  process.stdout.write(`${JSON.stringify({ cpuSeconds: (user + system) / 1e6, stored })}\n`)
})
