import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exactlyOnce, runKilledLanders } from '../ingestion/lander/killed-landers.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { startKafka } from '../stack/components/kafka.ts'
import { seed } from './seed.ts'

const folder = temporaryFolder()
const kills = 100
const eventsPerLife = 1000

const run = (dataDir: string, brokers?: string) =>
  runKilledLanders({
    dataDir: join(folder, dataDir),
    ...(brokers === undefined ? {} : { brokers }),
    seed,
    kills,
    longestLifeMs: 1500,
    eventsPerLife,
  })

test(`landers killed at ${kills} random moments lose nothing and double nothing (seed ${seed})`, async () => {
  expect(await run('embedded')).toEqual(exactlyOnce(kills * eventsPerLife))
}, 1_200_000)

test(`landers that read from Kafka, killed at ${kills} random moments, neither (seed ${seed})`, async () => {
  const broker = await startKafka({ folder: join(folder, 'broker') })
  try {
    expect(await run('kafka', broker.brokers)).toEqual(exactlyOnce(kills * eventsPerLife))
  } finally {
    await broker.stop()
  }
}, 1_200_000)
