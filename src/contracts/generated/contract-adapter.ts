import { contracts } from '../all-contracts.ts'
import { type Contract, columnsOf } from '../contract.ts'
import { deliveredName } from '../text-rules.ts'
import { type GeneratedFile, generatedBy } from './generated-file.ts'

const folder = 'adapters/contract-tables'
const readers = [
  ['csv', "['{table}.csv*', '{table}-*.csv*']"],
  ['ndjson', "['{table}.ndjson*', '{table}-*.ndjson*']"],
  ['parquet', "['{table}.parquet', '{table}-*.parquet']"],
] as const

/** The adapter for files that already have the contracts' own columns, one table a file. */
export function contractAdapter(): GeneratedFile[] {
  const all = Object.values(contracts) as Contract[]
  const settings = [
    `# ${generatedBy}`,
    'name: contract-tables',
    'description: Files named after a table (orders.csv, orders-2026-01.ndjson) that have its columns, as in the data dictionary.',
    'timeZone: UTC',
    'inputs:',
    ...all.flatMap(inputs),
  ]
  return [
    { path: `${folder}/adapter.yml`, content: `${settings.join('\n')}\n` },
    ...all.map((contract) => ({
      path: `${folder}/${contract.name}.generated.sql`,
      content: `-- ${generatedBy}\nselect\n  _record,\n  ${names(contract).join(',\n  ')}\nfrom input\n`,
    })),
  ]
}

const names = (contract: Contract): string[] =>
  columnsOf(contract).map(({ name, column }) => deliveredName(name, column))

function inputs(contract: Contract): string[] {
  return readers.flatMap(([reader, files]) => [
    `  - name: ${contract.name}_${reader}`,
    `    files: ${files.replaceAll('{table}', contract.name)}`,
    `    reader: ${reader}`,
    `    columns: [${names(contract).join(', ')}]`,
    `    tables: { ${contract.name}: ${contract.name}.generated.sql }`,
  ])
}
