import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acquireLease } from '../../src/lake/lease.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
let environment: Record<string, string>
const data = () => join(folder, 'data')
const products = () => join(folder, 'products.csv')
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-cli-'))
  environment = { SILLAGE_DATA: data(), SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
  await captureCli(
    ['init', '--name', 'Shop', '--currency', 'EUR', '--time-zone', 'Europe/Paris', '--country', 'FR'],
    environment,
  )
  await writeFile(products(), 'sku,product_name,updated_at\nA,Cream,2026-01-01T00:00:00Z\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('commands that write to bronze', () => {
  it.each([
    ['import', () => ['import', products(), '--adapter', 'contract-tables']],
    ['quarantine replay', () => ['quarantine', 'replay']],
  ])('wait their turn: %s is refused while another process writes', async (_, argv) => {
    const lease = await acquireLease(data(), { purpose: 'a run' })
    const { stderr } = await captureCli(argv(), environment)
    expect(stderr).toContain('a run has it since')
    expect(stderr).toContain('[lease.held]')
    await lease.release()
    expect(await captureCli(argv(), environment)).toMatchObject({ exitCode: 0 })
    await (await acquireLease(data(), { purpose: 'the next' })).release()
  })
})
