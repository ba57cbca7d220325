import { type AddCommand, type CommandResult, examples } from '../command-line.ts'
import type { Configuration } from '../configuration.ts'
import { serveDashboard } from '../dashboard-server.ts'
import { untilInterrupted } from '../interruption.ts'
import { createRealTime } from '../real-time.ts'
import { readShop } from '../shop.ts'
import type { ShopFile } from '../shop-file.ts'
import { createStageBoard } from '../stage-board.ts'
import { thenStop } from '../stop-all.ts'

/** `sillage serve`: the dashboard over what is published, and what happens on the site now. */
export const addServe: AddCommand = (program, act) => {
  const command = program
    .command('serve')
    .description(
      'serve the dashboard, and take, land and count events of the shop’s pages; runs elsewhere show up by themselves',
    )
    .option('--port <port>', 'port (default: SILLAGE_PORT, else 4000)')
    .option('--collect-port <port>', 'port of the collector (default: SILLAGE_COLLECT_PORT, else 4010)')
    .option('--no-collect', 'the dashboard alone: no collector, lander or live counts; nothing is written')
    .action(
      act(async ({ configuration, remark }, options: { collect: boolean }) => {
        const shop = await readShop(configuration.dataDir)
        if (!options.collect) return serveAlone(configuration, shop, remark)
        const interrupted = untilInterrupted()
        const realTime = createRealTime(configuration, shop, remark, 'sillage serve')
        const server = await serveDashboard(configuration, createStageBoard(), {
          startedBy: 'sillage serve',
          live: realTime.feed,
        })
        return await thenStop(async () => {
          const { collectUrl } = await realTime.start()
          await realTime.land()
          const taken = collectUrl === undefined ? 'no events are taken' : `events are taken on ${collectUrl}`
          remark(`${shop.name}: ${server.url}; ${taken} (Ctrl-C stops)`)
          await interrupted
          return { text: '', json: { url: server.url, collectUrl: collectUrl ?? null } }
        }, [() => server.close(), () => realTime.close()])
      }),
    )
  examples(command, [
    ['my shop on another port', 'sillage serve --data my-shop --port 4100'],
    ['a second look at it, beside the server that collects', 'sillage serve --port 4100 --no-collect'],
  ])
}

async function serveAlone(
  configuration: Configuration,
  shop: ShopFile,
  remark: (line: string) => void,
): Promise<CommandResult> {
  const server = await serveDashboard(configuration, createStageBoard(), { startedBy: 'sillage serve' })
  remark(`${shop.name}: ${server.url} (Ctrl-C stops)`)
  await untilInterrupted()
  await server.close()
  return { text: '', json: { url: server.url } }
}
