import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TableName } from '../../contracts/all-contracts.ts'
import { PlatformError } from '../../contracts/errors.ts'
import type { SourceColumn } from './capture-map.ts'

/** A column that came, went or changed its type since the source was last looked at. */
export interface SchemaDrift {
  readonly table: TableName
  readonly column: string
  readonly change: 'added' | 'removed' | 'retyped'
  /** UTC, ISO 8601. */
  readonly seenAt: string
}

export interface TableProgress {
  readonly columns: readonly SourceColumn[]
  /** Where queries go on: the last row's change and key; absent before the first row. */
  readonly cursor?: readonly (string | null)[]
  /** Whether all rows there were at the beginning have been read. */
  readonly isCopied: boolean
  readonly records: number
}

/** How far a source has been captured; written after what it speaks of is in the log. */
export interface CaptureState {
  readonly mode: 'queries' | 'replication'
  /** The server's own id of the database, so that another one is not taken for it. */
  readonly database: string
  readonly slot?: { readonly name: string /** UTC, before it was made. */; readonly madeAt: string }
  /** Replication only: the server's position up to which the changes are in the log. */
  readonly position?: string
  readonly tables: Readonly<Partial<Record<TableName, TableProgress>>>
  readonly drift: readonly SchemaDrift[]
}

const stateFile = (dataDir: string): string => join(dataDir, 'capture', 'state.json')

/** @throws {PlatformError} `config.invalid` when the file is damaged. */
export async function readCaptureState(dataDir: string): Promise<CaptureState | undefined> {
  const path = stateFile(dataDir)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as CaptureState
  } catch (error) {
    throw new PlatformError(
      'config.invalid',
      `capture: ${path} is damaged; delete it to read the source from its beginning (rows already taken in count once)`,
      { cause: error },
    )
  }
}

export async function writeCaptureState(dataDir: string, state: CaptureState): Promise<void> {
  const path = stateFile(dataDir)
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  const file = await open(draft, 'w')
  try {
    await file.writeFile(`${JSON.stringify(state, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}

/** What differs between a table's columns as they were and as they are. */
export function driftOf(
  table: TableName,
  before: readonly SourceColumn[],
  after: readonly SourceColumn[],
  seenAt: string,
): SchemaDrift[] {
  const was = new Map(before.map(({ name, type }) => [name, type]))
  const is = new Map(after.map(({ name, type }) => [name, type]))
  const drift: SchemaDrift[] = []
  for (const [column, type] of is) {
    if (!was.has(column)) drift.push({ table, column, change: 'added', seenAt })
    else if (was.get(column) !== type) drift.push({ table, column, change: 'retyped', seenAt })
  }
  for (const column of was.keys())
    if (!is.has(column)) drift.push({ table, column, change: 'removed', seenAt })
  return drift
}
