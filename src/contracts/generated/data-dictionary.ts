import { contracts } from '../all-contracts.ts'
import { type Column, columnTypes } from '../columns.ts'
import { type Contract, columnsOf } from '../contract.ts'
import { dropReasons, quarantineReasons } from '../record-outcomes.ts'
import { type GeneratedFile, generatedBy } from './generated-file.ts'

const kinds: Record<Contract['kind'], string> = {
  event: 'event: happened once; of several deliveries of one key the earliest counts',
  upsert: 'upsert: of several rows of one key the one with the highest version counts',
  snapshot: 'snapshot: restates its key; the latest delivery counts',
  pull: 'pull: restates everything its pull covers',
}

/** What every bronze table holds, for people who deliver data or query it. */
export function dataDictionary(): GeneratedFile[] {
  const all = Object.values(contracts) as Contract[]
  const parts = [
    `<!-- ${generatedBy} -->`,
    '# Data dictionary: bronze',
    'Every table a source can deliver. A source may leave out any optional column and any optional table. ' +
      'Timestamps are UTC; money is decimal. To deliver a format of your own, see [Write an adapter](guide/write-an-adapter.md).',
    all.map(({ name, description }) => `- [\`${name}\`](#${name}): ${description}`).join('\n'),
    ...all.map(tableSection),
    '## Why a record is refused',
    Object.entries(quarantineReasons)
      .map(([reason, words]) => `- \`${reason}\`: ${words}`)
      .join('\n'),
    `Records an adapter leaves out on purpose are counted as dropped: ${dropReasons.map((reason) => `\`${reason}\``).join(', ')}.`,
  ]
  return [{ path: 'docs/data-dictionary.generated.md', content: `${parts.join('\n\n')}\n` }]
}

function tableSection(contract: Contract): string {
  const facts = [
    `${contract.description} ${contract.optional ? 'Optional.' : 'Every shop delivers it.'}`,
    `Kind: ${kinds[contract.kind]}. Key: ${code(contract.primaryKey)}.` +
      (contract.versionColumn === undefined ? '' : ` Version: \`${contract.versionColumn}\`.`) +
      (contract.deletedColumn === undefined ? '' : ` Deleted when: \`${contract.deletedColumn}\`.`) +
      ` Time: \`${contract.eventTimeColumn}\`. Contract version ${contract.version}.`,
  ]
  const rows = columnsOf(contract).map(
    ({ name, column, required }) =>
      `| \`${name}\` | ${columnTypes[column.type].delta} | ${required ? 'yes' : ''} | ${meaning(column)} |`,
  )
  return [
    `## ${contract.name}`,
    ...facts,
    ['| Column | Type | Required | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n')
}

function meaning(column: Column): string {
  const notes = [column.description]
  if (column.incoming !== undefined) notes.push(`Delivered as \`${column.incoming}\`.`)
  if (column.values !== undefined) notes.push(`One of ${code(column.values)}.`)
  if (column.personalData !== undefined)
    notes.push(`Personal data: ${column.personalData.replace('_', ' ')}.`)
  return notes.join(' ').replaceAll('|', '\\|')
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
