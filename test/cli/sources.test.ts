import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readShop } from '../../src/cli/shop.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
let environment: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-sources-'))
  environment = { SILLAGE_DATA: join(folder, 'data'), SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const sources = async () => (await readShop(join(folder, 'data'))).sources

it('makes a source with its shop and prints what to put into the pages', async () => {
  const made = ['init', '--name', 'Ma Boutique', '--country', 'FR', '--currency', 'EUR']
  const { stdout } = await captureCli(
    [...made, '--time-zone', 'Europe/Paris', '--host', 'shop.example'],
    environment,
  )
  const [source] = (await sources()) ?? []
  expect(source).toMatchObject({
    name: 'site',
    writeKey: expect.stringMatching(/^wk_[\w-]{24}$/),
    origins: ['https://shop.example', 'https://www.shop.example'],
  })
  expect(stdout).toContain(
    `<script async src="http://localhost:4010/sillage.js" data-key="${source?.writeKey}"></script>`,
  )
})

it('adds, lists and removes sources', async () => {
  await captureCli(['sources', 'add', 'outlet', '--origin', 'https://outlet.example'], environment)
  await captureCli(['sources', 'add', 'server'], environment)
  const { stdout } = await captureCli(['sources', 'list', '--json'], environment)
  expect(JSON.parse(stdout)).toEqual(await sources())
  expect((await sources())?.map(({ name, origins }) => [name, origins.at(-1)])).toEqual([
    ['site', 'https://www.shop.example'],
    ['outlet', 'https://outlet.example'],
    ['server', undefined],
  ])
  await captureCli(['sources', 'remove', 'outlet'], environment)
  expect((await sources())?.map(({ name }) => name)).toEqual(['site', 'server'])
})

it.each([
  [['add', 'site'], /there is a source "site" already/],
  [['add', 'My Shop'], /"My Shop" is not a name/],
  [['add', 'b', '--origin', 'shop.example'], /"shop.example" is not an origin/],
  [['add', 'b', '--origin', 'https://shop.example/'], /is not an origin/],
  [['remove', 'nobody'], /there is no source "nobody"/],
])('refuses sources %j in one line', async (argv, message) => {
  const { exitCode, stderr } = await captureCli(['sources', ...argv], environment)
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(message)
})
