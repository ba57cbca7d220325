import { Option } from 'commander'
import type { DemoSize } from '../../data-generation/write-demo.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { demoSizeNames, openDemoShop, simulateDemo, simulateTruth } from '../demo-shop.ts'
import { interruptible } from '../interruption.ts'
import { wholeNumber } from '../options.ts'

interface SimulateOptions {
  readonly demo?: DemoSize
  readonly seed?: number
  readonly truth?: 'default' | 'full'
}

/** `sillage simulate`: the raw files of the demo shop, and what its channels really caused. */
export const addSimulate: AddCommand = (program, act) => {
  const command = program
    .command('simulate')
    .description('write the raw files of the demo shop; the same seed gives the same bytes')
    .addOption(new Option('--demo <size>', 'how large (default: default)').choices(demoSizeNames))
    .option('--seed <seed>', 'which world (default: 1)', wholeNumber)
    .addOption(
      new Option(
        '--truth <level>',
        'also compute what each channel caused; full adds blocks and budgets',
      ).choices(['default', 'full']),
    )
    .action(
      act(async ({ configuration, observer, remark }, { demo, seed, truth }: SimulateOptions) => {
        const opened = await openDemoShop(configuration, {
          ...(demo === undefined ? {} : { size: demo }),
          ...(seed === undefined ? {} : { seed }),
        })
        const simulate = async () => {
          const shop = await simulateDemo(configuration, opened, observer)
          if (truth === undefined) return { shop, effects: null }
          return { shop, effects: await simulateTruth(configuration, shop, observer, truth) }
        }
        const { shop, effects } = await interruptible(
          remark,
          simulate,
          'The same command begins again what was not finished.',
        )
        return {
          text: `The raw files of ${shop.name} (${shop.demo?.size}, seed ${shop.demo?.seed}) are in ${configuration.dataDir}/raw. Next: sillage run`,
          json: { shop, truth: effects },
        }
      }),
    )
  examples(command, [
    ['ten weeks of a shop', 'sillage simulate --demo small --data /tmp/demo'],
    ['another world, with all counterfactuals', 'sillage simulate --seed 7 --truth full --data /tmp/demo7'],
  ])
}
