import { afterEach, beforeEach } from 'vitest'
import { topics } from '../../../src/contracts/topics.ts'
import { type LanderOptions, type LanderState, landLog } from '../../../src/ingestion/lander/lander.ts'
import { createShopFolder, type ShopFolder } from '../shop-folder.ts'
import { type MemoryLog, memoryLog } from './memory-log.ts'

/** Of the test that runs, in a file that says `eachTestHasLandingShop()`. */
export let shop: ShopFolder
export let log: MemoryLog

/** Gives each test a shop's folder and a log in memory with every topic, both empty. */
export function eachTestHasLandingShop(): void {
  beforeEach(async () => {
    shop = await createShopFolder()
    log = memoryLog()
    for (const topic of Object.values(topics)) await log.createTopic(topic)
  })
  afterEach(() => shop.close())
}

/** Lands what the log has. */
export const land = (changes: Partial<LanderOptions> = {}): Promise<LanderState> =>
  landLog({ dataDir: shop.dataDir, log, secret: shop.options.secret, ...changes })
