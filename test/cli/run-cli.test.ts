import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portOwner } from '../../src/cli/port-owner.ts'
import { captureCli } from './captured-cli.ts'

let folder: string
let environment: Record<string, string>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-cli-'))
  environment = { SILLAGE_DATA: join(folder, 'data'), SILLAGE_SECRETS_DIR: join(folder, 'secrets') }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the command line', () => {
  it.each([
    [['stat'], /unknown command 'stat' .Did you mean start/],
    [['bogus'], /unknown command 'bogus'; --help says what is understood/],
    [['sql', '--bogus'], /unknown option '--bogus'/],
    [['channel'], /missing required argument 'file'/],
    [['channel', 'x.csv', '--mode', 'mine'], /Allowed choices are spend_aligned, ga4/],
  ])('refuses %j with exit code 2 and one line', async (argv, message) => {
    const { exitCode, stdout, stderr } = await captureCli(argv, environment)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^sillage: [^\n]+\n$/)
    expect(stderr).toMatch(message)
  })

  it('says how to mend a set-up, in text and in JSON, with a stack only on request', async () => {
    const plain = await captureCli(['status'], environment)
    expect(plain.exitCode).toBe(3)
    expect(plain.stderr).toMatch(/^sillage: shop: there is no shop in [^\n]+ \[data\.missing\]\n$/)
    const json = await captureCli(['status', '--json'], environment)
    expect(JSON.parse(json.stderr).error.code).toBe('data.missing')
    expect((await captureCli(['status', '--debug'], environment)).stderr).toContain('at readShop')
  })

  it('says its version', async () => {
    expect(await captureCli(['--version'], environment)).toMatchObject({ exitCode: 0, stdout: '0.1.0\n' })
  })

  it('has examples in the help of every command', async () => {
    const { stdout } = await captureCli(['--help'])
    const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)]
      .map((match) => match[1]!)
      .filter((name) => name !== 'help')
    expect(names.length).toBeGreaterThan(5)
    for (const name of names) {
      const { exitCode, stdout: help } = await captureCli([
        name,
        ...(['quarantine', 'sources', 'topics'].includes(name) ? ['list'] : []),
        '--help',
      ])
      expect(exitCode).toBe(0)
      expect(help).toMatch(/Examples:\n {2}# .+\n {2}\$ (sillage|npm|SILLAGE_)/)
    }
  })
})

describe('sillage channel', () => {
  const visits = () => join(folder, 'visits.csv')
  beforeAll(() =>
    writeFile(
      visits(),
      [
        'source,medium,campaign,referrer,landing_url',
        'google,cpc,brand,,',
        ',,,https://www.google.com/,https://shop.example/',
        ',,,,"https://shop.example/?gclid=abc"',
        'newsletter,,spring,,',
        ',,,,',
      ].join('\n'),
    ),
  )

  it('names the channel and the rule of every visit', async () => {
    const { stdout, exitCode } = await captureCli(['channel', visits(), '--json'], environment)
    expect(exitCode).toBe(0)
    const rows = JSON.parse(stdout) as { channel: string; rule: string; is_assumed: boolean }[]
    expect(rows.map(({ channel, rule, is_assumed }) => [channel, rule, is_assumed])).toEqual([
      ['Paid Search', 'paid_search', false],
      ['Organic Search', 'organic_search', false],
      ['Paid Search', 'google_click_id', true],
      ['Email', 'email', false],
      ['Direct', 'direct', false],
    ])
  })

  it('says when the file is not there or is something else', async () => {
    expect((await captureCli(['channel', join(folder, 'none.csv')], environment)).stderr).toContain(
      '[file.missing]',
    )
    await writeFile(join(folder, 'other.csv'), 'name,age\nada,36\n')
    const other = await captureCli(['channel', join(folder, 'other.csv')], environment)
    expect(other.exitCode).toBe(4)
    expect(other.stderr).toContain('its columns are name, age')
  })
})

describe('portOwner', () => {
  it('names the process that listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    expect(await portOwner(port)).toMatchObject({ pid: process.pid })
    await new Promise((resolve) => server.close(resolve))
    expect(await portOwner(port)).toBeUndefined()
  })
})
