import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { topics } from '../../src/contracts/topics.ts'
import { openLogOfFolder } from '../../src/ingestion/event-log/embedded-log.ts'
import { startLander } from '../../src/ingestion/lander/lander.ts'
import { record, webEvent } from '../ingestion/lander/memory-log.ts'
import { captureCli } from './captured-cli.ts'

const web = topics.webEvents.name
let folder: string
let environment: Record<string, string>
let dataDir: string

const sillage = (...argv: readonly string[]) => captureCli(argv, environment)
const send = async (...values: string[]) => {
  const log = await openLogOfFolder(dataDir)
  await log.createTopic({ name: web, partitions: 1 })
  await log.append(
    web,
    values.map((value) => record(value)),
  )
  await log.close()
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-land-'))
  dataDir = join(folder, 'shop')
  environment = { SILLAGE_DATA: dataDir, SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
  const args = ['--name', 'Essai', '--country', 'FR', '--currency', 'EUR', '--time-zone', 'Europe/Paris']
  expect((await sillage('init', ...args)).exitCode).toBe(0)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('sillage land', () => {
  it('says what became of the records, and nothing twice', async () => {
    await send(webEvent('a'), webEvent('a'), webEvent('b'), 'no record')
    expect(await sillage('land', '--once')).toMatchObject({
      exitCode: 0,
      stdout: '4 read = 2 accepted + 1 duplicate + 1 quarantined.\n',
    })
    expect(await sillage('land', '--once')).toMatchObject({ exitCode: 0, stdout: 'Nothing new.\n' })
    await send(webEvent('c'))
    const { stdout } = await sillage('land', '--once', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      phase: 'stopped',
      landed: { [`${web}/0`]: 5 },
      totals: { read: 1, accepted: 1, lost: 0 },
    })
  })

  it('stops at lost records with what to type, and skips them only then', async () => {
    await send(webEvent('a'))
    await sillage('land', '--once')
    await send(webEvent('b'), webEvent('c'))
    const log = await openLogOfFolder(dataDir)
    await log.dropBefore(web, 0, 2)
    await log.close()
    expect(await sillage('land', '--once')).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/sillage land --skip-lost.*\[log\.truncated\]/),
    })
    expect(await sillage('land', '--once', '--skip-lost')).toMatchObject({
      exitCode: 0,
      stdout: '1 read = 1 accepted + 0 duplicate + 0 quarantined; 1 gone from the log and skipped.\n',
    })
  })

  it('leaves a data folder to the lander that is at work', async () => {
    await send()
    const log = await openLogOfFolder(dataDir)
    const lander = await startLander({ dataDir, log, secret: Buffer.alloc(32), commitEveryMs: 20 })
    expect(await sillage('land')).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('a lander has it since'),
    })
    await lander.stop()
    await log.close()
  })
})
