import { unwatchFile, watchFile } from 'node:fs'
import { PlatformError } from '../contracts/errors.ts'
import { newWriteKey } from '../ingestion/collector/event-source.ts'
import type { Configuration } from './configuration.ts'
import { findShop, shopFile, writeShop } from './shop.ts'
import type { ShopFile } from './shop-file.ts'

type ShopSource = NonNullable<ShopFile['sources']>[number]

/** The first source of a shop: its site, sent to by its own pages, or by every page when its hosts are not known. */
export const firstSource = (hosts: readonly string[] = []): ShopSource => ({
  name: 'site',
  writeKey: newWriteKey(),
  origins: hosts.length === 0 ? ['*'] : hosts.flatMap(originsOf),
})

/** The shop with at least one source, made and written where it has none. */
export async function withSource(configuration: Configuration, shop: ShopFile): Promise<ShopFile> {
  if (shop.sources !== undefined) return shop
  const made = { ...shop, sources: [firstSource(shop.origin === 'demo' ? [] : shop.hosts)] }
  await writeShop(configuration.dataDir, made)
  return made
}

/** The sources of a data folder as they change, looked at every two seconds; a damaged `shop.json` changes nothing. */
export function followSources(
  dataDir: string,
  shop: ShopFile,
): { current: () => ShopSource[]; stop: () => void } {
  let sources = shop.sources ?? []
  const file = shopFile(dataDir)
  const look = async () => {
    const found = await findShop(dataDir).catch(() => undefined)
    sources = found?.sources ?? sources
  }
  watchFile(file, { interval: 2_000, persistent: false }, look)
  return { current: () => sources, stop: () => unwatchFile(file, look) }
}

/** @throws {PlatformError} `config.invalid` when there is a source of this name, or a name or origin is none. */
export function addedSource(shop: ShopFile, name: string, origins: readonly string[]): ShopSource {
  if (!/^[a-z0-9-]+$/.test(name))
    throw invalid(`"${name}" is not a name; write it in small letters, like site`)
  if (shop.sources?.some((source) => source.name === name))
    throw invalid(`there is a source "${name}" already; remove it first, or choose another name`)
  const wrong = origins.find((origin) => origin !== '*' && !isOrigin(origin))
  if (wrong !== undefined) throw invalid(`"${wrong}" is not an origin; write it like https://shop.example`)
  return { name, writeKey: newWriteKey(), origins: [...origins] }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text
}

const originsOf = (host: string): string[] =>
  host.startsWith('www.') ? [`https://${host}`] : [`https://${host}`, `https://www.${host}`]

const invalid = (what: string) => new PlatformError('config.invalid', `sources: ${what}`)
