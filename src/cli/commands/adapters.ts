import { listAdapters } from '../../ingestion/adapters.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { renderTable } from '../rendered-table.ts'

/** `sillage adapters`: which source formats can be read. */
export const addAdapters: AddCommand = (program, act) => {
  const command = program
    .command('adapters')
    .description('list the source formats that can be imported')
    .action(
      act(async ({ configuration }) => {
        const adapters = await listAdapters(configuration.adapterDirs)
        return {
          text: renderTable(
            ['adapter', 'feeds', 'what it reads'],
            adapters.map((each) => [each.name, each.tables.join(', '), each.description]),
          ),
          json: adapters,
        }
      }),
    )
  examples(command, [
    ['every adapter', 'sillage adapters'],
    ['also your own (docs/guide/write-an-adapter.md)', 'SILLAGE_ADAPTERS=./my-adapters sillage adapters'],
  ])
}
