import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { contracts } from '../contracts/all-contracts.ts'
import type { Contract } from '../contracts/contract.ts'
import { PlatformError } from '../contracts/errors.ts'
import { bronzeScanSql } from '../lake/bronze-scan.ts'
import { listTables, tablePath } from '../lake/layout.ts'
import type { Pointer } from '../lake/pointer.ts'
import { dataFilePath, emptyScanSql, scanSql } from '../lake/scan.ts'
import { openTable, type TableState } from '../lake/table.ts'
import { measureTables } from './measure-tables.ts'
import type { TouchedDates } from './touched-dates.ts'

/** Layers that models write, each a schema of the same name. */
export const builtLayers = ['silver', 'measure', 'gold'] as const

/** The versions a run starts from and reads, whatever else is committed meanwhile. */
export interface PinnedLake {
  /** Newest version of each bronze table when the run began. */
  readonly bronze: ReadonlyMap<string, TableState>
  /** Tables of the built layers at the versions the pointer names, by `schema.name`. */
  readonly built: ReadonlyMap<string, TableState>
  /** Bronze tables that models compare with what they were at the publication, as they were. */
  readonly publishedBronze?: ReadonlyMap<string, TableState>
}

/** Read by the models that find out which dates to rebuild. */
const comparedBronze = ['influencers', 'influencer_posts']

/**
 * @param options.isFull Whether everything is built anew, so that lost tables of the built layers do no harm.
 * @throws {PlatformError} `data.missing` when a table the publication stands on is gone.
 */
export async function pinLake(
  dataDir: string,
  pointer: Pointer | undefined,
  options: { readonly isFull: boolean },
): Promise<PinnedLake> {
  const bronze = new Map<string, TableState>()
  for (const name of await listTables(dataDir, 'bronze')) {
    if (!(name in contracts)) continue
    const state = await openTable(tablePath(dataDir, `bronze.${name}`)).read()
    if (state !== undefined) bronze.set(name, state)
  }
  for (const [name, version] of Object.entries(pointer?.bronze ?? {})) {
    if ((bronze.get(name)?.version ?? -1) < version) throw lostTable(dataDir, `bronze.${name}`)
  }
  const built = new Map<string, TableState>()
  for (const [name, version] of Object.entries(pointer?.tables ?? {})) {
    const state = await readIfKept(tablePath(dataDir, name), version)
    if (state !== undefined) built.set(name, state)
    else if (!options.isFull) throw lostTable(dataDir, name)
  }
  const publishedBronze = new Map<string, TableState>()
  for (const name of comparedBronze) {
    const version = pointer?.bronze[name]
    if (version === undefined) continue
    const state = await readIfKept(tablePath(dataDir, `bronze.${name}`), version)
    if (state !== undefined) publishedBronze.set(name, state)
  }
  return { bronze, built, publishedBronze }
}

function lostTable(dataDir: string, name: string): PlatformError {
  const mend = name.startsWith('bronze.')
    ? 'put its folder back from a copy, or land the files again into a new data folder'
    : 'put its folder back from a copy, or build it again with `sillage run --full`'
  return new PlatformError(
    'data.missing',
    `warehouse: published table ${name} is gone from ${tablePath(dataDir, name)}; ${mend}`,
  )
}

async function readIfKept(path: string, version: number): Promise<TableState | undefined> {
  try {
    return await openTable(path).read(version)
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'lake.version_missing') return undefined
    throw error
  }
}

export interface RunFileOptions {
  readonly runId: string
  readonly dataDir: string
  readonly projectDir: string
  readonly touched: TouchedDates
  /** Whether tables keep the published rows of dates that `touched` does not name. */
  readonly isPartial?: boolean
}

/** Writes what the models of one run read: a scan per table, the kept files, the dates to rebuild. */
export function writeRunFile(path: string, lake: PinnedLake, options: RunFileOptions): void {
  const relations: { schema_name: string; table_name: string; scan: string }[] = []
  for (const contract of Object.values(contracts) as Contract[]) {
    const name = contract.name
    const scan = bronzeScanSql(contract, lake.bronze.get(name))
    relations.push({ schema_name: 'bronze', table_name: name, scan })
    if (comparedBronze.includes(name)) {
      const published = bronzeScanSql(contract, lake.publishedBronze?.get(name))
      relations.push({ schema_name: 'published', table_name: name, scan: published })
    }
  }
  for (const [name, { columns }] of Object.entries(measureTables)) {
    const [schema = '', table = ''] = name.split('.')
    const state = lake.built.get(name)
    const scan = state === undefined ? emptyScanSql(columns) : scanSql(state)
    relations.push({ schema_name: schema, table_name: table, scan })
  }
  const files: { relation: string; path: string; partition_date: string | null }[] = []
  for (const [name, state] of lake.built) {
    const [, table = ''] = name.split('.')
    if (name in measureTables) continue
    relations.push({ schema_name: 'published', table_name: table, scan: scanSql(state) })
    const partition = state.partitionColumns[0]
    if (partition === undefined) continue
    for (const file of state.files) {
      const date = file.partitionValues[partition] ?? null
      files.push({ relation: name, path: dataFilePath(state.path, file), partition_date: date })
    }
  }
  const output = Object.fromEntries(builtLayers.map((layer) => [layer, layerDir(options.dataDir, layer)]))
  for (const { name, layer } of modelNames(options.projectDir))
    mkdirSync(join(output[layer] as string, name), { recursive: true })
  const touched = [...options.touched].map(([reach, dates]) => ({ reach, dates }))
  const run = {
    run_id: options.runId,
    is_partial: options.isPartial ?? false,
    output,
    files,
    touched,
    relations,
  }
  writeFileSync(path, JSON.stringify(run))
}

export const layerDir = (dataDir: string, layer: string) => join(tablePath(dataDir, `${layer}.x`), '..')

const layerOfFolder = { intermediate: 'silver', marts: 'gold' } as const

/** DuckDB writes partitions but does not make the table's own folder, so each model's is made beforehand. */
function modelNames(projectDir: string): { name: string; layer: string }[] {
  return Object.entries(layerOfFolder).flatMap(([folder, layer]) => {
    const models = join(projectDir, 'models', folder)
    if (!existsSync(models)) return []
    return (readdirSync(models, { recursive: true }) as string[])
      .filter((file) => file.endsWith('.sql'))
      .map((file) => ({ name: basename(file, '.sql'), layer }))
  })
}
