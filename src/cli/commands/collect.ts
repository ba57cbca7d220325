import { serveCollector } from '../collector-server.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { withSource } from '../event-sources.ts'
import { untilInterrupted } from '../interruption.ts'
import { openCollectingLog } from '../open-configured-log.ts'
import { readShop } from '../shop.ts'

/** `sillage collect`: events of the shop's pages into the log. */
export const addCollect: AddCommand = (program, act) => {
  const command = program
    .command('collect')
    .description('take events from the shop’s pages, e-mails and servers into the log')
    .option('--port <port>', 'port (default: SILLAGE_COLLECT_PORT, else 4010)')
    .action(
      act(async ({ configuration, observer, remark }, options: { port?: string }) => {
        const shop = await withSource(configuration, await readShop(configuration.dataDir))
        const log = await openCollectingLog(configuration, remark)
        try {
          const asked =
            options.port === undefined ? configuration : { ...configuration, collectPort: configuration.port }
          const server = await serveCollector(asked, shop, log, observer)
          const [source] = shop.sources ?? []
          remark(`${shop.name} collects on ${server.url} (Ctrl-C stops)`)
          if (source !== undefined)
            remark(`The snippet for its pages: ${server.url}/snippet?key=${source.writeKey}`)
          await untilInterrupted()
          await server.close()
          return { text: '', json: { url: server.url } }
        } finally {
          await log.close()
        }
      }),
    )
  examples(command, [
    ['on http://localhost:4010', 'sillage collect --data my-shop'],
    [
      'for the network, behind a proxy that speaks https',
      'SILLAGE_COLLECT_HOST=0.0.0.0 SILLAGE_TRUSTED_PROXIES=10.0.0.0/8 sillage collect --data my-shop',
    ],
  ])
}
