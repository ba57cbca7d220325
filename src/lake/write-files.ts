import { randomUUID } from 'node:crypto'
import { mkdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../database/duckdb.ts'
import { type AddFile, addFilesFromCopy } from './actions.ts'
import { duckDbTypeOf, type LakeColumn } from './schema.ts'

export interface FileLayout {
  readonly columns: readonly LakeColumn[]
  readonly partitionColumns: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
}

/** DuckDB closes files beyond this many open partitions and starts further ones, which would make tiny files. */
const openPartitions = 1000

/** Writes a query's rows as data files beside a table's; they stay invisible until committed. */
export async function writeDataFiles(
  db: DuckDb,
  tablePath: string,
  sql: string,
  layout: FileLayout,
): Promise<AddFile[]> {
  const query = await shapedQuery(db, tablePath, sql, layout)
  await mkdir(tablePath, { recursive: true })
  if (layout.partitionColumns.length === 0) {
    const path = join(tablePath, `part-${randomUUID()}.parquet`)
    const rows = await db.rows(
      `COPY (${query}) TO ${sqlString(path)} (FORMAT parquet, COMPRESSION zstd, RETURN_STATS)`,
    )
    const files = addFilesFromCopy(tablePath, rows, layout.columns, layout.tags)
    if (files.length === 0) await unlink(path)
    return files
  }
  await db.run(`SET partitioned_write_max_open_files = ${openPartitions}`)
  const partitionBy = layout.partitionColumns.map(sqlIdentifier).join(', ')
  const rows = await db.rows(
    `COPY (${query}) TO ${sqlString(tablePath)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (${partitionBy}),
     FILENAME_PATTERN 'part-{uuid}', OVERWRITE_OR_IGNORE, RETURN_STATS)`,
  )
  return addFilesFromCopy(tablePath, rows, layout.columns, layout.tags)
}

/** The query's columns by name, in the table's order and types; an empty text as partition value is null. */
async function shapedQuery(db: DuckDb, tablePath: string, sql: string, layout: FileLayout): Promise<string> {
  const described = await db.rows<{ column_name: string }>(`DESCRIBE ${sql}`)
  const delivered = new Set(described.map(({ column_name }) => column_name))
  const known = new Set(layout.columns.map(({ name }) => name))
  const unknown = [...delivered].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new PlatformError(
      'lake.schema_conflict',
      `lake: ${tablePath} has no column ${unknown.join(', ')}; add it to the table first`,
    )
  }
  const selected = layout.columns.map(({ name, type }) => {
    const column = sqlIdentifier(name)
    const value = delivered.has(name) ? column : 'NULL'
    const isPartition = layout.partitionColumns.includes(name) && type === 'string'
    return `${isPartition ? `nullif(${value}, '')` : value}::${duckDbTypeOf(type)} AS ${column}`
  })
  return `SELECT ${selected.join(', ')} FROM (${sql})`
}
