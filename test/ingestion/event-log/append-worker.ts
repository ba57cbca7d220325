// Appends numbered records, printing the last number acknowledged: node append-worker.ts FILE SENDER FIRST LAST SEED
import { openEmbeddedLog } from '../../../src/ingestion/event-log/embedded-log.ts'
import { seededRandom } from '../../lake/killed-writers.ts'
import { killTopic } from './killed-appenders.ts'

const [file = '', sender = '', start = '1', count = '0', seed = '0'] = process.argv.slice(2)
const random = seededRandom(Number(seed))
const log = await openEmbeddedLog({ file })
let next = Number(start)
process.stdout.write('ready\n')
while (next <= Number(count)) {
  const appends = Array.from({ length: 1 + Math.floor(random() * 3) }, async () => {
    const first = next
    const last = Math.min(Number(count), first + Math.floor(random() * 40))
    next = last + 1
    await log.append(
      killTopic,
      Array.from({ length: last - first + 1 }, (_, at) => ({
        key: sender,
        value: JSON.stringify({
          sender,
          number: first + at,
          padding: 'x'.repeat(Math.floor(random() * 400)),
        }),
        headers: {},
      })),
    )
    process.stdout.write(`${last}\n`)
  })
  await Promise.all(appends)
}
await log.close()
