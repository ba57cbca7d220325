import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TableName } from '../contracts/all-contracts.ts'
import type { DuckDb } from '../database/duckdb.ts'
import type { Adapter, AdapterInput } from './adapters.ts'
import { inspectFile } from './inspect-file.ts'
import { adapterFolder, inputFor } from './raw-files.ts'
import { loadFiles } from './readers.ts'

/** A delivery as `bronze.deliveries` names it. */
export interface LandedFile {
  readonly logicalName: string
  readonly sha256: string
}

/** The adapter's input that read a file, by its name; else the first that feeds the table. */
export function landedInput(
  adapter: Adapter,
  { logicalName }: LandedFile,
  table: TableName,
): AdapterInput | undefined {
  const feeds = (input: AdapterInput) => input.tables.some((select) => select.table === table)
  const named = inputFor(adapter, logicalName)
  return named !== undefined && feeds(named) ? named : adapter.inputs.find(feeds)
}

/** Loads a delivery's raw file anew; false when it is gone or has other content by now. */
export async function reloadFile(
  db: DuckDb,
  dataDir: string,
  adapter: Adapter,
  input: AdapterInput,
  { logicalName, sha256 }: LandedFile,
  scratchDir: string,
): Promise<boolean> {
  const path = join(adapterFolder(dataDir, adapter), logicalName)
  const isThere = await stat(path).then(
    () => true,
    () => false,
  )
  const facts = isThere ? await inspectFile(path) : undefined
  if (facts?.sha256 !== sha256 || facts.refusal !== undefined) return false
  await loadFiles(db, input, [{ path, logicalName, needsSplitting: facts.needsSplitting }], scratchDir)
  return true
}
