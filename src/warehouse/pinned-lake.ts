import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { contracts } from '../contracts/all-contracts.ts'
import { columnTypes } from '../contracts/columns.ts'
import { bronzeColumns, type Contract, columnsOf } from '../contracts/contract.ts'
import { listTables, tablePath } from '../lake/layout.ts'
import type { Pointer } from '../lake/pointer.ts'
import { emptyScanSql, scanSql } from '../lake/scan.ts'
import type { LakeColumn } from '../lake/schema.ts'
import { openTable, type TableState } from '../lake/table.ts'
import type { TouchedDates } from './touched-dates.ts'

/** Layers that models write, each a schema of the same name. */
export const builtLayers = ['silver', 'measure', 'gold'] as const

/** The versions a run starts from and reads, whatever else is committed meanwhile. */
export interface PinnedLake {
  /** Newest version of each bronze table when the run began. */
  readonly bronze: ReadonlyMap<string, TableState>
  /** Tables of the built layers at the versions the pointer names, by `schema.name`. */
  readonly built: ReadonlyMap<string, TableState>
}

export async function pinLake(dataDir: string, pointer: Pointer | undefined): Promise<PinnedLake> {
  const bronze = new Map<string, TableState>()
  for (const name of await listTables(dataDir, 'bronze')) {
    if (!(name in contracts)) continue
    const state = await openTable(tablePath(dataDir, `bronze.${name}`)).read()
    if (state !== undefined) bronze.set(name, state)
  }
  const built = new Map<string, TableState>()
  for (const [name, version] of Object.entries(pointer?.tables ?? {})) {
    built.set(name, await openTable(tablePath(dataDir, name)).readExisting(version))
  }
  return { bronze, built }
}

/** Bronze columns of a contract as the lake stores them. */
export function bronzeLakeColumns(contract: Contract): LakeColumn[] {
  const columns = columnsOf(contract).map(({ name, column }) => ({
    name,
    type: columnTypes[column.type].delta as string,
  }))
  for (const [name, type] of Object.entries(bronzeColumns))
    columns.push({ name, type: columnTypes[type].delta })
  if (contract.partitionBy !== 'none') columns.push({ name: contract.partitionBy, type: 'date' })
  return columns
}

export interface RunFileOptions {
  readonly runId: string
  readonly dataDir: string
  readonly projectDir: string
  readonly touched: TouchedDates
}

/** Writes what the models of one run read: a scan per table, the kept files, the dates to rebuild. */
export function writeRunFile(path: string, lake: PinnedLake, options: RunFileOptions): void {
  const relations: { schema_name: string; table_name: string; scan: string }[] = []
  for (const contract of Object.values(contracts) as Contract[]) {
    const state = lake.bronze.get(contract.name)
    const columns = bronzeLakeColumns(contract)
    relations.push({
      schema_name: 'bronze',
      table_name: contract.name,
      scan: state === undefined ? emptyScanSql(columns) : scanSql(state),
    })
  }
  const files: { relation: string; path: string; partition_date: string | null }[] = []
  for (const [name, state] of lake.built) {
    const [schema = '', table = ''] = name.split('.')
    relations.push({ schema_name: schema, table_name: table, scan: scanSql(state) })
    const partition = state.partitionColumns[0]
    for (const file of state.files) {
      files.push({
        relation: name,
        path: join(state.path, decodeURIComponent(file.path)),
        partition_date: partition === undefined ? null : (file.partitionValues[partition] ?? null),
      })
    }
  }
  const output = Object.fromEntries(builtLayers.map((layer) => [layer, layerDir(options.dataDir, layer)]))
  for (const model of modelNames(options.projectDir)) {
    for (const layer of builtLayers) {
      if (model.layers.includes(layer))
        mkdirSync(join(output[layer] as string, model.name), { recursive: true })
    }
  }
  const touched = [...options.touched].map(([reach, dates]) => ({ reach, dates }))
  writeFileSync(path, JSON.stringify({ run_id: options.runId, output, files, touched, relations }))
}

export const layerDir = (dataDir: string, layer: string) => join(tablePath(dataDir, `${layer}.x`), '..')

const layerOfFolder: Record<string, string> = { intermediate: 'silver', measure: 'measure', marts: 'gold' }

/** DuckDB writes partitions but does not make the table's own folder, so each model's is made beforehand. */
function modelNames(projectDir: string): { name: string; layers: string[] }[] {
  return Object.entries(layerOfFolder)
    .filter(([folder]) => existsSync(join(projectDir, 'models', folder)))
    .flatMap(([folder, layer]) =>
      (readdirSync(join(projectDir, 'models', folder), { recursive: true }) as string[])
        .filter((file) => file.endsWith('.sql'))
        .map((file) => ({ name: basename(file, '.sql'), layers: [layer] })),
    )
}
