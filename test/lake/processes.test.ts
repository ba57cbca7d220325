import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDuckDb } from '../../src/database/duckdb.ts'
import { openTable } from '../../src/lake/table.ts'
import { countKilledWriters, runKilledWriters } from './killed-writers.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()

test('writers in several processes, killed again and again, lose and double no row', async () => {
  const options = {
    tablePath: join(folder, 'killed'),
    seed: 1,
    appenders: 2,
    superseders: 1,
    steps: 40,
    kills: 3,
    longestLifeMs: 150,
  }
  await runKilledWriters(options)
  const { found, wanted } = await countKilledWriters(await openDuckDb({ threads: 1 }), options)
  expect(found).toEqual(wanted)
  const { version } = await openTable(options.tablePath).readExisting()
  expect(version).toBe(options.steps * 3)
  const commits = readdirSync(join(options.tablePath, '_delta_log')).filter((name) => name.endsWith('.json'))
  expect(commits).toHaveLength(version + 1)
})
