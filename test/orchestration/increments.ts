import { copyFile, link, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { projectRoot } from '../../src/cli/configuration.ts'
import { silentObserver } from '../../src/contracts/observer.ts'
import { writeDemo } from '../../src/data-generation/write-demo.ts'
import { openDuckDb } from '../../src/database/duckdb.ts'
import { tablePath } from '../../src/lake/layout.ts'
import { type Pointer, readPointer } from '../../src/lake/pointer.ts'
import { scanSql } from '../../src/lake/scan.ts'
import { openTable } from '../../src/lake/table.ts'
import { type RunOptions, runPipeline, startRunDbt } from '../../src/orchestration/run-pipeline.ts'

/** Options of a run over a data folder of a test. */
export const runOptions = (dataDir: string): RunOptions => ({
  dataDir,
  projectDir: join(projectRoot, 'transform'),
  python: join(projectRoot, '.venv', 'dbt', 'bin', 'python'),
  adapterDirs: [join(projectRoot, 'adapters')],
  shop: { timeZone: 'Europe/Paris', currency: 'EUR' },
  secret: Buffer.alloc(32, 7),
  observer: silentObserver,
})

export interface Increments {
  /** Statuses of the partial runs. */
  readonly statuses: string[]
  /** Of each table that a full run builds differently: some of the rows that differ. */
  readonly differences: Record<string, unknown[]>
  /** Of the tables built by the partial runs: the most files that a partition has. */
  readonly filesOfAPartition: number
}

/**
 * Lands a demo's files over several runs, in no order of time, one of them cut short first and whole later; then
 * builds everything anew over the same bronze and compares every published table.
 *
 * @param options.late How many files later runs bring: one of each kind, which touches little, or most of them.
 */
export async function compareIncrements(
  folder: string,
  options: { seed: number; runs: number; late: 'few' | 'most'; startDate: string; endDate: string },
): Promise<Increments> {
  const [all, dataDir] = [join(folder, 'all'), join(folder, 'data')]
  const { startDate, endDate, seed } = options
  await writeDemo({ rawDir: all, size: 'small', startDate, endDate, seed })
  const random = mulberry32(seed)
  const names = (await readdir(all, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(all.length + 1))
    .sort()
  const cutShort = names.filter((name) => name.startsWith('web/'))[Math.floor(random() * 10)] as string
  const few = new Set(oneOfEachKind(names, random))
  const batches = Array.from({ length: options.runs }, () => [] as string[])
  // Days end for the shop when the newest day arrives.
  const newestDay = names.findLast((name) => name.startsWith('web/')) as string
  for (const name of names) {
    if (name === newestDay) {
      batches.at(-1)?.push(name)
      continue
    }
    const isLate = options.late === 'few' ? few.has(name) : random() < 0.7
    batches[isLate ? 1 + Math.floor(random() * (options.runs - 1)) : 0]?.push(name)
  }
  const dbt = startRunDbt(runOptions(dataDir))
  try {
    const statuses: string[] = []
    for (const [index, batch] of batches.entries()) {
      for (const name of batch) if (name !== cutShort) await deliver(all, dataDir, name)
      if (index === 0) await deliverStart(all, dataDir, cutShort)
      if (index === 1) await deliverRenamedCampaigns(all, dataDir, names)
      if (index === options.runs - 1) {
        await deliver(all, dataDir, cutShort)
        await deliverLogins(all, dataDir, names, startDate)
        await deliverCost(dataDir, startDate)
        await deliverRenamedInfluencers(all, dataDir, names)
      }
      statuses.push((await runPipeline({ ...runOptions(dataDir), dbt })).status)
    }
    const partial = await readPointer(dataDir)
    await runPipeline({ ...runOptions(dataDir), dbt, full: true })
    const full = await readPointer(dataDir)
    if (partial === undefined || full === undefined || full === partial)
      throw new Error(`nothing published: ${statuses.join(', ')}`)
    const filesOfAPartition = await mostFilesOfAPartition(dataDir, partial)
    return { statuses, differences: await differencesOf(dataDir, partial, full), filesOfAPartition }
  } finally {
    await dbt.close()
  }
}

/** Of files whose names begin alike before a date, one; of a kind with one file, none. */
function oneOfEachKind(names: readonly string[], random: () => number): string[] {
  const kinds = Map.groupBy(names, (name) => name.replace(/-\d{4}.*$/, ''))
  return [...kinds.values()]
    .filter((files) => files.length > 1)
    .map((files) => files[Math.floor(random() * files.length)] as string)
}

async function deliver(all: string, dataDir: string, name: string): Promise<void> {
  const target = join(dataDir, 'raw', name)
  await mkdir(dirname(target), { recursive: true })
  await link(join(all, name), target).catch(() => copyFile(join(all, name), target))
}

async function deliverStart(all: string, dataDir: string, name: string): Promise<void> {
  const lines = (await readFile(join(all, name), 'utf8')).split('\n')
  const target = join(dataDir, 'raw', name)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n`)
}

/**
 * Late news of the first day: that visitors who logged in weeks after were somebody else's then. It changes who
 * was behind touchpoints, and so orders, far from the day it is about.
 */
async function deliverLogins(
  all: string,
  dataDir: string,
  names: readonly string[],
  day: string,
): Promise<void> {
  const logins = new Map<string, string>()
  const files = names.filter((name) => name.startsWith('web/')).slice(45)
  for (const name of files) {
    for (const line of (await readFile(join(all, name), 'utf8')).split('\n')) {
      const login = /"event":"login","visitor":"(\w+)","customer":"\w+"/.exec(line)
      if (login !== null) logins.set(login[1] as string, line)
    }
  }
  const lines = [...logins.values()].map((line, index) =>
    line
      .replace(/"id":"[^"]*"/, `"id":"late-${index}"`)
      .replace(/"at":"[^"]*"/, `"at":"${day}T12:00:00.000Z"`)
      .replace(/"customer":"\w+"/, '"customer":"C1"'),
  )
  await writeFile(join(dataDir, 'raw', 'web', `web-${day}-late.ndjson`), `${lines.join('\n')}\n`)
}

/** A bill for days long past, on which nothing else changed. */
async function deliverCost(dataDir: string, startDate: string): Promise<void> {
  const [from, to] = [20, 22].map((days) =>
    new Date(Date.parse(startDate) + days * 86_400_000).toISOString().slice(0, 10),
  )
  const lines = [
    'cost_id,kind,channel,starts_on,ends_on,amount,updated_at',
    `late,tool,Email,${from},${to},30.00,2026-01-31T06:00:00Z`,
  ]
  await writeFile(join(dataDir, 'raw', 'crm', 'marketing-costs-2026-01-31.csv'), `${lines.join('\n')}\n`)
}

/** Every influencer by another name, which is shown on all dates they brought somebody. */
async function deliverRenamedInfluencers(
  all: string,
  dataDir: string,
  names: readonly string[],
): Promise<void> {
  const name = names.find((file) => file.startsWith('influencers/influencers-')) as string
  const [header = '', ...rows] = (await readFile(join(all, name), 'utf8')).trim().split('\n')
  const columns = header.split(',')
  const renamed = rows.map((row) => {
    const values = row.split(',')
    values[columns.indexOf('influencer_name')] += ' anew'
    values[columns.indexOf('updated_at')] = '2026-01-31T06:00:00Z'
    return values.join(',')
  })
  const target = join(dataDir, 'raw', 'influencers', 'influencers-2026-01-31.csv')
  await writeFile(target, `${[header, ...renamed].join('\n')}\n`)
}

/** A later pull in which every search campaign is called otherwise and counts as video. */
async function deliverRenamedCampaigns(
  all: string,
  dataDir: string,
  names: readonly string[],
): Promise<void> {
  const newest = names.filter((name) => name.startsWith('advertising/google-')).at(-1) as string
  const lines = (await readFile(join(all, newest), 'utf8')).split('\n')
  const renamed = lines
    .filter((line) => line.includes('"request":"campaigns"'))
    .map((line) =>
      line
        .replace(/"read_at":"[^"]*"/, '"read_at":"2026-01-31T04:15:00Z"')
        .replaceAll(/"name":"([^"]*)"/g, '"name":"$1, anew"')
        .replaceAll('"advertisingChannelType":"SEARCH"', '"advertisingChannelType":"VIDEO"'),
    )
  const target = join(dataDir, 'raw', 'advertising', 'google-2026-01-31.ndjson')
  await writeFile(target, `${renamed.join('\n')}\n`)
}

async function mostFilesOfAPartition(dataDir: string, { tables }: Pointer): Promise<number> {
  let most = 0
  for (const [name, version] of Object.entries(tables)) {
    const { files } = await openTable(tablePath(dataDir, name)).readExisting(version)
    const partitions = Map.groupBy(files, (file) => Object.values(file.partitionValues).join())
    for (const group of partitions.values()) most = Math.max(most, group.length)
  }
  return most
}

/** Rows, and how often each occurs, that only one of two publications holds. */
export async function differencesOf(
  dataDir: string,
  left: Pointer,
  right: Pointer,
): Promise<Record<string, unknown[]>> {
  const db = await openDuckDb()
  try {
    const differences: Record<string, unknown[]> = {}
    for (const name of [...new Set([...Object.keys(left.tables), ...Object.keys(right.tables)])].sort()) {
      const [a, b] = await Promise.all(
        [left, right].map(async (pointer) =>
          scanSql(await openTable(tablePath(dataDir, name)).readExisting(pointer.tables[name])),
        ),
      )
      const rows = await db.rows(
        `(SELECT 'left' AS side, * FROM (SELECT * FROM (${a}) EXCEPT ALL SELECT * FROM (${b})))
         UNION ALL BY NAME
         (SELECT 'right' AS side, * FROM (SELECT * FROM (${b}) EXCEPT ALL SELECT * FROM (${a}))) LIMIT 6`,
      )
      if (rows.length > 0) differences[name] = rows
    }
    return differences
  } finally {
    db.close()
  }
}

/** Numbers in [0, 1), the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
