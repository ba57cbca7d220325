import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { projectRoot } from '../../src/cli/configuration.ts'
import { readShop } from '../../src/cli/shop.ts'
import { captureCli } from '../cli/captured-cli.ts'
import { freePort } from '../free-port.ts'

export interface CollectingShop {
  readonly dataDir: string
  /** Where events are posted to, with the shop's key. */
  readonly address: string
  /** Runs `sillage collect` in a process of its own, at most as long as the test; resolves when it takes events. */
  startCollector(): Promise<ChildProcess>
}

/** A new shop whose collector writes to Kafka. */
export async function createCollectingShop(folder: string, brokers: string): Promise<CollectingShop> {
  const dataDir = join(folder, 'data')
  const port = await freePort()
  const environment = {
    SILLAGE_DATA: dataDir,
    SILLAGE_SECRETS_DIR: join(folder, 'secrets'),
    SILLAGE_LOG: 'kafka',
    SILLAGE_BROKERS: brokers,
    SILLAGE_COLLECT_PORT: String(port),
    SILLAGE_COLLECT_HOST: '127.0.0.1',
  }
  const shop = ['--name', 'Shop', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris']
  await captureCli(['init', ...shop], environment)
  const writeKey = (await readShop(dataDir)).sources?.[0]?.writeKey
  return {
    dataDir,
    address: `http://127.0.0.1:${port}/v1/events?key=${writeKey}`,
    startCollector: () => startCollector(environment),
  }
}

async function startCollector(environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const main = join(projectRoot, 'src', 'cli', 'main.ts')
  const child = spawn(process.execPath, [main, 'collect'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk) => {
      said += String(chunk)
      if (said.includes('collects on')) resolve()
    })
    child.once('close', (code) => reject(new Error(`the collector ended with ${code}: ${said}`)))
  })
  return child
}
