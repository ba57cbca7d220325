import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { projectRoot } from '../../src/cli/configuration.ts'
import { openLogOfFolder } from '../../src/ingestion/event-log/embedded-log.ts'
import { freePort } from '../free-port.ts'
import { eventIds, storedRecords } from '../ingestion/collector/stored-records.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
let environment: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-collect-'))
  environment = { SILLAGE_DATA: join(folder, 'data'), SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
  await captureCli(
    ['init', '--name', 'Shop', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris'],
    environment,
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('collects until it is interrupted, and then has stored what it acknowledged', async () => {
  const child = spawn(
    process.execPath,
    [join(projectRoot, 'src', 'cli', 'main.ts'), 'collect', '--port', String(await freePort())],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const said = await untilSaid(child, /snippet\?key=(\S+)/)
  const [, url, key] = /collects on (\S+)[\s\S]+snippet\?key=(\S+)/.exec(said) ?? []
  const event = {
    event_id: 'e1',
    occurred_at: new Date().toISOString(),
    event_name: 'page_view',
    consent_analytics: 'denied',
  }
  const answer = await fetch(`${url}/v1/events?key=${key}`, { method: 'POST', body: JSON.stringify(event) })
  expect(await answer.json()).toEqual({ accepted: 1, refused: [], warnings: [] })
  const { stdout } = await captureCli(['sources', 'add', 'app', '--json'], environment)
  const { writeKey } = JSON.parse(stdout) as { writeKey: string }
  const sendOfApp = () => fetch(`${url}/v1/events?key=${writeKey}`, { method: 'POST', body: '[]' })
  await expect.poll(async () => (await sendOfApp()).status, { timeout: 20_000 }).toBe(200)
  const ended = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGINT')
  expect(await ended).toBe(0)
  const log = await openLogOfFolder(environment.SILLAGE_DATA as string)
  expect(eventIds(await storedRecords(log))).toEqual(['e1'])
  await log.close()
})

it('names who has its port', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const { exitCode, stderr } = await captureCli(['collect', '--port', String(port)], {
    ...environment,
    SILLAGE_COLLECT_HOST: '127.0.0.1',
  })
  await new Promise((resolve) => server.close(resolve))
  expect(exitCode).toBe(3)
  expect(stderr).toMatch(
    new RegExp(`collector: port ${port} is taken by .+: sillage collect --port [0-9]+ \\[port.taken\\]`),
  )
})

function untilSaid(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += String(chunk)
      if (pattern.test(said)) resolve(said)
    })
    child.once('close', (code) => reject(new Error(`ended with ${code}: ${said}`)))
  })
}
