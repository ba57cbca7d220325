import { contracts } from '../all-contracts.ts'
import { bronzeSchemaOf, deliveryColumns } from '../bronze-schema.ts'
import { type Contract, columnsOf } from '../contract.ts'
import { type GeneratedFile, generatedBy } from './generated-file.ts'

const addedColumns: Record<string, string> = {
  _delivery_id: 'Delivery that brought the row.',
  _record_number: 'Number of the record in its delivery, from 1.',
  _arrived_at: 'When the delivery was taken in (UTC).',
  _contract_version: 'Version of the contract the row was checked against.',
  event_date: 'UTC date of the event; the partition.',
  arrival_date: 'UTC date of arrival; the partition.',
}

const yamlText = (text: string): string => JSON.stringify(text)

/** The bronze tables as dbt sources, with every column described. */
export function dbtSources(): GeneratedFile[] {
  const lines = [
    `# ${generatedBy}`,
    'version: 2',
    'sources:',
    '  - name: bronze',
    '    schema: bronze',
    '    tables:',
  ]
  for (const contract of Object.values(contracts) as Contract[]) {
    const described = new Map(columnsOf(contract).map(({ name, column }) => [name, column.description]))
    lines.push(
      // Models are built anew when the file changes, so that rows are migrated in what was published, too.
      `      # Version ${contract.version} of its contract.`,
      `      - name: ${contract.name}`,
      `        description: ${yamlText(contract.description)}`,
      '        columns:',
    )
    for (const { name, type } of bronzeSchemaOf(contract)) {
      const description = described.get(name) ?? addedColumns[name] ?? ''
      lines.push(
        `          - name: ${name}`,
        `            data_type: ${type}`,
        `            description: ${yamlText(description)}`,
      )
    }
  }
  lines.push(
    '      - name: deliveries',
    '        description: "One row per delivery and table: what was read and what became of it."',
    '        columns:',
    ...deliveryColumns.flatMap(({ name, type }) => [
      `          - name: ${name}`,
      `            data_type: ${type}`,
    ]),
  )
  return [{ path: 'transform/models/sources.generated.yml', content: `${lines.join('\n')}\n` }]
}
