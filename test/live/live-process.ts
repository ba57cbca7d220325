// Follows a data folder's log until it is killed: `node live-process.ts DATA_DIR [BROKERS]`; says when it has counted what was there at its start.
import { startSpeedLayer } from '../../src/live/speed-layer.ts'
import { openLogAt } from '../ingestion/event-log/open-log-at.ts'
import { liveShop } from './live-folder.ts'

const [dataDir = '', brokers] = process.argv.slice(2)
const log = await openLogAt(dataDir, brokers)
const layer = startSpeedLayer({ dataDir, log, shop: liveShop, snapshotEveryMs: 15, pointerPollMs: 100 })
await layer.caughtUp()
process.stdout.write('caught up\n')
