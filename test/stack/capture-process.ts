import { captureByReplication } from '../../src/ingestion/change-capture/capture-replication.ts'
import { openEventLog } from '../../src/ingestion/event-log/open-event-log.ts'

/** A capture of `crm.promotions` in a process of its own, to be killed. */
const [dataDir = '', url = ''] = process.argv.slice(2)
const log = await openEventLog({ dataDir, kind: 'embedded' })
const map = { tables: { promotions: { from: 'crm.promotions', changedAt: 'updated_at' } } }
await (await captureByReplication({ dataDir, url, map, log })).ended
