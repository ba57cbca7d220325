import { openDuckDb } from '../../database/duckdb.ts'
import { listQuarantine } from '../../ingestion/quarantine.ts'
import { replayQuarantine } from '../../ingestion/replay-quarantine.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { landingAlone } from '../landing-alone.ts'
import { wholeNumber } from '../options.ts'
import { renderTable } from '../rendered-table.ts'
import { readShop } from '../shop.ts'

/** `sillage quarantine list|replay`: records that were refused, and a second try. */
export const addQuarantine: AddCommand = (program, act) => {
  const quarantine = program.command('quarantine').description('records that were refused: look, try again')
  const list = quarantine
    .command('list')
    .description('list refused records with the reason')
    .option('--table <table>', 'only of this table')
    .option('--limit <count>', 'at most this many', wholeNumber, 50)
    .action(
      act(async ({ configuration: { dataDir } }, options: { table?: string; limit: number }) => {
        await readShop(dataDir)
        const db = await openDuckDb()
        try {
          const rows = await listQuarantine({
            dataDir,
            db,
            ...(options.table === undefined ? {} : { table: options.table }),
            limit: Number(options.limit),
          })
          return {
            text:
              rows.length === 0
                ? 'Quarantine is empty.'
                : renderTable(
                    ['table', 'file', 'record', 'column', 'why', 'as delivered'],
                    rows.map((row) => [
                      row.table,
                      row.logicalName,
                      row.recordNumber,
                      row.column,
                      row.description,
                      row.rawText?.slice(0, 80),
                    ]),
                  ),
            json: rows,
          }
        } finally {
          db.close()
        }
      }),
    )
  examples(list, [['refused orders', 'sillage quarantine list --table orders']])
  const replay = quarantine
    .command('replay')
    .description('try refused records again, after a contract or an adapter was mended')
    .option('--table <table>', 'only of this table')
    .action(
      act(async (context, options: { table?: string }) => {
        const shop = await readShop(context.configuration.dataDir)
        const result = await landingAlone(context, shop, 'a replay of quarantine', (landing) =>
          replayQuarantine({ ...landing, ...(options.table === undefined ? {} : { table: options.table }) }),
        )
        return {
          text: `${result.attempted} tried again: ${result.resolved} resolved, ${result.stillRefused} still refused.`,
          json: result,
        }
      }),
    )
  examples(replay, [['everything in quarantine', 'sillage quarantine replay']])
}
