// Sends events to a collector whose disk fills up and is freed: `node full-disk-collector.ts FOLDER`, where the folder
// is a disk of its own. Prints what became of them, as JSON.
import { statfsSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createCollector } from '../../../src/ingestion/collector/create-collector.ts'
import { openEmbeddedLog } from '../../../src/ingestion/event-log/embedded-log.ts'
import { event, shopSource } from './collector-fixture.ts'
import { eventIds, storedRecords } from './stored-records.ts'

const folder = process.argv[2] ?? ''
const filler = join(folder, 'filler')
const log = await openEmbeddedLog({ file: join(folder, 'events.sqlite') })
const app = await createCollector({ log, sources: [shopSource] })
const send = (event_id: string) =>
  app.inject({
    method: 'POST',
    url: '/v1/events?key=wk_shop',
    payload: event({ event_id, occurred_at: new Date().toISOString(), page_title: 'x'.repeat(1_000) }),
  })

const sent: string[] = []
const refused: string[] = []
let last = { status: 200, error: '', retryAfter: '' }
for (let n = 0; n < 3_000 && refused.length < 20; n++) {
  // Half-way through the disk is filled up but for a little.
  if (n === 50) {
    const { bavail, bsize } = statfsSync(folder)
    writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 400_000)))
  }
  const id = `e${n}`
  sent.push(id)
  const answer = await send(id)
  if (answer.statusCode === 200) continue
  refused.push(id)
  last = {
    status: answer.statusCode,
    error: answer.json().error,
    retryAfter: String(answer.headers['retry-after']),
  }
}
const acknowledged = sent.filter((id) => !refused.includes(id))
await rm(filler)
for (const id of refused)
  while ((await send(id)).statusCode !== 200) await new Promise((wake) => setTimeout(wake, 50))
await app.close()
const stored = new Set(eventIds(await storedRecords(log)))
await log.close()
process.stdout.write(
  JSON.stringify({
    ...last,
    sent: sent.length,
    refusals: refused.length,
    lost: acknowledged.filter((id) => !stored.has(id)).length,
    distinct: stored.size,
  }),
)
