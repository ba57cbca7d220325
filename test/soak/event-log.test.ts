import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runKilledAppenders } from '../ingestion/event-log/killed-appenders.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { seed } from './seed.ts'

const folder = temporaryFolder()

it(`loses nothing acknowledged when an appender is killed 100 times (seed ${seed})`, async () => {
  const file = join(folder, 'log', 'events.sqlite')
  const counts = await runKilledAppenders({ file, seed, kills: 100, count: 400_000, longestLifeMs: 400 })
  expect(counts).toEqual({ sent: 800_000, stored: 800_000, distinct: 800_000, lost: 0, isInOrder: true })
})
