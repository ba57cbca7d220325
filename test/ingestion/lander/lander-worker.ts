// A lander in a process of its own, until it is killed: `node lander-worker.ts DATA_DIR COMMIT_EVERY_MS`; says when it lands.
import { openEventLog } from '../../../src/ingestion/event-log/open-event-log.ts'
import { startLander } from '../../../src/ingestion/lander/lander.ts'

const [dataDir = '', commitEveryMs = '50'] = process.argv.slice(2)
const log = await openEventLog({ dataDir, kind: 'embedded' })
const lander = await startLander({
  dataDir,
  log,
  secret: Buffer.alloc(32, 1),
  commitEveryMs: Number(commitEveryMs),
})
process.stdout.write('landing\n')
await lander.ended.catch((error) => {
  process.stderr.write(`${error.code} ${error.message}\n`)
  process.exitCode = 3
})
await log.close()
