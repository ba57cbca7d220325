import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { logFolderOf } from './log.ts'

const processedSchemas = ['bronze', 'quarantine', 'silver', 'measure', 'operations'] as const

/** Schemas whose tables the lake holds. */
export const layerSchemas = [...processedSchemas, 'gold'] as const

/** Where a schema's tables lie in a data folder. */
function schemaFolder(dataDir: string, schema: string): string {
  if (schema === 'gold') return join(dataDir, 'warehouse', 'gold')
  if ((processedSchemas as readonly string[]).includes(schema)) return join(dataDir, 'processed', schema)
  throw new PlatformError('query.invalid', `lake: no schema ${schema}; expected ${layerSchemas.join(', ')}`)
}

/** Folder of a table named `schema.table`. */
export function tablePath(dataDir: string, name: string): string {
  const [schema = '', table = '', ...rest] = name.split('.')
  if (rest.length > 0 || !/^[a-z][a-z0-9_]*$/.test(table)) {
    throw new PlatformError('query.invalid', `lake: ${name} is not a table name; expected schema.table`)
  }
  return join(schemaFolder(dataDir, schema), table)
}

/** Names, sorted and without their schema, of the tables a schema holds. */
export async function listTables(dataDir: string, schema: string): Promise<string[]> {
  const folder = schemaFolder(dataDir, schema)
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  return entries
    .filter((entry) => entry.isDirectory() && existsSync(logFolderOf(join(folder, entry.name))))
    .map((entry) => entry.name)
    .sort()
}
