import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Dbt, runFilePath, startDbt } from '../../src/warehouse/dbt.ts'
import { writeRunFile } from '../../src/warehouse/pinned-lake.ts'
import { allDates } from '../../src/warehouse/touched-dates.ts'

const root = join(import.meta.dirname, '..', '..')
const projectDir = join(root, 'transform')

/** Names of the unit tests that stand in the models' YAML. */
function writtenUnitTests(): string[] {
  const models = join(projectDir, 'models')
  return readdirSync(models, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yml'))
    .flatMap((file) => parse(readFileSync(join(models, file), 'utf8'))?.unit_tests ?? [])
    .map(({ name }: { name: string }) => name)
}

let workDir: string
let dbt: Dbt

const invoke = async (...args: string[]) => {
  const result = await dbt.invoke(args)
  const broken = result.nodes.filter(({ message, status }) => status !== 'success' && message !== null)
  if (!result.ok) throw new Error(`dbt ${args.join(' ')}: ${result.error} ${JSON.stringify(broken)}`)
}

beforeAll(async () => {
  workDir = mkdtempSync(join(tmpdir(), 'sillage-units-'))
  const touched = allDates(new Date('2026-01-01T00:00:00Z'))
  const nothing = { bronze: new Map(), built: new Map() }
  writeRunFile(runFilePath(workDir), nothing, { runId: 'test', dataDir: workDir, projectDir, touched })
  dbt = startDbt({
    projectDir,
    python: join(root, '.venv', 'dbt', 'bin', 'python'),
    workDir,
    vars: { shop_time_zone: 'Europe/Paris', shop_currency: 'EUR' },
  })
  await invoke('run-operation', 'register_lake')
  await invoke('seed')
  await invoke('run')
}, 300_000)

afterAll(async () => {
  await dbt?.close()
  rmSync(workDir, { recursive: true, force: true })
})

it('holds every example worked by hand beside the models', async () => {
  const result = await dbt.invoke(['test', '--select', 'test_type:unit'])
  const tests = result.nodes.filter(({ resourceType }) => resourceType === 'unit_test')
  const broken = tests.filter(({ status }) => status !== 'pass')
  expect(broken.map(({ name, message }) => `${name}: ${message}`)).toEqual([])
  expect(tests.map(({ name }) => name).sort()).toEqual(writtenUnitTests().sort())
}, 300_000)
