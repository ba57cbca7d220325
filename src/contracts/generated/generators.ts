import { generateChannelFiles } from '../channels/channel-sql.ts'
import { contractAdapter } from './contract-adapter.ts'
import { crmSchema } from './crm-schema.ts'
import { dataDictionary } from './data-dictionary.ts'
import { dbtSources } from './dbt-sources.ts'
import type { GeneratedFile } from './generated-file.ts'
import { releasedContracts } from './released-contracts.ts'

/** Everything `npm run generate` writes. */
export const generators: readonly (() => readonly GeneratedFile[])[] = [
  releasedContracts,
  dbtSources,
  generateChannelFiles,
  dataDictionary,
  contractAdapter,
  crmSchema,
]
