import { readPointer } from '../../lake/pointer.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { lakeTables, openLakeViews, queryLake, queryObjects } from '../lake-query.ts'
import { renderTable } from '../rendered-table.ts'
import { readShop } from '../shop.ts'

const recentRuns = `
  SELECT run_id, started_at, status, round(epoch(finished_at) - epoch(started_at), 1) AS seconds,
    records_read, records_quarantined, error_message
  FROM operations.runs ORDER BY started_at DESC LIMIT 5`

const sources = `
  SELECT source, max(arrived_at) AS last_arrival, max(event_to) FILTER (event_to <= arrived_at) AS data_to, count(DISTINCT delivery_id) AS deliveries,
    sum(records_read) AS read, sum(accepted) AS accepted, sum(quarantined) AS quarantined
  FROM bronze.deliveries GROUP BY source ORDER BY source`

/** `sillage status`: what is published, how fresh each source is, how the last runs ended. */
export const addStatus: AddCommand = (program, act) => {
  const command = program
    .command('status')
    .description('what is published, how fresh the sources are, how the last runs ended')
    .action(
      act(async ({ configuration: { dataDir } }) => {
        const shop = await readShop(dataDir)
        const pointer = await readPointer(dataDir)
        const known = new Set((await lakeTables(dataDir)).map((table) => table.name))
        const db = await openLakeViews(dataDir)
        try {
          const runs = known.has('operations.runs') ? await queryLake(db, recentRuns) : undefined
          const arrivals = known.has('bronze.deliveries') ? await queryLake(db, sources) : undefined
          const table = (result: typeof runs) =>
            result === undefined
              ? '(none)'
              : renderTable(
                  result.columns.map((each) => each.name),
                  result.rows,
                )
          const objects = (result: typeof runs) => (result === undefined ? [] : queryObjects(result))
          return {
            text: [
              `${shop.name} (${shop.origin}, ${shop.currency}, ${shop.timeZone}) in ${dataDir}`,
              pointer === undefined
                ? 'Nothing is published: run `sillage run`.'
                : `Published ${pointer.sequence} at ${pointer.publishedAt}, data through ${pointer.dataThrough ?? '–'}${pointer.note ? ` (${pointer.note})` : ''}`,
              '',
              'Sources',
              table(arrivals),
              '',
              'Last runs',
              table(runs),
            ].join('\n'),
            json: {
              shop,
              published: pointer ?? null,
              sources: objects(arrivals),
              runs: objects(runs),
            },
          }
        } finally {
          db.close()
        }
      }),
    )
  examples(command, [['of my shop, for a script', 'sillage status --data my-shop --json']])
}
