// One part of a benchmark in a process of its own: `node bench/child.ts PART '{"dataDir": …}'`; prints one line of JSON.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { silentObserver } from '../src/contracts/observer.ts'
import { createDashboard } from '../src/dashboard/api/create-dashboard.ts'
import { resolveSetting } from '../src/data-generation/shop.ts'
import { webLog } from '../src/data-generation/web/web-log.ts'
import { simulateWorld } from '../src/data-generation/world/world.ts'
import { demoShop, writeDemo, writeDemoDay } from '../src/data-generation/write-demo.ts'
import { writeWebDay } from '../src/data-generation/write-files.ts'
import { type RunOptions, runPipeline, startRunDbt } from '../src/orchestration/run-pipeline.ts'
import { compareGold } from './compare-gold.ts'
import { runHandWritten } from './hand-written.ts'
import { appendAndRead } from './log.ts'
import { processorSeconds } from './process-family.ts'

export interface Task {
  readonly dataDir: string
  /** Where the hand-written script works. */
  readonly scriptDir?: string
  readonly eventsPerDay?: number
  readonly startDate?: string
  readonly endDate?: string
  readonly days?: readonly string[]
  readonly events?: number
  readonly spanDays?: number
  readonly brokers?: string
}

const root = join(import.meta.dirname, '..')

const runOptions = (dataDir: string): RunOptions => ({
  dataDir,
  projectDir: join(root, 'transform'),
  python: join(root, '.venv', 'dbt', 'bin', 'python'),
  adapterDirs: [join(root, 'adapters')],
  shop: { timeZone: 'Europe/Paris', currency: 'EUR' },
  secret: Buffer.alloc(32, 1),
  observer: silentObserver,
})

const seconds = async <T>(work: () => Promise<T>): Promise<[number, T]> => {
  const startedAt = performance.now()
  const result = await work()
  return [(performance.now() - startedAt) / 1000, result]
}

/** Of this process and those it waited for, where Linux tells (in hundredths of a second). */
function cpuSeconds(): number | undefined {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100
  } catch {
    return undefined
  }
}

const demoOf = ({ dataDir, eventsPerDay, startDate, endDate }: Task) => ({
  rawDir: join(dataDir, 'raw'),
  ...(eventsPerDay === undefined ? {} : { eventsPerDay }),
  ...(startDate === undefined ? {} : { startDate }),
  ...(endDate === undefined ? {} : { endDate }),
})

const parts: Record<string, (task: Task) => Promise<unknown>> = {
  async simulate(task) {
    const [took, summary] = await seconds(() => writeDemo(demoOf(task)))
    const shop = { id: 'bench', ...demoShop, origin: 'demo', secretFingerprint: '', createdAt: new Date() }
    writeFileSync(join(task.dataDir, 'shop.json'), JSON.stringify(shop))
    return { seconds: took, ...summary }
  },

  /** The web log alone, of a world simulated beforehand. */
  async web({ dataDir }) {
    mkdirSync(dataDir, { recursive: true })
    const [worldSeconds, world] = await seconds(async () => simulateWorld(resolveSetting({})))
    let webEvents = 0
    const [took] = await seconds(async () => {
      for (const day of webLog(world)) {
        await writeWebDay(join(dataDir, `web-${day.day}.ndjson`), day, 'ndjson', false)
        webEvents += day.records
      }
    })
    return { seconds: took, worldSeconds, webEvents }
  },

  async run({ dataDir }) {
    const [took, summary] = await seconds(() => runPipeline(runOptions(dataDir)))
    return { seconds: took, cpuSeconds: cpuSeconds(), status: summary.status, stages: summary.stages }
  },

  /** The same tables of the same raw files by the hand-written script. */
  async script({ dataDir, scriptDir = join(dataDir, 'hand-written') }) {
    await runHandWritten(dataDir, scriptDir)
    return { cpuSeconds: cpuSeconds() }
  },

  async compare({ dataDir, scriptDir = join(dataDir, 'hand-written') }) {
    return compareGold(dataDir, scriptDir)
  },

  /** A run for each further day in one process, dbt resident. */
  async days(task) {
    const dbt = startRunDbt(runOptions(task.dataDir))
    const runs = []
    for (const date of task.days ?? []) {
      await writeDemoDay({ ...demoOf(task), date })
      const before = processorSeconds(process.pid)
      const [took, summary] = await seconds(() => runPipeline({ ...runOptions(task.dataDir), dbt }))
      const after = processorSeconds(process.pid)
      const spent = before === undefined || after === undefined ? undefined : after - before
      const { status, stages } = summary
      runs.push({ date, seconds: took, cpuSeconds: spent, status, stages })
    }
    await dbt.close()
    return runs
  },

  log: ({ dataDir }) => appendAndRead(dataDir),

  /** Milliseconds of each call of the API, many times over several ranges and models. */
  async api({ dataDir }) {
    const app = await createDashboard({ dataDir, webDir: join(root, 'dist', 'web') })
    const spans = ['', 'from=2025-01-01&to=2025-12-31', 'from=2024-01-01&to=2025-12-31&compare=none']
    const models = ['last_non_direct', 'linear', 'position']
    const answers = []
    for (const path of [
      'overview',
      'channels',
      'campaigns',
      'products',
      'cohorts',
      'health',
      'shop',
      'status',
    ]) {
      const takesScope = !['shop', 'status'].includes(path)
      const times: number[] = []
      for (let round = 0; round < 40; round++) {
        const scope = `?${spans[round % 3]}${spans[round % 3] ? '&' : ''}model=${models[round % models.length]}`
        const [took, answer] = await seconds(() => app.inject(`/api/${path}${takesScope ? scope : ''}`))
        if (answer.statusCode !== 200) throw new Error(`/api/${path}${scope} answered ${answer.statusCode}`)
        times.push(took * 1000)
      }
      times.sort((a, b) => a - b)
      answers.push({ path: `/api/${path}`, p95Ms: times[Math.floor(times.length * 0.95)] })
    }
    await app.close()
    return answers
  },
}

const [part = '', task = '{}'] = process.argv.slice(2)
const work = parts[part]
if (work === undefined) throw new Error(`no part ${part}; there are ${Object.keys(parts).join(', ')}`)
process.stdout.write(`${JSON.stringify(await work(JSON.parse(task) as Task))}\n`)
