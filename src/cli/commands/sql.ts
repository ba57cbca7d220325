import { Option } from 'commander'
import { type AddCommand, examples } from '../command-line.ts'
import { lakeTables, openLakeViews, queryLake, queryObjects } from '../lake-query.ts'
import { renderCsv, renderTable } from '../rendered-table.ts'
import { readShop } from '../shop.ts'

/** `sillage sql`: questions to the lake, read-only. */
export const addSql: AddCommand = (program, act) => {
  const command = program
    .command('sql')
    .description(
      'ask the lake in SQL (read-only): schemas bronze, silver, gold, measure, quarantine, operations',
    )
    .argument('[query]', 'one SELECT in DuckDB SQL; without it the tables are listed')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['table', 'csv', 'json']).default('table'),
    )
    .action(
      act(async ({ configuration: { dataDir } }, query: string | undefined, options: { format: string }) => {
        await readShop(dataDir)
        if (query === undefined) {
          const tables = await lakeTables(dataDir)
          return {
            text: renderTable(
              ['table', 'version'],
              tables.map(({ name, version }) => [name, version ?? 'newest']),
            ),
            json: tables,
          }
        }
        const db = await openLakeViews(dataDir)
        try {
          const result = await queryLake(db, query)
          const names = result.columns.map((column) => column.name)
          const json = queryObjects(result)
          const text = {
            table: () => renderTable(names, result.rows),
            csv: () => renderCsv(names, result.rows),
            json: () => JSON.stringify(json, null, 2),
          }[options.format as 'table' | 'csv' | 'json']
          return { text: text(), json }
        } finally {
          db.close()
        }
      }),
    )
  examples(command, [
    ['which tables there are', 'sillage sql'],
    [
      'contribution by month',
      `sillage sql "SELECT date_trunc('month', business_date) AS month, sum(contribution) AS contribution FROM gold.mart_shop_daily GROUP BY 1 ORDER BY 1"`,
    ],
    ['for a spreadsheet', 'sillage sql --format csv "FROM gold.mart_channel_performance" > channels.csv'],
  ])
}
