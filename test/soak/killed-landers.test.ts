import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runKilledLanders } from '../ingestion/lander/killed-landers.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { seed } from './seed.ts'

const folder = temporaryFolder()
const kills = 100

test(`landers killed at ${kills} random moments lose nothing and double nothing (seed ${seed})`, async () => {
  const eventsPerLife = 1000
  const found = await runKilledLanders({
    dataDir: join(folder, 'data'),
    seed,
    kills,
    longestLifeMs: 1500,
    eventsPerLife,
  })
  const events = kills * eventsPerLife
  expect(found).toEqual({
    sent: events,
    repeated: events / 10,
    malformed: events / 50,
    stored: events,
    distinct: events,
    refused: events / 50,
    distinctRefused: events / 50,
    read: events + events / 10 + events / 50,
    accepted: events,
    duplicate: events / 10,
    quarantined: events / 50,
  })
}, 1_200_000)
