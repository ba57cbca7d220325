import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfiguration } from '../../src/cli/configuration.ts'
import { createRealTime, type RealTime } from '../../src/cli/real-time.ts'
import { readShop } from '../../src/cli/shop.ts'
import type { LiveView } from '../../src/contracts/live.ts'
import { topics } from '../../src/contracts/topics.ts'
import { embeddedLogFile, openLogOfFolder } from '../../src/ingestion/event-log/embedded-log.ts'
import { acquireLease } from '../../src/lake/lease.ts'
import { freePort } from '../free-port.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
let dataDir: string
let environment: Record<string, string>
let realTime: RealTime | undefined
let said: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-real-time-'))
  dataDir = join(folder, 'shop')
  environment = {
    SILLAGE_DATA: dataDir,
    SILLAGE_SECRETS_DIR: join(folder, 'secrets'),
    SILLAGE_COLLECT_PORT: String(await freePort()),
  }
  said = []
  const args = ['--name', 'Essai', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris']
  expect((await captureCli(['init', ...args], environment)).exitCode).toBe(0)
})
afterEach(async () => {
  await realTime?.close()
  realTime = undefined
  await rm(folder, { recursive: true, force: true })
})

async function begin() {
  const shop = await readShop(dataDir)
  const remark = (line: string) => void said.push(line)
  realTime = createRealTime(readConfiguration(environment), shop, remark, 'sillage serve')
  const started = await realTime.start()
  await realTime.land()
  return started
}

async function untilView(isWanted: (view: LiveView) => boolean): Promise<LiveView> {
  for (const deadline = performance.now() + 20_000; performance.now() < deadline; ) {
    const view = (realTime as RealTime).feed.view()
    if (isWanted(view)) return view
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`it did not come about: ${JSON.stringify(realTime?.feed.view()).slice(-1_000)}`)
}

it('lands as soon as another lander has ended', async () => {
  const lease = await acquireLease(dataDir, { purpose: 'a lander', right: 'landing' })
  await begin()
  const { lander } = await untilView(({ lander: { problem } }) => problem !== null)
  expect(lander).toMatchObject({ state: 'absent', problem: expect.stringContaining('a lander has it since') })
  await lease.release()
  expect((await untilView(({ lander: { state } }) => state === 'running')).lander.problem).toBeNull()
})

it('goes on without a collector while its port is taken, and takes events when it is free', async () => {
  const other = createServer()
  const port = Number(environment.SILLAGE_COLLECT_PORT)
  await new Promise<void>((resolve) => other.listen(port, 'localhost', resolve))
  const { collectUrl, collecting } = await begin()
  expect(collectUrl).toBeUndefined()
  const view = await untilView(({ state }) => state === 'live')
  expect(view.collector).toMatchObject({ state: 'stopped', address: null })
  expect(view.collector.problem).toMatch(new RegExp(`port ${port} is taken .*sillage serve --collect-port`))
  expect(said).toContain(`sillage: ${view.collector.problem}`)
  await new Promise((resolve) => other.close(resolve))
  expect((await fetch(`${await collecting}/healthz`)).status).toBe(200)
  expect(realTime?.feed.view().collector).toMatchObject({ state: 'running', problem: null })
})

it('says that the log is damaged and which command mends it, and goes on when that was done', async () => {
  const log = await openLogOfFolder(dataDir)
  await log.createTopic(topics.webEvents)
  const value = 'x'.repeat(1_000)
  await log.append(
    topics.webEvents.name,
    Array.from({ length: 2_000 }, () => ({ key: 'k', value, headers: {} })),
  )
  await log.close()
  const file = embeddedLogFile(dataDir)
  const bytes = await readFile(file)
  await writeFile(file, bytes.fill(7, 4096 * 200, 4096 * 203))
  await begin()
  const { state, problem, log: part } = (realTime as RealTime).feed.view()
  expect(state).toBe('stopped')
  expect(problem).toMatch(/is damaged .*`sillage topics recover`/s)
  expect(part).toMatchObject({ state: 'stopped', problem })
  expect((await captureCli(['topics', 'recover'], environment)).exitCode).toBe(0)
  const { lander, collector } = await untilView(
    (view) => view.state === 'live' && view.lander.state !== 'absent',
  )
  expect(collector.state).toBe('running')
  expect(lander.problem).toBeNull()
})
