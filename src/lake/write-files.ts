import { randomBytes } from 'node:crypto'
import { mkdir, readdir, unlink } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { type DuckDb, sqlIdentifier, sqlString } from '../database/duckdb.ts'
import { type AddFile, addFilesFromCopy } from './actions.ts'
import { duckDbTypeOf, type LakeColumn } from './schema.ts'

export interface FileLayout {
  readonly columns: readonly LakeColumn[]
  readonly partitionColumns: readonly string[]
  readonly tags?: Readonly<Record<string, string>>
  /** Where all rows are of one date: it is written straight to its folder, without holding rows back by date. */
  readonly onlyDate?: string
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
  const prefix = `part-${randomBytes(8).toString('hex')}`
  try {
    const rows = await copy(db, tablePath, prefix, query, layout)
    const files = addFilesFromCopy(tablePath, rows, layout.columns, layout.tags)
    if (files.length === 0) await dropFiles(tablePath, prefix)
    return files
  } catch (error) {
    await dropFiles(tablePath, prefix)
    throw error
  }
}

async function copy(
  db: DuckDb,
  tablePath: string,
  prefix: string,
  query: string,
  { partitionColumns, onlyDate }: FileLayout,
) {
  const format = 'FORMAT parquet, COMPRESSION snappy, WRITE_BLOOM_FILTER false, RETURN_STATS'
  if (partitionColumns.length === 0) {
    return db.rows(`COPY (${query}) TO ${sqlString(join(tablePath, `${prefix}.parquet`))} (${format})`)
  }
  const [column = '', ...others] = partitionColumns
  if (onlyDate !== undefined && others.length === 0) {
    const folder = join(tablePath, `${column}=${onlyDate}`)
    await mkdir(folder, { recursive: true })
    const rows = `SELECT * EXCLUDE (${sqlIdentifier(column)}) FROM (${query})`
    return db.rows(`COPY (${rows}) TO ${sqlString(join(folder, `${prefix}.parquet`))} (${format})`)
  }
  await db.run(`SET partitioned_write_max_open_files = ${openPartitions}`)
  const partitionBy = partitionColumns.map(sqlIdentifier).join(', ')
  return db.rows(
    `COPY (${query}) TO ${sqlString(tablePath)}
     (${format}, PARTITION_BY (${partitionBy}), FILENAME_PATTERN '${prefix}-{uuid}', OVERWRITE_OR_IGNORE)`,
  )
}

/**
 * Data files that a program of ours wrote under a table's folder, not committed by anyone yet.
 *
 * @param pattern Glob within the table's folder.
 * @param layout What all of them hold.
 * @throws {PlatformError} `lake.schema_conflict` when they hold other types: no reader would cast them.
 */
export async function findDataFiles(
  db: DuckDb,
  tablePath: string,
  pattern: string,
  layout: FileLayout,
): Promise<AddFile[]> {
  const glob = sqlString(join(tablePath, pattern))
  const [found] = await db.rows<{ files: string }>(`SELECT count(*) AS files FROM glob(${glob})`)
  if (found?.files === '0') return []
  await checkTypes(db, tablePath, glob, layout)
  const rows = await db.rows(
    `SELECT file_name AS filename, num_rows AS count, file_size_bytes FROM parquet_file_metadata(${glob})`,
  )
  const columns = String(layout.columns.length)
  return addFilesFromCopy(tablePath, rows, layout.columns, { columns, ...layout.tags })
}

async function checkTypes(db: DuckDb, tablePath: string, glob: string, layout: FileLayout): Promise<void> {
  const described = await db.rows<{ column_name: string; column_type: string }>(
    `DESCRIBE FROM read_parquet(${glob}, hive_partitioning = false)`,
  )
  const types = new Map(described.map((row) => [row.column_name, row.column_type]))
  for (const { name, type } of layout.columns) {
    if (layout.partitionColumns.includes(name)) continue
    const [wanted, got] = [duckDbTypeOf(type), types.get(name)]
    if (wanted === got) continue
    throw new PlatformError(
      'lake.schema_conflict',
      `lake: column ${name} of the files for ${tablePath} is ${got ?? 'absent'}, expected ${wanted}; cast it where it is written`,
    )
  }
}

/** A full disk or a failing query leaves files behind that no commit will name. */
async function dropFiles(tablePath: string, prefix: string): Promise<void> {
  const names = await readdir(tablePath, { recursive: true })
  for (const name of names) if (basename(name).startsWith(prefix)) await unlink(join(tablePath, name))
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
  return `SELECT ${selected.join(', ')} FROM (${sql}\n)`
}
