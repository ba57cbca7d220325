// A lander in a process of its own, until it is killed: `node lander-worker.ts DATA_DIR COMMIT_EVERY_MS [BROKERS]`; says when it lands.
import { startLander } from '../../../src/ingestion/lander/lander.ts'
import { openLogAt } from '../event-log/open-log-at.ts'

const [dataDir = '', commitEveryMs = '50', brokers] = process.argv.slice(2)
const log = await openLogAt(dataDir, brokers)
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
