import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { captureCli } from './captured-cli.ts'

let folder: string
let environment: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-capture-'))
  environment = { SILLAGE_DATA: join(folder, 'shop'), SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
  const args = ['--name', 'Essai', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris']
  expect((await captureCli(['init', ...args], environment)).exitCode).toBe(0)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const capture = (from: string, more: Record<string, string> = {}) =>
  captureCli(['capture', '--once', ...(from === '' ? [] : ['--from', from])], { ...environment, ...more })

it('warns of a password that everyone on the machine can read, and repeats it nowhere', async () => {
  const { stderr } = await capture('postgres://reader:geheim@127.0.0.1:9/shop')
  expect(stderr).toContain('SILLAGE_POSTGRES instead')
  expect(stderr).not.toContain('geheim')
  expect((await capture('postgres://reader@127.0.0.1:9/shop')).stderr).not.toContain('password')
  const kept = await capture('', { SILLAGE_POSTGRES: 'postgres://reader:geheim@127.0.0.1:9/shop' })
  expect(kept.stderr).not.toContain('--from can be read')
})
