import { createHmac, randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { PlatformError } from '../contracts/errors.ts'
import type { Configuration } from './configuration.ts'
import { type NewShop, type ShopFile, shopSchema } from './shop-file.ts'
import { checkSettings } from './shop-settings.ts'

export const shopFile = (dataDir: string) => join(dataDir, 'shop.json')

/** @returns undefined when the folder belongs to no shop. @throws {PlatformError} `config.invalid` when damaged. */
export async function findShop(dataDir: string): Promise<ShopFile | undefined> {
  let text: string
  try {
    text = await readFile(shopFile(dataDir), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const candidate: unknown = parseJson(text)
  if (Value.Check(shopSchema, candidate)) return Object.freeze(candidate)
  const [error] = Value.Errors(shopSchema, candidate)
  throw new PlatformError(
    'config.invalid',
    `shop: ${shopFile(dataDir)} ${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}; restore the file as \`sillage init\` wrote it`,
  )
}

/** @throws {PlatformError} `data.missing` with the command that makes a shop. */
export async function readShop(dataDir: string): Promise<ShopFile> {
  const shop = await findShop(dataDir)
  if (shop !== undefined) return shop
  throw new PlatformError(
    'data.missing',
    `shop: there is no shop in ${dataDir}; make one with \`sillage init --data DIR --name NAME --country FR --currency EUR --time-zone Europe/Paris\`, or run \`npm start\` for the demo`,
  )
}

/** Makes the folder a shop's, with a new secret unless the environment gives one. */
export async function createShop(configuration: Configuration, shop: NewShop): Promise<ShopFile> {
  const { dataDir, secretsDir } = configuration
  if ((await findShop(dataDir)) !== undefined)
    throw new PlatformError(
      'config.invalid',
      `shop: ${dataDir} belongs to a shop already; choose another folder with --data`,
    )
  checkSettings(shop)
  const id = newId(shop.name)
  const secret = configuration.secret ?? randomBytes(32).toString('hex')
  if (configuration.secret === undefined) await writeSecret(secretsDir, id, secret)
  const { name, timeZone, currency, country, hosts, costs, sources, origin, demo } = shop
  const file: ShopFile = {
    id,
    name,
    timeZone,
    currency,
    country,
    ...(hosts === undefined ? {} : { hosts }),
    ...(costs === undefined ? {} : { costs }),
    ...(sources === undefined ? {} : { sources }),
    origin,
    secretFingerprint: fingerprint(secret),
    createdAt: new Date().toISOString(),
    ...(demo === undefined ? {} : { demo }),
  }
  await writeShop(dataDir, file)
  return file
}

export async function writeShop(dataDir: string, shop: ShopFile): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  const draft = `${shopFile(dataDir)}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(shop, null, 2)}\n`)
  await rename(draft, shopFile(dataDir))
}

/**
 * The secret that personal data of this shop is hashed with.
 * @throws {PlatformError} `secret.missing`, or `secret.changed` when hashes would no longer match the stored ones.
 */
export async function readSecret(configuration: Configuration, shop: ShopFile): Promise<string> {
  const file = secretFile(configuration.secretsDir, shop.id)
  const secret = configuration.secret ?? (await readSecretFile(file))
  if (secret === undefined)
    throw new PlatformError(
      'secret.missing',
      `secret: the secret of "${shop.name}" is not in ${file}; put the file back from your backup or set SILLAGE_SECRET${demoHint(shop)}`,
    )
  if (fingerprint(secret) !== shop.secretFingerprint)
    throw new PlatformError(
      'secret.changed',
      `secret: ${configuration.secret === undefined ? file : 'SILLAGE_SECRET'} is not the secret that "${shop.name}" was made with; people could no longer be recognised, so nothing was done. Restore the first secret${demoHint(shop)}`,
    )
  return secret
}

export const secretFile = (secretsDir: string, shopId: string) => join(secretsDir, `${shopId}.secret`)

const demoHint = (shop: ShopFile) =>
  shop.origin === 'demo' ? '; or begin again with `sillage reset --demo`' : ''

const fingerprint = (secret: string) =>
  createHmac('sha256', secret).update('sillage secret fingerprint').digest('hex').slice(0, 16)

async function readSecretFile(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function writeSecret(secretsDir: string, id: string, secret: string): Promise<void> {
  await mkdir(secretsDir, { recursive: true, mode: 0o700 })
  const file = secretFile(secretsDir, id)
  await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' })
  await chmod(file, 0o600)
}

function newId(name: string): string {
  const slug = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
    .slice(0, 24)
  return [slug, randomBytes(4).toString('hex')].filter((part) => part !== '').join('-')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The secret as the key of the keyed hashes. */
export const secretBytes = (secret: string): Uint8Array => new TextEncoder().encode(secret)
