import { openDuckDb } from '../../database/duckdb.ts'
import { listQuarantine } from '../../ingestion/quarantine.ts'
import { replayQuarantine } from '../../ingestion/replay-quarantine.ts'
import { acquireLease } from '../../lake/lease.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { interruptible } from '../interruption.ts'
import { wholeNumber } from '../options.ts'
import { renderTable } from '../rendered-table.ts'
import { readSecret, readShop, secretBytes } from '../shop.ts'

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
      act(async ({ configuration, observer, remark }, options: { table?: string }) => {
        const { dataDir, adapterDirs } = configuration
        const shop = await readShop(dataDir)
        const secret = secretBytes(await readSecret(configuration, shop))
        const result = await interruptible(remark, async () => {
          const lease = await acquireLease(dataDir, { purpose: 'a replay of quarantine' })
          const db = await openDuckDb()
          try {
            return await replayQuarantine({
              dataDir,
              adapterDirs,
              db,
              secret,
              shop,
              observer,
              ...(options.table === undefined ? {} : { table: options.table }),
            })
          } finally {
            db.close()
            await lease.release()
          }
        })
        return {
          text: `${result.attempted} tried again: ${result.resolved} resolved, ${result.stillRefused} still refused.`,
          json: result,
        }
      }),
    )
  examples(replay, [['everything in quarantine', 'sillage quarantine replay']])
}
