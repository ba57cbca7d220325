import { type AddCommand, examples } from '../command-line.ts'
import { createShop, secretFile } from '../shop.ts'

/** `sillage init`: makes a data folder a shop's. */
export const addInit: AddCommand = (program, act) => {
  const command = program
    .command('init')
    .description('make a data folder for your own shop')
    .requiredOption('--name <name>', "the shop's name")
    .requiredOption('--currency <code>', 'currency of all results, like EUR')
    .requiredOption('--time-zone <zone>', 'zone of business dates, like Europe/Paris')
    .action(
      act(async ({ configuration }, options: { name: string; currency: string; timeZone: string }) => {
        const shop = await createShop(configuration, { ...options, origin: 'real' })
        const secret =
          configuration.secret === undefined
            ? secretFile(configuration.secretsDir, shop.id)
            : 'SILLAGE_SECRET'
        const data = configuration.dataDir
        return {
          text: [
            `${shop.name} lives in ${data}.`,
            `Its secret is in ${secret}: keep a copy, without it people are not recognised again.`,
            `Next: sillage import --data ${data} --adapter NAME FILE… (sillage adapters lists them), then sillage run --data ${data}`,
          ].join('\n'),
          json: { ...shop, dataDir: data, secret },
        }
      }),
    )
  examples(command, [
    [
      'a shop that counts in euros',
      'sillage init --data my-shop --name "Ma Boutique" --currency EUR --time-zone Europe/Paris',
    ],
  ])
}
