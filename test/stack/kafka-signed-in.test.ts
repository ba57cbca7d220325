import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { captureCli } from '../cli/captured-cli.ts'
import { type KafkaBroker, startKafka } from './components/kafka.ts'

let folder: string
let broker: KafkaBroker
let environment: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-signed-in-'))
  broker = await startKafka({ folder: join(folder, 'kafka') })
  await mkdir(join(folder, 'shop'))
  await writeFile(join(folder, 'ca.pem'), broker.secured.ca)
  environment = {
    SILLAGE_DATA: join(folder, 'shop'),
    SILLAGE_SECRETS_DIR: join(folder, 'secrets'),
    SILLAGE_LOG: 'kafka',
    SILLAGE_BROKERS: broker.secured.brokers,
    SILLAGE_KAFKA_SASL: 'PLAIN',
    SILLAGE_KAFKA_USERNAME: broker.secured.username,
    SILLAGE_KAFKA_PASSWORD: broker.secured.password,
    SILLAGE_KAFKA_CA: join(folder, 'ca.pem'),
  }
  const args = ['--name', 'Essai', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris']
  expect((await captureCli(['init', ...args], environment)).exitCode).toBe(0)
})
afterAll(async () => {
  await broker.stop()
  await rm(folder, { recursive: true, force: true })
})

it('makes and lists topics over TLS, signed in', async () => {
  const created = await captureCli(['topics', 'create'], environment)
  expect(created).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('6 topics are there') })
  const list = await captureCli(['topics', 'list', '--json'], environment)
  expect(JSON.parse(list.stdout).topics).toHaveLength(6)
})

it('says that the password is wrong, without repeating it', async () => {
  const wrong = { ...environment, SILLAGE_KAFKA_PASSWORD: 'not-the-password' }
  const refused = await captureCli(['topics', 'list'], wrong)
  expect(refused.exitCode).not.toBe(0)
  expect(refused.stderr).toContain('refused the credentials; check SILLAGE_KAFKA_USERNAME')
  expect(refused.stderr).not.toContain('not-the-password')
})

it('does not trust a certificate nobody vouches for', async () => {
  const { SILLAGE_KAFKA_CA: _, ...rest } = environment
  const refused = await captureCli(['topics', 'list'], { ...rest, SILLAGE_KAFKA_TLS: 'true' })
  expect(refused.exitCode).not.toBe(0)
  expect(refused.stderr).toMatch(/certificate/)
})
