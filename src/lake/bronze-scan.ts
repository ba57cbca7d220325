import { bronzeSchemaOf } from '../contracts/bronze-schema.ts'
import type { Contract } from '../contracts/contract.ts'
import { PlatformError } from '../contracts/errors.ts'
import { newestRowsSql } from '../contracts/newest-rows.ts'
import type { AddFile } from './actions.ts'
import { emptyScanSql, scanSql } from './scan.ts'
import type { TableState } from './table.ts'

/**
 * A SELECT over a bronze table, or some of its files, as its contract is, whatever versions of it the rows were kept under; without a
 * table, an empty relation. Everyone but a rewrite of whole files reads bronze through it.
 *
 * @throws {PlatformError} `contract.newer` when rows were kept under a version that this program does not know.
 */
export function bronzeScanSql(
  contract: Contract,
  state: TableState | undefined,
  files: readonly AddFile[] = state?.files ?? [],
): string {
  if (state === undefined) return emptyScanSql(bronzeSchemaOf(contract))
  const newest = newestVersionIn(files)
  if (newest > contract.version) {
    throw new PlatformError(
      'contract.newer',
      `contracts: bronze.${contract.name} holds rows of version ${newest} of its contract, this program knows version ${contract.version}; go on with the program that wrote them, or a later one`,
    )
  }
  return newestRowsSql(
    contract,
    scanSql(state, files),
    state.columns.map(({ name }) => name),
  )
}

/** As far as the files' bounds tell: other writers may keep none. */
function newestVersionIn(files: readonly AddFile[]): number {
  let newest = 0
  for (const { stats } of files) {
    const maxValues = (JSON.parse(stats ?? '{}') as { maxValues?: Record<string, unknown> }).maxValues
    newest = Math.max(newest, Number(maxValues?._contract_version ?? 0))
  }
  return newest
}
