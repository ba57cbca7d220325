import { type AddCommand, examples } from '../command-line.ts'
import { serveDashboard } from '../dashboard-server.ts'
import { untilInterrupted } from '../interruption.ts'
import { readShop } from '../shop.ts'
import { createStageBoard } from '../stage-board.ts'

/** `sillage serve`: the dashboard over what is published. */
export const addServe: AddCommand = (program, act) => {
  const command = program
    .command('serve')
    .description('serve the dashboard over what is published; runs elsewhere show up by themselves')
    .option('--port <port>', 'port (default: SILLAGE_PORT, else 4000)')
    .action(
      act(async ({ configuration, remark }, _options: { port?: string }) => {
        const shop = await readShop(configuration.dataDir)
        const server = await serveDashboard(configuration, createStageBoard())
        remark(`${shop.name}: ${server.url} (Ctrl-C stops)`)
        await untilInterrupted()
        await server.close()
        return { text: '', json: { url: server.url } }
      }),
    )
  examples(command, [['my shop on another port', 'sillage serve --data my-shop --port 4100']])
}
