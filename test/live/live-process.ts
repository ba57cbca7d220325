// Follows a data folder's log until it is killed; says when it has counted what was there at its start.
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'
import { startSpeedLayer } from '../../src/live/speed-layer.ts'
import { liveShop } from './live-folder.ts'

const [dataDir = ''] = process.argv.slice(2)
const log = await openEventLog({ dataDir, kind: 'embedded' })
const layer = startSpeedLayer({ dataDir, log, shop: liveShop, snapshotEveryMs: 15, pointerPollMs: 100 })
await layer.caughtUp()
process.stdout.write('caught up\n')
