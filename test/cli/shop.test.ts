import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/cli/configuration.ts'
import { createShop, findShop, readSecret, readShop, secretFile } from '../../src/cli/shop.ts'
import { missingCountry, runSettings } from '../../src/cli/shop-settings.ts'
import { rejectionOf } from './error-of.ts'

const newShop = {
  name: 'Flore & Sève',
  timeZone: 'Europe/Paris',
  currency: 'EUR',
  country: 'FR',
  origin: 'real' as const,
}
let folder: string
let configuration: ReturnType<typeof readConfiguration>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-shop-'))
  configuration = readConfiguration({
    SILLAGE_DATA: join(folder, 'data'),
    SILLAGE_SECRETS_DIR: join(folder, 'secrets'),
  })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a shop', () => {
  it('is made with a secret outside its data that only its owner can read', async () => {
    const shop = await createShop(configuration, newShop)
    expect(shop.id).toMatch(/^flore-seve-[0-9a-f]{8}$/)
    const file = secretFile(configuration.secretsDir, shop.id)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const secret = await readSecret(configuration, shop)
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(await readFile(join(configuration.dataDir, 'shop.json'), 'utf8')).not.toContain(secret)
    expect(await findShop(configuration.dataDir)).toEqual(shop)
  })

  it('is not made twice in one folder', async () => {
    await createShop(configuration, newShop)
    expect((await rejectionOf(createShop(configuration, newShop))).code).toBe('config.invalid')
  })

  it.each([
    [{ timeZone: 'Paris' }, 'time zone'],
    [{ timeZone: 'europe/paris' }, 'time zone'],
    [{ currency: 'euro' }, 'currency'],
    [{ country: 'France' }, 'country'],
    [{ country: 'UK' }, 'GB'],
    [{ country: 'ZZ' }, 'country'],
    [{ hosts: ['https://shop.example'] }, 'host'],
  ])('is refused with %o', async (wrong, message) => {
    const error = await rejectionOf(createShop(configuration, { ...newShop, ...wrong }))
    expect(error.message).toContain(message)
    expect(await findShop(configuration.dataDir)).toBeUndefined()
  })

  it('hands its settings to its runs', async () => {
    const costs = { shipping: 3.2, paymentFeeRate: 0.015 }
    const london = { ...newShop, timeZone: 'Europe/London', currency: 'GBP', country: 'GB' }
    await createShop(configuration, { ...london, hosts: ['shop.example'], costs })
    const shop = await readShop(configuration.dataDir)
    expect(runSettings(shop)).toEqual({
      timeZone: 'Europe/London',
      currency: 'GBP',
      country: 'GB',
      hosts: ['shop.example'],
      costs,
    })
    expect(missingCountry(shop, configuration.dataDir)).toBeUndefined()
  })

  it('of a file without country says so, and runs without a guess; a demo is French', async () => {
    const { country: _, ...older } = await createShop(configuration, newShop)
    expect(missingCountry(older, configuration.dataDir)).toContain('vat_country_missing')
    expect(runSettings(older).country).toBe('')
    expect(runSettings({ ...older, origin: 'demo' }).country).toBe('FR')
  })

  it('that is missing or damaged says what to do', async () => {
    expect((await rejectionOf(readShop(configuration.dataDir))).message).toContain('sillage init')
    await createShop(configuration, newShop)
    await writeFile(join(configuration.dataDir, 'shop.json'), '{"id": 1')
    expect((await rejectionOf(readShop(configuration.dataDir))).code).toBe('config.invalid')
  })
})

describe('a secret', () => {
  it('that is missing is an error that names the file', async () => {
    const shop = await createShop(configuration, newShop)
    await rm(secretFile(configuration.secretsDir, shop.id))
    const error = await rejectionOf(readSecret(configuration, shop))
    expect(error.code).toBe('secret.missing')
    expect(error.message).toContain(`${shop.id}.secret`)
  })

  it('that changed is an error that does not show it', async () => {
    const shop = await createShop(configuration, newShop)
    await writeFile(secretFile(configuration.secretsDir, shop.id), 'quite another secret\n')
    const error = await rejectionOf(readSecret(configuration, shop))
    expect(error.code).toBe('secret.changed')
    expect(error.message).not.toContain('quite another secret')
  })

  it('from the environment leaves no file', async () => {
    const withSecret = readConfiguration({
      SILLAGE_DATA: configuration.dataDir,
      SILLAGE_SECRETS_DIR: configuration.secretsDir,
      SILLAGE_SECRET: 'a secret of my own',
    })
    const shop = await createShop(withSecret, newShop)
    expect(await readSecret(withSecret, shop)).toBe('a secret of my own')
    expect((await rejectionOf(readSecret(configuration, shop))).code).toBe('secret.missing')
  })
})
