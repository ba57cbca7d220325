import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import { type Observer, observeStage } from '../contracts/observer.ts'
import { type DemoSize, demoShop, demoSizes, writeDemo } from '../data-generation/write-demo.ts'
import { writeTruthBeside } from '../data-generation/write-truth-beside.ts'
import type { Configuration } from './configuration.ts'
import { checkFreeSpace } from './free-space.ts'
import { createShop, findShop, writeShop } from './shop.ts'
import type { ShopFile } from './shop-file.ts'
import { demoCountry } from './shop-settings.ts'

export const demoSizeNames = Object.keys(demoSizes) as DemoSize[]

/** Raw files, lake and scratch of a demo, measured and rounded up. */
const neededBytes: Record<DemoSize, number> = { small: 100e6, default: 1.5e9 }

export interface DemoChoice {
  readonly size: DemoSize
  readonly seed: number
}

/**
 * The demo shop of the data folder, made when the folder has none.
 * @throws {PlatformError} `data.origin_mixed` when the folder holds a real shop or another demo.
 */
export async function openDemoShop(
  configuration: Configuration,
  choice: Partial<DemoChoice> = {},
): Promise<ShopFile> {
  const { dataDir } = configuration
  const shop = await findShop(dataDir)
  if (shop === undefined) {
    const { size = 'default', seed = 1 } = choice
    const demo = { size, seed, isSimulated: false, endDate: demoSizes[size].endDate }
    const { host, ...named } = demoShop
    return createShop(configuration, { ...named, country: demoCountry, hosts: [host], origin: 'demo', demo })
  }
  if (shop.origin === 'real')
    throw new PlatformError(
      'data.origin_mixed',
      `demo: ${dataDir} holds "${shop.name}", a real shop; simulate in another folder with --data`,
    )
  const { size = shop.demo?.size, seed = shop.demo?.seed } = choice
  if (size !== shop.demo?.size || seed !== shop.demo?.seed)
    throw new PlatformError(
      'data.origin_mixed',
      `demo: ${dataDir} holds the ${shop.demo?.size} demo with seed ${shop.demo?.seed}; remove it with \`sillage reset --demo\` or choose another folder with --data`,
    )
  return shop
}

/** Writes the demo's raw files unless they are complete; an interrupted simulation is written again, byte by byte the same. */
export async function simulateDemo(
  configuration: Configuration,
  shop: ShopFile,
  observer: Observer,
): Promise<ShopFile> {
  if (shop.demo === undefined || shop.demo.isSimulated) return shop
  const { size, seed } = shop.demo
  await checkFreeSpace(configuration.dataDir, neededBytes[size as DemoSize])
  await observeStage(observer, 'simulate', () =>
    writeDemo({ rawDir: join(configuration.dataDir, 'raw'), size: size as DemoSize, seed, observer }),
  )
  const simulated = { ...shop, demo: { ...shop.demo, isSimulated: true } }
  await writeShop(configuration.dataDir, simulated)
  return simulated
}

/** Writes what each channel really caused in the simulated world. */
export async function simulateTruth(
  configuration: Configuration,
  shop: ShopFile,
  observer: Observer,
  level: 'default' | 'full' = 'default',
) {
  return observeStage(observer, 'truth', () =>
    writeTruthBeside({
      truthDir: join(configuration.dataDir, 'truth'),
      size: shop.demo?.size as DemoSize,
      seed: shop.demo?.seed ?? 1,
      level,
      observer,
    }),
  )
}
