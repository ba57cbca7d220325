import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PlatformError } from '../contracts/errors.ts'
import type { Observer } from '../contracts/observer.ts'
import { type RunSummary, runPipeline } from '../orchestration/run-pipeline.ts'
import { type Configuration, projectRoot } from './configuration.ts'
import { openExistingLog } from './open-configured-log.ts'
import { readSecret, secretBytes } from './shop.ts'
import type { ShopFile } from './shop-file.ts'
import { runSettings } from './shop-settings.ts'

/** How long a real shop's raw files and quarantined texts are kept. */
const retentionDays = 30

export interface RunScope {
  readonly full?: boolean | undefined
  /** Business dates to rebuild besides what changed. */
  readonly from?: string
  readonly to?: string
}

/** Runs the pipeline of a shop as configured. @throws {PlatformError} `python.missing`, `secret.missing`, … */
export async function runShop(
  configuration: Configuration,
  shop: ShopFile,
  observer: Observer,
  scope: RunScope = {},
): Promise<RunSummary> {
  const secret = secretBytes(await readSecret(configuration, shop))
  if (!existsSync(configuration.python))
    throw new PlatformError(
      'python.missing',
      `python: ${configuration.python} is not there; install it with \`npm run setup\``,
    )
  const { full, ...dates } = scope
  return runPipeline({
    dataDir: configuration.dataDir,
    projectDir: join(projectRoot, 'transform'),
    python: configuration.python,
    adapterDirs: configuration.adapterDirs,
    shop: runSettings(shop),
    secret,
    observer,
    openLog: () => openExistingLog(configuration),
    ...(shop.origin === 'real' ? { retentionDays } : {}),
    ...(full === undefined ? {} : { full }),
    ...dates,
  })
}
