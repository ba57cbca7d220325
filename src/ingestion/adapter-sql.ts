import { PlatformError } from '../contracts/errors.ts'
import type { DuckDb } from '../database/duckdb.ts'

/** Functions in FROM that read nothing but their arguments. */
const tableFunctions = [
  'unnest',
  'range',
  'generate_series',
  'json_each',
  'json_tree',
  'regexp_split_to_table',
]
/** What no adapter may use under any name: it would tell the installation's secret or hash with it. */
const forbiddenNames = ['keyed_hash_pads', 'keyed_hash', 'getenv']

interface Parsed {
  readonly error: boolean
  readonly error_type?: string
  readonly error_message?: string
  readonly position?: string
  readonly statements?: readonly unknown[]
}

/**
 * Holds an adapter's SQL to one SELECT that reads the given relations and nothing else: no file, no table of
 * ours, no setting.
 *
 * @throws {PlatformError} `adapter.broken` with the file and, where known, the line.
 */
export async function checkAdapterSql(
  db: DuckDb,
  { file, sql }: { readonly file: string; readonly sql: string },
  relations: readonly string[],
): Promise<void> {
  const [row] = await db.rows<{ tree: string }>('SELECT json_serialize_sql($1::VARCHAR) AS tree', [sql])
  const parsed = JSON.parse(row?.tree ?? '{}') as Parsed
  const fail = (problem: string, line?: number): never => {
    throw new PlatformError(
      'adapter.broken',
      `adapters: ${file}${line === undefined ? '' : ` line ${line}`} ${problem}`,
    )
  }
  if (parsed.error && parsed.error_type === 'parser') {
    const before = sql.slice(0, Number(parsed.position ?? 0))
    fail(`failed: Parser Error: ${parsed.error_message}`, before.split('\n').length)
  }
  if (parsed.error || parsed.statements?.length !== 1) fail('must be one SELECT and nothing else')
  const used = namesUsed(parsed.statements)
  const known = new Set([...relations, ...used.named])
  for (const name of used.relations) {
    if (!known.has(name) || forbiddenNames.includes(name)) {
      fail(`reads ${name}; it may read ${relations.join(', ')} and what it names itself`)
    }
  }
  for (const name of used.tableFunctions) {
    if (!tableFunctions.includes(name))
      fail(`reads ${name}(); in FROM it may use ${tableFunctions.join(', ')}`)
  }
  for (const name of used.functions) {
    if (forbiddenNames.includes(name)) fail(`uses ${name}(), which is kept from adapters`)
  }
}

interface NamesUsed {
  readonly relations: Set<string>
  /** By WITH; plain names only, so that none hides a file. */
  readonly named: Set<string>
  readonly tableFunctions: Set<string>
  readonly functions: Set<string>
}

function namesUsed(tree: unknown): NamesUsed {
  const used: NamesUsed = {
    relations: new Set(),
    named: new Set(),
    tableFunctions: new Set(),
    functions: new Set(),
  }
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const child of node) visit(child)
      return
    }
    if (typeof node !== 'object' || node === null) return
    note(node as Record<string, unknown>, used)
    for (const child of Object.values(node)) visit(child)
  }
  visit(tree)
  return used
}

const lower = (value: unknown): string => String(value ?? '').toLowerCase()

function note(node: Record<string, unknown>, used: NamesUsed): void {
  if (node.type === 'BASE_TABLE') {
    const parts = [node.catalog_name, node.schema_name, node.table_name].map(lower)
    used.relations.add(parts.filter((part) => part !== '').join('.'))
  }
  if (node.type === 'SHOW_REF') used.relations.add('a list of tables')
  if (node.type === 'TABLE_FUNCTION') {
    used.tableFunctions.add(lower((node.function as Record<string, unknown> | undefined)?.function_name))
  }
  if (node.class === 'FUNCTION') used.functions.add(lower(node.function_name))
  const ctes = (node.cte_map as { map?: readonly { key?: string }[] } | undefined)?.map ?? []
  for (const { key } of ctes) {
    if (/^[a-z_][a-z0-9_]*$/.test(lower(key))) used.named.add(lower(key))
  }
}
