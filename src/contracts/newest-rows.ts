import { bronzeSchemaOf } from './bronze-schema.ts'
import { columnTypes } from './columns.ts'
import type { Contract, Migration } from './contract.ts'

/**
 * A SELECT that shows rows of a bronze table, whatever versions of the contract they were kept under, as rows of its
 * newest version: columns in the contract's order, NULL where a row is older than a column, the values of older
 * versions taken through every migration since. `_contract_version` still says under which one a row was kept.
 *
 * @param scan SELECT over the table's files.
 * @param kept Names of the columns that `scan` returns.
 */
export function newestRowsSql(contract: Contract, scan: string, kept: readonly string[]): string {
  const newest = bronzeSchemaOf(contract).map(({ name }) => name)
  if (contract.migrations.length === 0 && kept.join() === newest.join()) return scan
  const types = sqlTypesOf(contract)
  const present = new Set(kept)
  const everyColumn = [...types].map(([name, type]) =>
    present.has(name) ? quoted(name) : `CAST(NULL AS ${type}) AS ${quoted(name)}`,
  )
  let rows = `SELECT ${everyColumn.join(', ')} FROM (${scan}) AS kept`
  for (const migration of contract.migrations) rows = migrated(rows, migration, types)
  return `SELECT ${newest.map(quoted).join(', ')} FROM (${rows}) AS migrated`
}

function migrated(rows: string, { to, values }: Migration, types: ReadonlyMap<string, string>): string {
  const columns = [...types].map(([name, type]) => {
    const value = values[name]
    if (value === undefined) return quoted(name)
    return `CASE WHEN _contract_version < ${to} THEN CAST((${value}) AS ${type}) ELSE ${quoted(name)} END AS ${quoted(name)}`
  })
  return `SELECT ${columns.join(', ')} FROM (${rows}) AS before_${to}`
}

/** SQL types of the columns of all versions. */
function sqlTypesOf(contract: Contract): Map<string, string> {
  const sqlOf = new Map<string, string>(Object.values(columnTypes).map(({ delta, sql }) => [delta, sql]))
  const types = new Map(bronzeSchemaOf(contract).map(({ name, type }) => [name, sqlOf.get(type) ?? type]))
  for (const { removes = {} } of contract.migrations) {
    for (const [name, type] of Object.entries(removes)) types.set(name, columnTypes[type].sql)
  }
  return types
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
