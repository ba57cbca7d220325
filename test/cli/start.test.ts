import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/cli/configuration.ts'
import type { Status } from '../../src/contracts/dashboard.ts'
import { copyOfFixture, fixtureSecret } from '../fixtures/fixture-lake.ts'
import { freePort } from '../free-port.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
let demo: string
let environment: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-start-'))
  demo = await copyOfFixture('small', join(folder, 'demo'))
  environment = { SILLAGE_SECRET: fixtureSecret, SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
}, 300_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

const sillage = (...argv: string[]) => captureCli(argv, environment)

describe('sillage start', () => {
  it('serves what is published at once, finds nothing new, and stops cleanly', async () => {
    const port = await freePort()
    const main = join(projectRoot, 'src', 'cli', 'main.ts')
    const ports = ['--port', String(port), '--collect-port', String(await freePort())]
    const child = spawn(process.execPath, [main, 'start', '--data', demo, '--no-traffic', ...ports], {
      cwd: projectRoot,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    const upToDate = new Promise<void>((resolve) =>
      child.stderr.on('data', (chunk) => {
        said += String(chunk)
        if (said.includes('The dashboard:')) resolve()
      }),
    )
    const ended = new Promise((resolve) => child.on('close', resolve))
    await Promise.race([upToDate, ended])
    const status = (await (await fetch(`http://localhost:${port}/api/status`)).json()) as Status
    expect(status).toMatchObject({ state: 'ready', sequence: 1 })
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(said).toContain(`The dashboard: http://localhost:${port} (Ctrl-C stops)`)
    expect(said).toContain('Nothing new since the last publication.')
  })

  it('names who has the port and takes no other', async () => {
    const other = createServer()
    const port = await listen(other)
    const { exitCode, stderr } = await sillage('start', '--data', demo, '--port', String(port))
    expect(exitCode).toBe(3)
    expect(stderr).toContain(
      `port ${port} is taken by node (process ${process.pid}): stop it with \`kill ${process.pid}\``,
    )
    expect(Number(/npm start -- --port (\d+)/.exec(stderr)?.[1])).toBeGreaterThan(port)
    await new Promise((resolve) => other.close(resolve))
  })

  it('refuses another demo where one is, and says how to remove it', async () => {
    const { exitCode, stderr } = await sillage('start', '--data', demo, '--demo', 'default', '--no-serve')
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/holds the small demo with seed 1; .*sillage reset --demo.*\[data\.origin_mixed\]/)
  })

  it('refuses to begin with a changed secret', async () => {
    const changed = { ...environment, SILLAGE_SECRET: 'not the secret of this shop' }
    const { exitCode, stderr } = await captureCli(['start', '--data', demo, '--no-serve'], changed)
    expect({ exitCode, code: /\[(.+)\]/.exec(stderr)?.[1] }).toEqual({ exitCode: 3, code: 'secret.changed' })
  })
})

describe('demo and real data', () => {
  it('never share a folder', async () => {
    const real = join(folder, 'real')
    await sillage(
      'init',
      '--data',
      real,
      '--name',
      'Real',
      '--country',
      'FR',
      '--currency',
      'EUR',
      '--time-zone',
      'Europe/Paris',
    )
    const simulated = await sillage('simulate', '--data', real)
    expect(simulated).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('[data.origin_mixed]') })
    const removed = await sillage('reset', '--demo', '--data', real)
    expect(removed).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('a real shop') })
    expect(existsSync(join(real, 'shop.json'))).toBe(true)
    await writeFile(join(folder, 'access.log'), '')
    const imported = await sillage(
      'import',
      '--data',
      demo,
      '--adapter',
      'combined-log',
      join(folder, 'access.log'),
    )
    expect(imported).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('sillage init --data my-shop'),
    })
  })

  it('part with `reset --demo`, which leaves nothing of the demo', async () => {
    const copy = await copyOfFixture('small', join(folder, 'copy'))
    expect(await sillage('reset', '--demo', '--data', copy)).toMatchObject({ exitCode: 0 })
    for (const part of ['shop.json', 'raw', 'processed', 'warehouse'])
      expect(existsSync(join(copy, part))).toBe(false)
    expect((await sillage('status', '--data', copy)).stderr).toContain('[data.missing]')
  })
})

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, 'localhost', () => resolve((server.address() as { port: number }).port)),
  )
}
