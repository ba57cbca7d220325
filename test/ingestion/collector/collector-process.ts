// A collector in a process of its own: `node collector-process.ts LOG_FILE PORT ['{"limits": …}']`; prints its port.
import { createCollector } from '../../../src/ingestion/collector/create-collector.ts'
import { openEmbeddedLog } from '../../../src/ingestion/event-log/embedded-log.ts'
import { shopSource } from './collector-fixture.ts'

const [file = '', port = '0', options = '{}'] = process.argv.slice(2)
const log = await openEmbeddedLog({ file })
const { limits } = JSON.parse(options) as { limits?: object }
const unlimited = { eventsPerSecondOfSource: 1e9, eventsPerSecondOfAddress: 1e9 }
const app = await createCollector({ log, sources: [shopSource], limits: { ...unlimited, ...limits } })
await app.listen({ host: '127.0.0.1', port: Number(port), backlog: 4096 })
process.stdout.write(`${(app.server.address() as { port: number }).port}\n`)
process.once('SIGTERM', async () => {
  await app.close()
  await log.close()
})
