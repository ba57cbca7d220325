import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { type DuckDb, sqlString } from '../database/duckdb.ts'
import { type AddFile, addFilesFromCopy } from '../lake/actions.ts'
import { tablePath } from '../lake/layout.ts'
import { deltaTypeOf, type LakeColumn } from '../lake/schema.ts'
import { openTable } from '../lake/table.ts'
import type { DbtNode, DbtResult } from './dbt.ts'
import { layerDir, type PinnedLake } from './pinned-lake.ts'
import type { Reach, TouchedDates } from './touched-dates.ts'

/** A table of a built layer with the files this run wrote for it; invisible until committed. */
export interface BuiltTable {
  /** `schema.name` */
  readonly name: string
  readonly columns: readonly LakeColumn[]
  readonly partitionColumn: string | null
  readonly files: readonly AddFile[]
  /** Dates whose rows the files replace; null when they replace the whole table. */
  readonly replacedDates: readonly string[] | null
}

const succeeded = (node: DbtNode) => node.status === 'success' || node.status === 'pass'

/** @throws {PlatformError} `transform.failed` naming the models that broke and why. */
export function assertBuilt(layer: string, result: DbtResult): void {
  const broken = result.nodes.filter((node) => node.status === 'error' || node.status === 'fail')
  if (result.ok && broken.length === 0) return
  const detail = broken.map((node) => `${node.name}: ${(node.message ?? '').trim()}`).join('\n  ')
  throw new PlatformError(
    'transform.failed',
    `transform: ${layer} could not be built\n  ${detail || result.error}`,
  )
}

/** Finds the files that the models of one dbt run wrote. */
export async function collectBuilt(
  db: DuckDb,
  dataDir: string,
  runId: string,
  touched: TouchedDates,
  nodes: readonly DbtNode[],
): Promise<BuiltTable[]> {
  const built: BuiltTable[] = []
  for (const node of nodes) {
    if (node.materialized !== 'lake' || node.resourceType !== 'model' || !succeeded(node)) continue
    built.push(await collectTable(db, dataDir, runId, touched, node))
  }
  return built
}

async function collectTable(
  db: DuckDb,
  dataDir: string,
  runId: string,
  touched: TouchedDates,
  node: DbtNode,
): Promise<BuiltTable> {
  const folder = join(layerDir(dataDir, node.schema ?? ''), node.name)
  const prefix = `part-${runId}-`
  const partitioned = node.partitionBy !== null
  const sample = partitioned ? `${prefix}schema.parquet` : `${prefix}0.parquet`
  const described = await db.rows<{ column_name: string; column_type: string }>(
    `DESCRIBE SELECT * FROM read_parquet(${sqlString(join(folder, sample))})`,
  )
  const columns = described.map((row) => ({ name: row.column_name, type: deltaTypeOf(row.column_type) }))
  const pattern = partitioned ? `*/${prefix}*.parquet` : `${prefix}0.parquet`
  const written = await db
    .rows(
      `SELECT file_name AS filename, num_rows AS count, file_size_bytes, footer_size AS footer_size_bytes
     FROM parquet_file_metadata(${sqlString(join(folder, pattern))})`,
    )
    .catch((error: unknown) => {
      if (partitioned && String(error).includes('No files found')) return []
      throw error
    })
  return {
    name: `${node.schema}.${node.name}`,
    columns,
    partitionColumn: node.partitionBy,
    files: addFilesFromCopy(folder, written, columns),
    replacedDates: partitioned ? (touched.get(node.reach as Reach) ?? []) : null,
  }
}

/**
 * Commits each built table on top of the version the pointer names, one commit a table.
 * @returns The new version of every table.
 */
export async function commitBuilt(
  dataDir: string,
  lake: PinnedLake,
  built: readonly BuiltTable[],
): Promise<Record<string, number>> {
  const versions: Record<string, number> = {}
  for (const [name, state] of lake.built) versions[name] = state.version
  for (const output of built) {
    const table = openTable(tablePath(dataDir, output.name))
    const published = lake.built.get(output.name)
    const partitionColumns = output.partitionColumn === null ? [] : [output.partitionColumn]
    if ((await table.read()) === undefined) await table.create({ columns: output.columns, partitionColumns })
    else await table.restoreTo(published?.version)
    const sameLayout = published !== undefined && sameColumns(published.columns, output.columns)
    const result =
      output.replacedDates === null || !sameLayout
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
  const replaced = new Set(output.replacedDates)
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
