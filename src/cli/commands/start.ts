import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Option } from 'commander'
import { PlatformError } from '../../contracts/errors.ts'
import type { Observer } from '../../contracts/observer.ts'
import type { DemoSize } from '../../data-generation/write-demo.ts'
import { readPointer } from '../../lake/pointer.ts'
import { dailyEtl } from '../../orchestration/daily-etl.ts'
import { type AddCommand, type CommandContext, type CommandResult, examples } from '../command-line.ts'
import { serveDashboard } from '../dashboard-server.ts'
import { demoSizeNames, openDemoShop, simulateDemo, simulateTruth } from '../demo-shop.ts'
import { startDemoTraffic } from '../demo-traffic.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { interruptible, untilInterrupted } from '../interruption.ts'
import { preparePython } from '../prepare-python.ts'
import { createRealTime } from '../real-time.ts'
import { runShop } from '../run-shop.ts'
import { runText } from '../run-text.ts'
import { findShop, readSecret } from '../shop.ts'
import type { ShopFile } from '../shop-file.ts'
import { createStageBoard, observers } from '../stage-board.ts'
import { type Stop, thenStop } from '../stop-all.ts'

interface StartOptions {
  readonly demo?: DemoSize
  readonly port?: string
  readonly serve: boolean
  readonly traffic: boolean
}

/** `sillage start`: what `npm start` runs: the demo, or the shop of the data folder, from raw files to the dashboard. */
export const addStart: AddCommand = (program, act) => {
  const command = program
    .command('start')
    .description(
      'serve the dashboard, and bring the shop of the data folder (the demo when there is none) up to date',
    )
    .addOption(
      new Option('--demo <size>', 'size of the demo when it is made (default: default)').choices(
        demoSizeNames,
      ),
    )
    .option('--port <port>', 'port (default: SILLAGE_PORT, else 4000)')
    .option('--collect-port <port>', 'port of the collector (default: SILLAGE_COLLECT_PORT, else 4010)')
    .option('--no-traffic', 'no visitors in the demo but your own')
    .option('--no-serve', 'stop after publishing')
    .action(act(start))
  examples(command, [
    ['the demo on http://localhost:4000', 'npm start'],
    ['ten weeks instead of two years, without a server', 'npm start -- --no-serve --demo small'],
    ['my shop', 'npm start -- --data my-shop'],
  ])
}

async function start(context: CommandContext, options: StartOptions): Promise<CommandResult> {
  const { configuration, remark } = context
  const present = await findShop(configuration.dataDir)
  const shop =
    present?.origin === 'real' && options.demo === undefined
      ? present
      : await openDemoShop(configuration, options.demo === undefined ? {} : { size: options.demo })
  await readSecret(configuration, shop)
  const board = createStageBoard()
  const simulation = shop.demo?.isSimulated === false ? ['simulate'] : []
  board.begin(['install', ...simulation, ...dailyEtl.tasks.map((task) => task.name)])
  const observer = observers(context.observer, board)
  if (!options.serve) {
    const result = await interruptible(remark, () => bringUpToDate(context, shop, observer))
    board.end()
    return result
  }
  const realTime = createRealTime(configuration, shop, remark, 'npm start --')
  const server = await serveDashboard(configuration, board, {
    startedBy: 'npm start --',
    live: realTime.feed,
  })
  const stops: Stop[] = [() => realTime.close(), () => server.close()]
  return await thenStop(async () => {
    const { shop: withKey, collectUrl, collecting } = await realTime.start()
    const taken = collectUrl === undefined ? 'no events are taken' : `events are taken on ${collectUrl}`
    remark(`${shop.name}: ${server.url}; ${taken} (Ctrl-C stops)`)
    const letVisitorsCome = async () => {
      if (shop.origin !== 'demo' || !options.traffic) return
      const coming = collecting.then(async (url) => {
        stops.unshift(startDemoTraffic(withKey, url, await realTime.lastEventAt()))
      })
      if (collectUrl !== undefined) await coming
      else coming.catch((error: unknown) => remark(`sillage: ${error}`))
    }
    // Until something is published, the machine is better used for that.
    const isPublished = (await readPointer(configuration.dataDir)) !== undefined
    if (isPublished) await letVisitorsCome()
    const result = await interruptible(remark, () =>
      bringUpToDate(context, withKey, observer).catch((error: unknown) => {
        if (!(error instanceof PlatformError)) throw error
        remark(`sillage: ${error.message} [${error.code}]`)
        return { text: '', json: { error: error.code }, exitCode: exitCodeOf(error.code) }
      }),
    )
    const interrupted = untilInterrupted()
    board.end()
    await realTime.land()
    if (!isPublished) await letVisitorsCome()
    remark(`${result.text}\nThe dashboard: ${server.url} (Ctrl-C stops)`)
    await interrupted
    return { ...result, text: '' }
  }, stops)
}

async function bringUpToDate(
  { configuration }: CommandContext,
  shop: ShopFile,
  observer: Observer,
): Promise<CommandResult> {
  await preparePython(configuration, observer)
  const simulated = await simulateDemo(configuration, shop, observer)
  const summary = await runShop(configuration, simulated, observer)
  const hasTruth = existsSync(join(configuration.dataDir, 'truth', 'summary.json'))
  if (simulated.demo !== undefined && !hasTruth) await simulateTruth(configuration, simulated, observer)
  return { text: runText(summary), json: summary, exitCode: summary.status === 'audit_failed' ? 4 : 0 }
}
