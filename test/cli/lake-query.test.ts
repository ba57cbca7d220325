import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDuckDb } from '../../src/database/duckdb.ts'
import { tablePath } from '../../src/lake/layout.ts'
import { publishPointer } from '../../src/lake/pointer.ts'
import { openTable } from '../../src/lake/table.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
let environment: Record<string, string>
const sillage = (...argv: string[]) => captureCli(argv, environment)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-sql-'))
  environment = { SILLAGE_DATA: join(folder, 'data'), SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
  await sillage(
    'init',
    '--name',
    'Test',
    '--country',
    'FR',
    '--currency',
    'EUR',
    '--time-zone',
    'Europe/Paris',
  )
  const db = await openDuckDb()
  const dataDir = join(folder, 'data')
  const table = openTable(tablePath(dataDir, 'gold.mart_shop_daily'))
  await table.create({
    columns: [
      { name: 'business_date', type: 'date' },
      { name: 'net_revenue', type: 'decimal(18,2)' },
    ],
  })
  const day = (date: string, revenue: number) =>
    table.writeFiles(db, `SELECT DATE '${date}' AS business_date, ${revenue} AS net_revenue`)
  const { version } = await table.append(await day('2025-01-01', 10.5))
  const published = { runId: 'one', transform: 'x', dataThrough: '2025-01-01', bronze: {}, logOffsets: {} }
  await publishPointer(dataDir, { ...published, tables: { 'gold.mart_shop_daily': version } })
  await table.append(await day('2025-01-02', 99))
  db.close()
  await writeFile(join(folder, 'outside.csv'), 'a\n1\n')
  await mkdir(join(dataDir, 'processed', 'restricted'), { recursive: true })
  await writeFile(join(dataDir, 'processed', 'restricted', 'match.csv'), 'a\n1\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('sillage sql', () => {
  it('reads a published table as published, not what was committed since', async () => {
    expect(await sillage('sql', 'FROM gold.mart_shop_daily', '--format', 'csv')).toEqual({
      exitCode: 0,
      stdout: 'business_date,net_revenue\n2025-01-01,10.50\n',
      stderr: '',
    })
  })

  it('answers in JSON with numbers', async () => {
    const { stdout } = await sillage(
      'sql',
      'SELECT sum(net_revenue) AS total FROM gold.mart_shop_daily',
      '--json',
    )
    expect(JSON.parse(stdout)).toEqual([{ total: 10.5 }])
  })

  it('describes, and keeps columns of an empty answer', async () => {
    expect((await sillage('sql', 'DESCRIBE gold.mart_shop_daily')).stdout).toContain('DECIMAL(18,2)')
    const empty = await sillage('sql', 'FROM gold.mart_shop_daily WHERE false -- nothing', '--format', 'csv')
    expect(empty.stdout).toBe('business_date,net_revenue\n')
  })

  const written = () => join(folder, 'written.csv')
  it.each([
    ['a copy', () => `COPY (SELECT 1) TO '${written()}'`],
    [
      'a copy behind a select',
      () => `SELECT 1) ; COPY (SELECT 1) TO '${written()}'; SELECT * FROM (SELECT 1`,
    ],
    ['a copy into the lake', () => `COPY (SELECT 1) TO '${join(folder, 'data', 'processed', 'x.csv')}'`],
    ['two statements', () => 'SELECT 1; SELECT 2'],
    ['a table', () => 'CREATE TABLE x AS SELECT 1'],
    ['a setting', () => 'SET enable_external_access = true'],
    ['a database file', () => `ATTACH '${join(folder, 'x.duckdb')}'`],
    ['a file outside the lake', () => `SELECT * FROM read_csv('${join(folder, 'outside.csv')}')`],
    ['a file by name', () => `SELECT * FROM '${join(folder, 'outside.csv')}'`],
    ['the shop file', () => `SELECT * FROM read_text('${join(folder, 'data', 'shop.json')}')`],
    [
      'the restricted folder',
      () => `SELECT * FROM read_csv('${join(folder, 'data', 'processed', 'restricted', 'match.csv')}')`,
    ],
    ['an unknown table', () => 'FROM gold.nothing'],
    ['nonsense', () => 'SELEKT 1'],
  ])('refuses %s in one line', async (_name, query) => {
    const { exitCode, stdout, stderr } = await sillage('sql', query())
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^sillage: sql: [^\n]+ \[query\.invalid\]\n$/)
    expect(existsSync(written())).toBe(false)
  })

  it('says where the tables are listed when one is unknown', async () => {
    expect((await sillage('sql', 'FROM gold.nothing')).stderr).toContain('`sillage sql` lists the tables')
  })
})

describe('sillage status and doctor', () => {
  it('say what is published and that all is whole', async () => {
    const status = JSON.parse((await sillage('status', '--json')).stdout)
    expect(status).toMatchObject({ published: { sequence: 1, dataThrough: '2025-01-01' }, runs: [] })
    const findings = JSON.parse((await sillage('doctor', '--json')).stdout)
    expect(findings).toContainEqual({
      subject: 'tables',
      state: 'fine',
      detail: '1 published tables are whole',
    })
  })

  it('see a file that is gone', async () => {
    const table = openTable(tablePath(join(folder, 'data'), 'gold.mart_shop_daily'))
    const { files } = await table.readExisting(1)
    await rm(join(table.path, files[0]!.path))
    const { exitCode, stdout } = await sillage('doctor')
    expect(exitCode).toBe(3)
    expect(stdout).toMatch(/✗ tables +1 files are missing or cut/)
  })
})
