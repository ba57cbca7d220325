import { type AddCommand, examples } from '../command-line.ts'
import { firstSource } from '../event-sources.ts'
import { amountOption, shareOption } from '../options.ts'
import { createShop, secretFile } from '../shop.ts'
import type { NewShop } from '../shop-file.ts'
import { snippetText } from '../snippet-text.ts'

interface InitOptions {
  readonly name: string
  readonly country: string
  readonly currency: string
  readonly timeZone: string
  readonly host?: readonly string[]
  readonly shippingCost?: number
  readonly packagingCost?: number
  readonly paymentFeeRate?: number
  readonly paymentFeeFixed?: number
}

/** `sillage init`: makes a data folder a shop's. */
export const addInit: AddCommand = (program, act) => {
  const command = program
    .command('init')
    .description('make a data folder for your own shop')
    .requiredOption('--name <name>', "the shop's name")
    .requiredOption('--country <code>', 'ISO code of the country whose VAT it pays at home, like FR')
    .requiredOption('--currency <code>', 'currency of all results, like EUR')
    .requiredOption('--time-zone <zone>', 'zone of business dates, like Europe/Paris')
    .option('--host <hosts...>', "the shop's own hosts, never counted as referrers")
    .option('--shipping-cost <amount>', 'cost of shipping an order, where its source says none', amountOption)
    .option('--packaging-cost <amount>', 'cost of packing an order, where its source says none', amountOption)
    .option('--payment-fee-rate <share>', 'part of a payment its provider keeps, like 0.015', shareOption)
    .option('--payment-fee-fixed <amount>', '… and what it keeps of each payment besides', amountOption)
    .action(
      act(async ({ configuration }, options: InitOptions) => {
        const source = firstSource(options.host)
        const shop = await createShop(configuration, { ...newShop(options), sources: [source] })
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
            'In a checkout `sillage` is `npx --no-install sillage`.',
            snippetText(configuration, source),
          ].join('\n'),
          json: { ...shop, dataDir: data, secret },
        }
      }),
    )
  examples(command, [
    [
      'a shop that counts in euros',
      'sillage init --data my-shop --name "Ma Boutique" --country FR --currency EUR --time-zone Europe/Paris',
    ],
    [
      'with its hosts and what an order costs',
      'sillage init --data my-shop --name "My Shop" --country GB --currency GBP --time-zone Europe/London --host myshop.example --shipping-cost 3.20 --payment-fee-rate 0.015 --payment-fee-fixed 0.20',
    ],
  ])
}

function newShop({ name, country, currency, timeZone, host, ...costs }: InitOptions): NewShop {
  const given = Object.entries({
    shipping: costs.shippingCost,
    packaging: costs.packagingCost,
    paymentFeeRate: costs.paymentFeeRate,
    paymentFeeFixed: costs.paymentFeeFixed,
  }).filter(([, value]) => value !== undefined)
  return {
    name,
    country,
    currency,
    timeZone,
    origin: 'real',
    ...(host === undefined ? {} : { hosts: [...host] }),
    ...(given.length === 0 ? {} : { costs: Object.fromEntries(given) }),
  }
}
