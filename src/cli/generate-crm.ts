import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { contractOf } from '../contracts/all-contracts.ts'
import { exportCommands, generateExports } from '../data-generation/commands.ts'
import { type CrmChange, type CrmWrite, crmChanges } from '../data-generation/crm-changes.ts'
import {
  choiceFlag,
  type Flag,
  helpOf,
  numberFlag,
  readFlags,
  worldOptionsOf,
} from '../data-generation/flags.ts'
import { runEntry } from '../data-generation/run-entry.ts'
import { resolveSetting } from '../data-generation/shop.ts'
import { simulateWorld } from '../data-generation/world/world.ts'
import { openPostgres, type Postgres, placeOf, postgresIdentifier } from '../database/postgres.ts'
import { projectRoot } from './configuration.ts'

const usage = `npm run generate:crm -- --start-date 2025-01-01 --end-date 2025-03-28 --frequency daily --initial-customers 500
npm run generate:crm -- --mode stream --to postgres://user:password@localhost:5432/crm --speed 60 --duration 3600`

const flags: Readonly<Record<string, Flag>> = {
  mode: { type: 'string', default: 'batch', help: 'batch: files; stream: the life of the database' },
  ...exportCommands.crm.flags,
  to: { type: 'string', default: '-', help: 'stream: a postgres:// address, or - for standard output' },
  speed: { type: 'string', default: '60', help: 'stream: seconds of the shop in a second' },
  duration: { type: 'string', default: '3600', help: 'seconds a stream lasts' },
  fast: { type: 'boolean', help: 'stream: do not wait between changes' },
}

interface Target {
  write(change: CrmChange): Promise<void>
  close(): Promise<void>
}

async function stream(given: ReturnType<typeof readFlags>): Promise<string> {
  const durationMs = numberFlag(given, 'duration')! * 1000
  const world = simulateWorld(resolveSetting(worldOptionsOf(given)))
  const clock = { startMs: Date.now(), speed: Math.max(1, numberFlag(given, 'speed')!) }
  const target = given.to === '-' ? standardOutput() : await postgresTarget(given.to!)
  let rows = 0
  try {
    for (const change of crmChanges(world, clock)) {
      if (change.afterMs > durationMs) break
      const early = clock.startMs + change.afterMs - Date.now()
      if (early > 0 && given.fast !== 'true') await wait(early)
      await target.write(change)
      for (const write of change.writes) rows += write.rows.length
    }
  } finally {
    await target.close()
  }
  return `${rows} rows written to ${given.to === '-' ? 'standard output' : placeOf(given.to!)}`
}

function standardOutput(): Target {
  return {
    write: async (change) => {
      for (const { table, operation, columns, rows } of change.writes)
        for (const row of rows) {
          const values = Object.fromEntries(columns.map((column, index) => [column, row[index]]))
          process.stdout.write(`${JSON.stringify({ table, operation, row: values })}\n`)
        }
    },
    close: async () => {},
  }
}

/** Makes the demo's tables where they are missing; each change is a transaction of its own. */
async function postgresTarget(url: string): Promise<Target> {
  const database = await openPostgres({ url })
  const schema = await readFile(join(projectRoot, 'docker', 'postgres', 'crm.generated.sql'), 'utf8')
  await database.rows(schema)
  return {
    write: async ({ writes }) => {
      await database.rows('begin')
      for (const write of writes) await writeRows(database, write)
      await database.rows('commit')
    },
    close: () => database.close(),
  }
}

const rowsPerStatement = 500

async function writeRows(database: Postgres, { table, operation, columns, rows }: CrmWrite): Promise<void> {
  const key = contractOf(table).primaryKey
  const names = columns.map(postgresIdentifier)
  for (let from = 0; from < rows.length; from += rowsPerStatement) {
    const some = rows.slice(from, from + rowsPerStatement)
    if (operation === 'delete') {
      for (const row of some)
        await database.rows(
          `delete from crm.${table} where ${key.map((column, index) => `${column} = $${index + 1}`).join(' and ')}`,
          key.map((column) => row[columns.indexOf(column)] ?? null),
        )
      continue
    }
    const values = some.map(
      (row, index) => `(${row.map((_, column) => `$${index * columns.length + column + 1}`).join(', ')})`,
    )
    const changed = names.filter((name) => !key.map(postgresIdentifier).includes(name))
    await database.rows(
      `insert into crm.${table} (${names.join(', ')}) values ${values.join(', ')}
       on conflict (${key.join(', ')}) do update set ${changed.map((name) => `${name} = excluded.${name}`).join(', ')}`,
      some.flatMap((row) => row.map((text) => (text === '' ? null : text))),
    )
  }
}

/** The command for files knows no modes. */
function withoutMode(argv: readonly string[]): string[] {
  const at = argv.indexOf('--mode')
  return at < 0 ? argv.filter((argument) => !argument.startsWith('--mode=')) : argv.toSpliced(at, 2)
}

await runEntry(async () => {
  const given = readFlags(process.argv.slice(2), flags)
  if (given.help === 'true') return helpOf(usage, flags)
  if (choiceFlag(given, 'mode', ['batch', 'stream']) === 'stream') return stream(given)
  return (await generateExports('crm', withoutMode(process.argv.slice(2)))).message
})
