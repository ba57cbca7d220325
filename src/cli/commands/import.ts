import { PlatformError } from '../../contracts/errors.ts'
import { importFiles } from '../../ingestion/land-sources.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { landingAlone } from '../landing-alone.ts'
import { landingText } from '../landing-text.ts'
import { readShop } from '../shop.ts'

/** `sillage import`: files of a source into the raw folder and into bronze. */
export const addImport: AddCommand = (program, act) => {
  const command = program
    .command('import')
    .description('land files of a source in bronze; the same file again adds nothing')
    .argument('<files...>', 'files as the source delivers them')
    .requiredOption('--adapter <name>', 'source format (sillage adapters lists them)')
    .option('--input <name>', 'which input of the adapter, where the file names do not tell')
    .action(
      act(async (context, files: string[], options: { adapter: string; input?: string }) => {
        const { dataDir } = context.configuration
        const shop = await readShop(dataDir)
        if (shop.origin === 'demo')
          throw new PlatformError(
            'data.origin_mixed',
            `import: ${dataDir} holds the demo; real data goes into a folder of its own: sillage init --data my-shop --name NAME --country FR --currency EUR --time-zone Europe/Paris`,
          )
        const landed = await landingAlone(context, shop, 'an import', (landing) =>
          importFiles({
            ...landing,
            adapter: options.adapter,
            files,
            ...(options.input === undefined ? {} : { input: options.input }),
          }),
        )
        return {
          text: `${landingText(landed)}\nNext: sillage run --data ${dataDir}`,
          json: landed,
          exitCode: landed.refused.length > 0 ? 4 : 0,
        }
      }),
    )
  examples(command, [
    ['an access log', 'sillage import --data my-shop --adapter combined-log access.log'],
    [
      'every export of a month',
      'sillage import --data my-shop --adapter uci-online-retail exports/2025-03-*.parquet',
    ],
  ])
}
