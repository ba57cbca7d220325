import { PlatformError } from '../../contracts/errors.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { addedSource, withSource } from '../event-sources.ts'
import { readShop, writeShop } from '../shop.ts'
import { snippetText } from '../snippet-text.ts'

/** `sillage sources`: who may send events, with which key, from which pages. */
export const addSources: AddCommand = (program, act) => {
  const sources = program.command('sources').description('who may send events to the collector')

  const list = sources
    .command('list')
    .description('names, write keys and origins')
    .action(
      act(async ({ configuration }) => {
        const shop = await withSource(configuration, await readShop(configuration.dataDir))
        const text = (shop.sources ?? []).map(
          ({ name, writeKey, origins }) => `${name.padEnd(12)} ${writeKey}  ${origins.join(' ')}`,
        )
        return { text: text.join('\n'), json: shop.sources }
      }),
    )
  examples(list, [['of my shop', 'sillage sources list --data my-shop']])

  const add = sources
    .command('add')
    .description('make a source with a write key of its own; a running collector takes it within seconds')
    .argument('<name>', 'in small letters, like app')
    .option('--origin <origins...>', 'origins whose pages may send; none for a server', [] as string[])
    .action(
      act(async ({ configuration }, name: string, { origin }: { origin: readonly string[] }) => {
        const shop = await withSource(configuration, await readShop(configuration.dataDir))
        const source = addedSource(shop, name, origin)
        await writeShop(configuration.dataDir, { ...shop, sources: [...(shop.sources ?? []), source] })
        return { text: snippetText(configuration, source), json: source }
      }),
    )
  examples(add, [
    ['a second shop front', 'sillage sources add outlet --data my-shop --origin https://outlet.shop.example'],
    ['the shop’s server, which sends without an origin', 'sillage sources add server --data my-shop'],
  ])

  const remove = sources
    .command('remove')
    .description('take a source away; its write key is no longer let in')
    .argument('<name>', 'as listed')
    .action(
      act(async ({ configuration }, name: string) => {
        const shop = await readShop(configuration.dataDir)
        const kept = (shop.sources ?? []).filter((source) => source.name !== name)
        if (kept.length === (shop.sources ?? []).length)
          throw new PlatformError(
            'config.invalid',
            `sources: there is no source "${name}"; \`sillage sources list\` shows them`,
          )
        await writeShop(configuration.dataDir, { ...shop, sources: kept })
        return { text: `${name} is removed; a running collector refuses it within seconds.`, json: kept }
      }),
    )
  examples(remove, [['of my shop', 'sillage sources remove outlet --data my-shop']])
}
