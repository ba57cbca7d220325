import { listPointers, rollbackPointer } from '../../lake/pointer.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { wholeNumber } from '../options.ts'
import { renderTable } from '../rendered-table.ts'
import { readShop } from '../shop.ts'

/** `sillage rollback`: publishes an earlier version again. */
export const addRollback: AddCommand = (program, act) => {
  const command = program
    .command('rollback')
    .description('publish an earlier version again; nothing is deleted')
    .option('--to <sequence>', 'which publication (default: the one before)', wholeNumber)
    .option('--list', 'list the publications instead')
    .action(
      act(async ({ configuration: { dataDir } }, options: { to?: number; list?: boolean }) => {
        await readShop(dataDir)
        if (options.list === true) {
          const pointers = await listPointers(dataDir)
          return {
            text: renderTable(
              ['sequence', 'published at', 'data through', 'run', 'note'],
              pointers.map((each) => [
                each.sequence,
                each.publishedAt,
                each.dataThrough,
                each.runId,
                each.note,
              ]),
            ),
            json: pointers.map(({ tables, bronze, logOffsets, ...each }) => each),
          }
        }
        const pointer = await rollbackPointer(dataDir, options.to)
        return {
          text: `Published ${pointer.sequence}: ${pointer.note}. Data through ${pointer.dataThrough ?? '–'}.`,
          json: pointer,
        }
      }),
    )
  examples(command, [
    ['which versions there are', 'sillage rollback --list'],
    ['back to the version before', 'sillage rollback'],
    ['back to publication 3', 'sillage rollback --to 3'],
  ])
}
