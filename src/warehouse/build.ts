import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { type DuckDb, sqlList, sqlString } from '../database/duckdb.ts'
import { withoutValues } from '../database/error-text.ts'
import type { AddFile } from '../lake/actions.ts'
import { tablePath } from '../lake/layout.ts'
import { deltaTypeOf, type LakeColumn } from '../lake/schema.ts'
import { openTable } from '../lake/table.ts'
import { findDataFiles } from '../lake/write-files.ts'
import type { Dbt, DbtNode, DbtResult } from './dbt.ts'
import { layerDir, type PinnedLake } from './pinned-lake.ts'

/** A table of a built layer with the files this run wrote for it; invisible until committed. */
export interface BuiltTable {
  /** `schema.name` */
  readonly name: string
  readonly columns: readonly LakeColumn[]
  readonly partitionColumn: string | null
  readonly files: readonly AddFile[]
  /** Partitions that the files replace; null when they replace the whole table. */
  readonly replacedPartitions: readonly string[] | null
}

const succeeded = (node: DbtNode) => node.status === 'success' || node.status === 'pass'

/** @throws {PlatformError} `transform.failed` naming the models that broke and why. */
export function assertBuilt(layer: string, result: DbtResult): void {
  const broken = result.nodes.filter((node) => node.status === 'error' || node.status === 'fail')
  if (result.ok && broken.length === 0) return
  const detail = broken
    .map((node) => `${node.name}: ${withoutValues(node.message ?? '').trim()}`)
    .join('\n  ')
  if (/No space left on device|ENOSPC/.test(detail)) {
    throw new PlatformError(
      'disk.full',
      `warehouse: the disk is full while building ${layer}; free some space and run again, what is published stays`,
      { canRetry: true },
    )
  }
  throw new PlatformError(
    'transform.failed',
    `transform: ${layer} could not be built\n  ${detail || result.error}`,
  )
}

/** Finds the files that the models of one dbt run wrote. */
export async function collectBuilt(
  db: DuckDb,
  dbt: Dbt,
  dataDir: string,
  runId: string,
  nodes: readonly DbtNode[],
): Promise<BuiltTable[]> {
  const models = nodes.filter(
    (node) => node.materialized === 'lake' && node.resourceType === 'model' && succeeded(node),
  )
  const columns = await columnsOf(dbt, models)
  const built: BuiltTable[] = []
  for (const node of models) {
    const name = `${node.schema}.${node.name}`
    const partitionColumns = node.partitionBy === null ? [] : [node.partitionBy]
    const layout = { columns: columns.get(name) ?? [], partitionColumns }
    const folder = join(layerDir(dataDir, node.schema ?? ''), node.name)
    const pattern = `${node.partitionBy === null ? '' : '*/'}part-${runId}-*.parquet`
    built.push({
      name,
      columns: layout.columns,
      partitionColumn: node.partitionBy,
      files: await findDataFiles(db, folder, pattern, layout),
      replacedPartitions: node.partitionBy === null ? null : await touchedMonths(dbt, node.reach ?? ''),
    })
  }
  return built
}

async function columnsOf(dbt: Dbt, models: readonly DbtNode[]): Promise<Map<string, LakeColumn[]>> {
  const { rows } = await dbt.query(
    `select table_schema || '.' || table_name, column_name, data_type from information_schema.columns
     where table_schema in (select unnest(${sqlList([...new Set(models.map((node) => node.schema ?? ''))])}))
     order by table_schema, table_name, ordinal_position`,
  )
  const columns = new Map<string, LakeColumn[]>(models.map((node) => [`${node.schema}.${node.name}`, []]))
  for (const [table, name, type] of rows as [string, string, string][])
    columns.get(table)?.push({ name, type: deltaTypeOf(type) })
  return columns
}

async function touchedMonths(dbt: Dbt, reach: string): Promise<string[]> {
  const { rows } = await dbt.query(
    `select distinct strftime(date_trunc('month', touched_date), '%Y-%m-%d')
     from lake.touched_dates where reach = ${sqlString(reach)}`,
  )
  return rows.map(([month]) => month as string)
}

/**
 * Commits each built table on top of the version the pointer names, one commit a table.
 * @returns The new version of every table built; a table that is no longer built is no longer published.
 */
export async function commitBuilt(
  dataDir: string,
  lake: PinnedLake,
  built: readonly BuiltTable[],
): Promise<Record<string, number>> {
  const versions: Record<string, number> = {}
  for (const output of built) {
    const table = openTable(tablePath(dataDir, output.name))
    const published = lake.built.get(output.name)
    const partitionColumns = output.partitionColumn === null ? [] : [output.partitionColumn]
    if ((await table.read()) === undefined) await table.create({ columns: output.columns, partitionColumns })
    else await table.restoreTo(published?.version)
    const sameLayout = published !== undefined && sameColumns(published.columns, output.columns)
    const result =
      output.replacedPartitions === null || !sameLayout
        ? await table.replaceAll([...output.files], {
            columns: output.columns,
            partitionColumns,
            operation: 'BUILD',
          })
        : await table.replacePartitions([...output.files], {
            partitions: touchedPartitions(published.files, output),
            operation: 'BUILD',
          })
    versions[output.name] = result.version
  }
  return versions
}

function touchedPartitions(files: readonly AddFile[], output: BuiltTable): Record<string, string | null>[] {
  const replaced = new Set(output.replacedPartitions)
  const column = output.partitionColumn ?? ''
  const dates = new Set(files.map((file) => file.partitionValues[column] ?? null))
  return [...dates].filter((date) => date !== null && replaced.has(date)).map((date) => ({ [column]: date }))
}

function sameColumns(a: readonly LakeColumn[], b: readonly LakeColumn[]): boolean {
  const key = (columns: readonly LakeColumn[]) =>
    columns
      .map((column) => `${column.name} ${column.type}`)
      .sort()
      .join()
  return key(a) === key(b)
}
