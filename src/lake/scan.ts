import { join } from 'node:path'
import { sqlIdentifier, sqlList, sqlString } from '../database/duckdb.ts'
import { type AddFile, fileKey, nullFolder } from './actions.ts'
import { duckDbTypeOf, type LakeColumn } from './schema.ts'

/** What a scan needs to know of a table. */
export interface Scannable {
  readonly path: string
  readonly columns: readonly LakeColumn[]
  readonly partitionColumns: readonly string[]
  readonly files: readonly AddFile[]
}

/** Where a data file lies. */
export const dataFilePath = (tablePath: string, file: { path: string }): string =>
  join(tablePath, fileKey(file.path))

/** An empty relation with these columns. */
export function emptyScanSql(columns: readonly LakeColumn[]): string {
  const selected = columns.map(({ name, type }) => `NULL::${duckDbTypeOf(type)} AS ${sqlIdentifier(name)}`)
  return `SELECT ${selected.join(', ')} WHERE false`
}

/**
 * A SELECT over files of a table: the table's columns in order and typed, null where a file is older than a
 * column, partition columns from the log. A filter on a partition column leaves the other files unread.
 */
export function scanSql(table: Scannable, files: readonly AddFile[] = table.files): string {
  if (files.length === 0) return emptyScanSql(table.columns)
  const groups = new Map<string, AddFile[]>()
  for (const file of files) {
    const layout = pathsTellPartitions(table, file) ? 'hive' : 'log'
    const key = `${layout}/${file.tags?.columns ?? ''}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [file])
    else group.push(file)
  }
  return [...groups].map(([key, group]) => scanGroup(table, key, group)).join('\nUNION ALL\n')
}

function scanGroup(table: Scannable, key: string, files: readonly AddFile[]): string {
  const [layout, columnCount] = key.split('/')
  const known = columnCount === '' ? undefined : Number(columnCount)
  const source = layout === 'hive' ? hiveSource(table, files, known === undefined) : logSource(table, files)
  if (known === undefined || known > table.columns.length) {
    return `SELECT ${typed(table.columns)} FROM (${emptyScanSql(table.columns)} UNION ALL BY NAME SELECT * FROM ${source})`
  }
  return `SELECT ${typed(table.columns, known)} FROM ${source}`
}

const typed = (columns: readonly LakeColumn[], known = columns.length): string =>
  columns
    .map(({ name, type }, index) => {
      const value = index < known ? sqlIdentifier(name) : 'NULL'
      return `${value}::${duckDbTypeOf(type)} AS ${sqlIdentifier(name)}`
    })
    .join(', ')

function hiveSource(table: Scannable, files: readonly AddFile[], isMixed: boolean): string {
  const paths = files.map((file) => dataFilePath(table.path, file))
  const options = [`union_by_name = ${isMixed}`]
  if (table.partitionColumns.length === 0) options.push('hive_partitioning = false')
  else {
    const types = table.partitionColumns.map((name) => `${sqlString(name)}: ${partitionType(table, name)}`)
    options.push('hive_partitioning = true', `hive_types = {${types.join(', ')}}`)
  }
  return `read_parquet(${sqlList(paths)}, ${options.join(', ')})`
}

/** For files whose folders do not spell their partition: values are joined on the file's name. */
function logSource(table: Scannable, files: readonly AddFile[]): string {
  const paths = files.map((file) => dataFilePath(table.path, file))
  const rows = files.map((file, index) => {
    const values = table.partitionColumns.map((name) => {
      const value = file.partitionValues[name]
      return `${value === null || value === undefined ? 'NULL' : sqlString(value)}::${partitionType(table, name)}`
    })
    return `(${[sqlString(paths[index] ?? ''), ...values].join(', ')})`
  })
  const names = ['_data_file', ...table.partitionColumns].map(sqlIdentifier).join(', ')
  const data = `read_parquet(${sqlList(paths)}, union_by_name = true, hive_partitioning = false, filename = '_data_file')`
  return `(SELECT partitions.* EXCLUDE (_data_file), data.* EXCLUDE (_data_file) FROM ${data} AS data JOIN (VALUES ${rows.join(', ')}) AS partitions(${names}) USING (_data_file))`
}

const partitionType = (table: Scannable, name: string): string =>
  duckDbTypeOf(table.columns.find((column) => column.name === name)?.type ?? 'string')

/** Whether DuckDB would read from the file's path exactly the partition values the log has. */
function pathsTellPartitions(table: Scannable, file: AddFile): boolean {
  const folders = fileKey(file.path).split('/').slice(0, -1)
  if (folders.length < table.partitionColumns.length) return table.partitionColumns.length === 0
  const told = new Map(
    folders.map((folder) => {
      const at = folder.indexOf('=')
      return [folder.slice(0, at), fileKey(folder.slice(at + 1))] as const
    }),
  )
  return table.partitionColumns.every((name) => {
    const value = file.partitionValues[name] ?? nullFolder
    return told.get(name) === value && value !== ''
  })
}
