import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { openDuckDb } from '../../src/database/duckdb.ts'
import { openTable } from '../../src/lake/table.ts'
import { countKilledWriters, runKilledWriters, seededRandom } from '../lake/killed-writers.ts'
import { temporaryFolder } from '../lake/temporary-folder.ts'
import { seed } from './seed.ts'

const folder = temporaryFolder()
const root = join(import.meta.dirname, '..', '..')

/** delta-rs in a process of its own, as `maintenance.py` serves it. */
function startMaintenance() {
  const child = spawn(join(root, '.venv', 'dbt', 'bin', 'python'), [join(root, 'src/lake/maintenance.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    request: async (command: object) => {
      child.stdin.write(`${JSON.stringify(command)}\n`)
      const { value } = await answers.next()
      return JSON.parse(value ?? '{}') as { ok: boolean; error?: string; result?: Record<string, unknown> }
    },
    stop: () => child.stdin.end(),
  }
}

test(`writers killed at random beside compactions, checkpoints and clean-ups (seed ${seed})`, async () => {
  const options = {
    tablePath: join(folder, 'killed'),
    seed,
    appenders: 3,
    superseders: 2,
    steps: 300,
    kills: 20,
    longestLifeMs: 400,
  }
  const random = seededRandom(seed)
  const maintenance = startMaintenance()
  let isWriting = true
  const compactions = { done: 0, lost: 0 }
  const maintain = async () => {
    while (isWriting) {
      await new Promise((resolve) => setTimeout(resolve, random() * 500))
      if ((await openTable(options.tablePath).read()) === undefined) continue
      const table = options.tablePath
      const { result, error } = await maintenance.request({ operation: 'compact', table })
      if (error !== undefined) throw new Error(error)
      if (result?.conflict === undefined) compactions.done += 1
      else compactions.lost += 1
      if (random() < 0.3) await maintenance.request({ operation: 'checkpoint', table })
      if (random() < 0.3) {
        await maintenance.request({ operation: 'vacuum', table, keep_versions: [], retention_hours: 0.05 })
      }
    }
  }
  const maintaining = maintain()
  await runKilledWriters(options).finally(() => {
    isWriting = false
  })
  await maintaining
  maintenance.stop()
  const { found, wanted } = await countKilledWriters(await openDuckDb(), options)
  expect(found).toEqual(wanted)
  expect(compactions.done).toBeGreaterThan(0)
})
