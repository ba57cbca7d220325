import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureSecret } from '../fixtures/fixture-lake.ts'
import { startSillage } from '../fixtures/killable-run.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-interrupted-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await setTimeout(5)
}

describe('Ctrl-C', () => {
  it('on an import says that the same command continues, and it does', async () => {
    const data = join(folder, 'shop')
    const environment = { SILLAGE_SECRET: fixtureSecret, SILLAGE_DATA: data }
    await captureCli(
      ['init', '--name', 'Shop', '--currency', 'EUR', '--time-zone', 'Europe/Paris', '--country', 'FR'],
      environment,
    )
    const products = join(folder, 'products.csv')
    const lines = Array.from({ length: 300_000 }, (_, n) => `sku-${n},Cream,2026-01-01T00:00:00Z`)
    await writeFile(products, `sku,product_name,updated_at\n${lines.join('\n')}\n`)
    const argv = ['import', products, '--adapter', 'contract-tables', '--data', data]
    const stopped = startSillage(argv)
    await Promise.race([stopped.ended, until(() => existsSync(join(data, 'warehouse', 'lease')))])
    stopped.kill('SIGINT')
    expect(await stopped.ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('Stopped. What is finished is kept; the same command continues.'),
    })
    expect(await startSillage(argv).ended).toMatchObject({ exitCode: 0 })
    const { stdout } = await captureCli(['sql', 'SELECT count(*) AS n FROM bronze.products'], environment)
    expect(stdout).toContain('300000')
  }, 60_000)

  it('on a simulation says that the same command begins again', async () => {
    const data = join(folder, 'demo')
    const stopped = startSillage(['simulate', '--demo', 'small', '--data', data])
    const raw = join(data, 'raw')
    await Promise.race([stopped.ended, until(async () => existsSync(raw) && (await readdir(raw)).length > 0)])
    stopped.kill('SIGINT')
    expect(await stopped.ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('Stopped. The same command begins again what was not finished.'),
    })
  }, 60_000)
})
