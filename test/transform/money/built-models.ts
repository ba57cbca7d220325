import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contracts } from '../../../src/contracts/all-contracts.ts'
import { columnTypes } from '../../../src/contracts/columns.ts'
import { bronzeColumns, type Contract, columnsOf } from '../../../src/contracts/contract.ts'
import { runFilePath, startDbt } from '../../../src/warehouse/dbt.ts'
import { writeRunFile } from '../../../src/warehouse/pinned-lake.ts'
import { allDates } from '../../../src/warehouse/touched-dates.ts'

const root = join(import.meta.dirname, '..', '..', '..')

export type BronzeRows = Partial<Record<keyof typeof contracts, Record<string, unknown>[]>>

export interface BuiltModels {
  /** Rows of a query over the built models; decimals come back as text. */
  rows(sql: string): Promise<Record<string, unknown>[]>
  /** Names of the data tests on the built models that failed. */
  failedTests: string[]
  close(): Promise<void>
}

/** Builds `models` and all they need from bronze rows given as JSON, and runs their data tests. */
export async function buildModels(
  bronze: BronzeRows,
  models: readonly string[],
  vars: Record<string, string | number | boolean> = {},
): Promise<BuiltModels> {
  const workDir = mkdtempSync(join(tmpdir(), 'sillage-money-'))
  writeRunFile(
    runFilePath(workDir),
    { bronze: new Map(), built: new Map() },
    {
      runId: 'test',
      dataDir: workDir,
      projectDir: join(root, 'transform'),
      touched: allDates(new Date('2026-01-01T00:00:00Z')),
    },
  )
  const run = JSON.parse(readFileSync(runFilePath(workDir), 'utf8'))
  for (const relation of run.relations) {
    const rows = bronze[relation.table_name as keyof typeof contracts]
    if (rows !== undefined) relation.scan = jsonScan(workDir, relation.table_name, rows)
  }
  writeFileSync(runFilePath(workDir), JSON.stringify(run))
  const dbt = startDbt({
    projectDir: join(root, 'transform'),
    python: join(root, '.venv', 'dbt', 'bin', 'python'),
    workDir: workDir,
    vars: { shop_time_zone: 'Europe/Paris', shop_currency: 'EUR', ...vars },
  })
  const succeed = async (args: string[]) => {
    const result = await dbt.invoke(args)
    if (!result.ok && result.nodes.every((node) => node.resourceType === 'model'))
      throw new Error(JSON.stringify(result.nodes.filter((node) => node.message)) + result.error)
    return result
  }
  await succeed(['run-operation', 'register_lake'])
  await succeed(['run', '--select', ...models.map((model) => `+${model}`)])
  const tested = await dbt.invoke([
    'test',
    '--select',
    ...models.map((model) => `+${model}`),
    '--indirect-selection',
    'cautious',
    '--exclude',
    'test_type:unit',
  ])
  return {
    async rows(sql) {
      const { columns, rows } = await dbt.query(sql)
      return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])))
    },
    failedTests: tested.nodes
      .filter((node) => node.resourceType === 'test' && node.status !== 'pass' && node.status !== 'success')
      .map((node) => `${node.name} ${node.message ?? ''}`),
    async close() {
      await dbt.close()
      rmSync(workDir, { recursive: true, force: true })
    },
  }
}

function jsonScan(workDir: string, table: string, rows: readonly Record<string, unknown>[]): string {
  const contract = contracts[table as keyof typeof contracts] as Contract
  const types: [string, string][] = [
    ...columnsOf(contract).map(
      ({ name, column }) => [name, columnTypes[column.type].sql] as [string, string],
    ),
    ...Object.entries(bronzeColumns).map(([name, type]) => [name, columnTypes[type].sql] as [string, string]),
  ]
  if (contract.partitionBy !== 'none') types.push([contract.partitionBy, 'DATE'])
  const stamped = rows.map((row, index) => ({
    updated_at: '2024-01-01 00:00:00',
    _delivery_id: 'test',
    _record_number: index + 1,
    _arrived_at: '2026-01-01 00:00:00',
    _contract_version: 1,
    ...row,
  }))
  const path = join(workDir, `${table}.ndjson`)
  writeFileSync(path, stamped.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const columns = types.map(([name, type]) => `${name}: '${type}'`).join(', ')
  return `select * from read_json('${path}', format = 'newline_delimited', columns = {${columns}})`
}
