import type { ColumnType } from './columns.ts'
import { type Contract, columnsOf, type Migration } from './contract.ts'

/** What every released version of every contract promised: by table, then by version. */
export type ContractHistory = Readonly<Record<string, Readonly<Record<string, ReleasedVersion>>>>

interface ReleasedVersion {
  readonly kind: Contract['kind']
  readonly primaryKey: readonly string[]
  readonly versionColumn: string | null
  readonly deletedColumn: string | null
  readonly eventTimeColumn: string
  readonly partitionBy: Contract['partitionBy']
  readonly consentColumn: string | null
  /** The migration that leads here. */
  readonly migration: Migration | null
  readonly columns: Readonly<Record<string, ReleasedColumn>>
}

interface ReleasedColumn {
  readonly type: ColumnType
  readonly required: boolean
  readonly values?: readonly string[]
  readonly personalData?: string
  readonly incoming?: string
}

/** The history with the contracts as they are. */
export function historyWith(history: ContractHistory, contracts: readonly Contract[]): ContractHistory {
  const next: Record<string, Record<string, ReleasedVersion>> = {}
  for (const contract of contracts) {
    next[contract.name] = { ...history[contract.name], [contract.version]: released(contract) }
  }
  return next
}

/**
 * What the contracts break of their promise: within a version columns are only added, and nullable; anything else is
 * the next version, with a migration of the rows kept so far. Empty when all is well.
 */
export function brokenPromises(history: ContractHistory, contracts: readonly Contract[]): string[] {
  const names = new Set(contracts.map(({ name }) => name))
  const gone = Object.keys(history).filter((table) => !names.has(table))
  return [
    ...gone.map((table) => `${table} is gone; tables are only added`),
    ...contracts.flatMap((contract) =>
      brokenBy(contract, history[contract.name] ?? {}).map((what) => `${contract.name}: ${what}`),
    ),
  ]
}

function brokenBy(contract: Contract, versions: Readonly<Record<string, ReleasedVersion>>): string[] {
  const { version, migrations } = contract
  const last = Math.max(0, ...Object.keys(versions).map(Number))
  if (version !== last && version !== last + 1) {
    return [`version ${version} follows version ${last}; the next one is ${last + 1}`]
  }
  const problems: string[] = []
  if (migrations.map(({ to }) => to).join() !== Array.from({ length: version - 1 }, (_, n) => n + 2).join()) {
    problems.push(`version ${version} needs one migration to each version from 2 on, in order`)
  }
  for (const migration of migrations) {
    const known = versions[migration.to]
    if (known !== undefined && !same(known.migration, migration)) {
      problems.push(`the migration to version ${migration.to} was released and cannot change`)
    }
  }
  const columns = new Set(columnsOf(contract).map(({ name }) => name))
  for (const name of migrations.flatMap(({ removes = {} }) => Object.keys(removes))) {
    if (columns.has(name)) problems.push(`column ${name} was removed once; a new column needs a new name`)
  }
  const before = versions[last]
  if (before === undefined) return problems
  const after = released(contract)
  return [...problems, ...(version === last ? brokenWithin(before, after) : brokenToward(before, after))]
}

const traits = [
  'kind',
  'primaryKey',
  'versionColumn',
  'deletedColumn',
  'eventTimeColumn',
  'consentColumn',
] as const

/** What a change without a new version breaks. */
function brokenWithin(before: ReleasedVersion, after: ReleasedVersion): string[] {
  const needsVersion = (what: string) => `${what}; that takes a new version with a migration`
  // Rows kept before have a new column empty: none of them is deleted.
  const learnsOfDeletions =
    before.deletedColumn === null && after.deletedColumn !== null && !(after.deletedColumn in before.columns)
  const compared = traits.filter((trait) => trait !== 'deletedColumn' || !learnsOfDeletions)
  const problems = [...compared, 'partitionBy' as const]
    .filter((trait) => !same(before[trait], after[trait]))
    .map((trait) => needsVersion(`its ${trait} changed`))
  for (const [name, column] of Object.entries(before.columns)) {
    const now = after.columns[name]
    if (now === undefined) problems.push(needsVersion(`column ${name} was removed`))
    else problems.push(...changesOf(column, now).map((what) => needsVersion(`column ${name} ${what}`)))
  }
  for (const [name, { required }] of Object.entries(after.columns)) {
    if (required && !(name in before.columns))
      problems.push(needsVersion(`column ${name} was added and is required`))
  }
  return problems
}

function changesOf(before: ReleasedColumn, after: ReleasedColumn): string[] {
  const changes: string[] = []
  if (before.type !== after.type) changes.push(`was ${before.type} and is ${after.type}`)
  if (before.required !== after.required)
    changes.push(after.required ? 'is required now' : 'may be empty now')
  if (before.personalData !== after.personalData) changes.push('is kept otherwise as personal data')
  if (before.incoming !== after.incoming) changes.push('is delivered under another name')
  const lost = lostValues(before, after)
  if (lost.length > 0) changes.push(`no longer takes ${lost.join(', ')}`)
  return changes
}

const lostValues = (before: ReleasedColumn, after: ReleasedColumn): string[] =>
  after.values === undefined
    ? []
    : (before.values ?? ['other values']).filter((value) => !after.values?.includes(value))

/** What a new version leaves undone for rows of the one before. */
function brokenToward(before: ReleasedVersion, after: ReleasedVersion): string[] {
  const { values = {}, removes = {} } = after.migration ?? {}
  const problems: string[] = []
  if (before.partitionBy !== after.partitionBy) problems.push('a table cannot be partitioned otherwise')
  for (const [name, column] of Object.entries(before.columns)) {
    const now = after.columns[name]
    if (now === undefined) {
      if (removes[name] !== column.type)
        problems.push(
          `column ${name} was removed; the migration must say removes: { ${name}: '${column.type}' }`,
        )
      continue
    }
    if (column.type !== now.type || column.personalData !== now.personalData)
      problems.push(`column ${name} is kept otherwise than before, which takes a new name`)
    const isNarrower = (now.required && !column.required) || lostValues(column, now).length > 0
    if (isNarrower && !(name in values))
      problems.push(`column ${name} takes less than before; the migration must give older rows a value`)
  }
  for (const [name, { required }] of Object.entries(after.columns)) {
    if (!(name in before.columns) && required && !(name in values))
      problems.push(`column ${name} is required; the migration must give older rows a value`)
  }
  for (const name of Object.keys(values)) {
    if (!(name in after.columns)) problems.push(`the migration gives ${name} a value, which is no column`)
  }
  for (const name of Object.keys(removes)) {
    if (!(name in before.columns)) problems.push(`the migration removes ${name}, which was no column`)
  }
  return problems
}

function released(contract: Contract): ReleasedVersion {
  const columns = columnsOf(contract).map(({ name, column, required }): [string, ReleasedColumn] => [
    name,
    {
      type: column.type,
      required,
      ...(column.values === undefined ? {} : { values: column.values }),
      ...(column.personalData === undefined ? {} : { personalData: column.personalData }),
      ...(column.incoming === undefined ? {} : { incoming: column.incoming }),
    },
  ])
  return {
    kind: contract.kind,
    primaryKey: contract.primaryKey,
    versionColumn: contract.versionColumn ?? null,
    deletedColumn: contract.deletedColumn ?? null,
    eventTimeColumn: contract.eventTimeColumn,
    partitionBy: contract.partitionBy,
    consentColumn: contract.consentColumn ?? null,
    migration: contract.migrations.find(({ to }) => to === contract.version) ?? null,
    columns: Object.fromEntries(columns),
  }
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)
