// A lander on a disk that fills up and has room again: `node full-disk-landing.ts DATA_DIR`, where the data folder is a
// disk of its own. Prints what it said and what was stored in the end, as JSON.
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { topics } from '../../../src/contracts/topics.ts'
import { startLander } from '../../../src/ingestion/lander/lander.ts'
import { countLanded } from './killed-landers.ts'
import { memoryLog, record, webEvent } from './memory-log.ts'

const dataDir = process.argv[2] ?? ''
const filler = join(dataDir, 'filler')
const log = memoryLog()
await log.createTopic(topics.webEvents)
const lander = await startLander({ dataDir, log, secret: Buffer.alloc(32, 1), commitEveryMs: 20 })
let sent = 0
const send = (count: number) =>
  log.append(
    topics.webEvents.name,
    Array.from({ length: count }, () => record(webEvent(`e${sent++}`), {}, String(sent % 4))),
  )
const until = async (isSo: () => boolean) => {
  while (!isSo()) await setTimeout(5)
}
await send(100)
await until(() => lander.state().totals.read === 100)
await log.append(topics.webEvents.name, [record('no record', {}, '0')])
const { bavail, bsize } = statfsSync(dataDir)
writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 8_000)))
await send(20_000)
await until(() => lander.state().phase !== 'landing' || lander.state().totals.read > 20_000)
const { phase, error } = lander.state()
rmSync(filler)
await until(() => lander.state().totals.read === sent + 1)
await lander.stop()
process.stdout.write(JSON.stringify({ phase, code: error?.code, sent, ...(await countLanded(dataDir)) }))
