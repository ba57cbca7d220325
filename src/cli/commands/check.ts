import { openDuckDb } from '../../database/duckdb.ts'
import { checkFile } from '../../ingestion/check-file.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { renderTable } from '../rendered-table.ts'

/** `sillage check`: a file against its contract, without landing it. */
export const addCheck: AddCommand = (program, act) => {
  const command = program
    .command('check')
    .description('check a file against the contract of a table, without landing it')
    .argument('<file>', 'CSV, NDJSON, JSON or Parquet with the columns of the contract')
    .requiredOption('--table <table>', 'table whose contract applies (docs/data-dictionary.generated.md)')
    .action(
      act(async (_context, file: string, options: { table: string }) => {
        const db = await openDuckDb()
        try {
          const found = await checkFile(db, { file, table: options.table })
          const summary = `${file} as ${found.table}: ${found.read} read = ${found.accepted} accepted + ${found.duplicate} duplicate + ${found.quarantined} refused`
          const reasons = renderTable(
            ['records', 'column', 'reason', 'for example', 'meaning'],
            found.reasons.map((each) => [
              each.records,
              each.column,
              each.reason,
              each.examples.join(' · ').slice(0, 60),
              each.description,
            ]),
          )
          return {
            text: found.reasons.length === 0 ? summary : `${summary}\n\n${reasons}`,
            json: found,
            exitCode: found.quarantined > 0 ? 4 : 0,
          }
        } finally {
          db.close()
        }
      }),
    )
  examples(command, [
    ['would these orders be accepted?', 'sillage check orders.csv --table orders'],
    ['counts and reasons for a script', 'sillage check events.ndjson --table web_events --json'],
  ])
}
