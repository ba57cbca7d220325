import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contracts } from '../all-contracts.ts'
import type { Contract } from '../contract.ts'
import { brokenPromises, type ContractHistory, historyWith } from '../contract-history.ts'
import { PlatformError } from '../errors.ts'
import type { GeneratedFile } from './generated-file.ts'

const path = 'src/contracts/released-contracts.generated.json'

/**
 * What every version of every contract has promised, made of the committed file and the contracts as they are.
 *
 * @throws {PlatformError} `contract.broken` when a contract takes back what the committed file says.
 */
export function releasedContracts(): GeneratedFile[] {
  const file = join(import.meta.dirname, '..', '..', '..', path)
  const history = JSON.parse(readFileSync(file, 'utf8')) as ContractHistory
  const all = Object.values(contracts) as Contract[]
  const problems = brokenPromises(history, all)
  if (problems.length > 0) {
    throw new PlatformError(
      'contract.broken',
      `contracts: within a version columns are only added, and nullable; against ${path}:\n  ${problems.join('\n  ')}\nSee docs/guide/change-a-contract.md`,
    )
  }
  return [{ path, content: `${oneLinePerColumn(JSON.stringify(historyWith(history, all), null, 2))}\n` }]
}

/** What holds no further object or list goes on one line, twice over: lists, then columns. */
const oneLinePerColumn = (json: string): string => flattened(flattened(json, /\[[^[\]{}]*\]/g), /\{[^{}]*\}/g)

const flattened = (json: string, innermost: RegExp): string =>
  json.replace(innermost, (found) => found.replace(/\n */g, ' '))
