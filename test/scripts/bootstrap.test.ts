import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contentHash } from '../../scripts/bootstrap/content-hash.mjs'
// @ts-expect-error: scripts run on Node 20 before anything is installed, so they carry no types
import * as machine from '../../scripts/bootstrap/machine.mjs'
// @ts-expect-error: as above
import * as packages from '../../scripts/bootstrap/packages.mjs'
// @ts-expect-error: as above
import * as python from '../../scripts/bootstrap/python.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sillage-bootstrap-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the machine', () => {
  it('is refused in one line that says what to do', () => {
    expect(() => machine.checkPlatform({ platform: 'win32', arch: 'x64' })).toThrow(/WSL2/)
    expect(() => machine.checkPlatform({ platform: 'linux', arch: 'ia32' })).toThrow(/not supported/)
    expect(() => machine.checkNodeVersion('18.20.4')).toThrow(/install Node 20/)
    expect(() => machine.checkDisk(2e9, 1e9)).toThrow('The disk has 1.0 GB free and 2.0 GB are needed')
  })

  it('is accepted where it is supported', () => {
    for (const platform of ['linux', 'darwin'])
      for (const arch of ['x64', 'arm64'])
        expect(() => machine.checkPlatform({ platform, arch })).not.toThrow()
    expect(() => machine.checkNodeVersion('20.0.0')).not.toThrow()
    expect(() => machine.checkDisk(1e9, 1e9)).not.toThrow()
  })
})

describe('packagesAreCurrent', () => {
  const lock = (version: string, more = {}) =>
    JSON.stringify({
      packages: {
        '': {},
        'node_modules/a': { version },
        'node_modules/b': { version: '1', optional: true },
        ...more,
      },
    })
  const install = (text: string) => writeFileSync(join(folder, 'node_modules', '.package-lock.json'), text)
  beforeEach(() => {
    mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
    symlinkSync(process.execPath, join(folder, 'node_modules', '.bin', 'node'))
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'))
  })

  it('holds when all is there, other platforms’ optional packages left out', () => {
    install(JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }))
    expect(packages.packagesAreCurrent(folder)).toBe(true)
  })

  it('fails when the lock moved on, a package is missing, the install was cut or Node is not there', () => {
    expect(packages.packagesAreCurrent(folder)).toBe(false)
    install(lock('0.9.0'))
    expect(packages.packagesAreCurrent(folder)).toBe(false)
    install(JSON.stringify({ packages: {} }))
    expect(packages.packagesAreCurrent(folder)).toBe(false)
    install(lock('1.0.0'))
    rmSync(join(folder, 'node_modules', '.bin', 'node'))
    expect(packages.packagesAreCurrent(folder)).toBe(false)
  })
})

describe('pythonIsCurrent', () => {
  it('holds only for an environment synced from this very lock', () => {
    mkdirSync(join(folder, 'requirements'))
    mkdirSync(join(folder, '.venv', 'dbt', 'bin'), { recursive: true })
    writeFileSync(join(folder, 'requirements', 'dbt.lock'), 'a==1')
    writeFileSync(join(folder, '.venv', 'dbt', 'bin', 'python'), '')
    expect(python.pythonIsCurrent('dbt', folder)).toBe(false)
    writeFileSync(join(folder, '.venv', 'dbt', 'synced-from'), 'another')
    expect(python.pythonIsCurrent('dbt', folder)).toBe(false)
    writeFileSync(join(folder, '.venv', 'dbt', 'synced-from'), python.lockHash('dbt', folder))
    expect(python.pythonIsCurrent('dbt', folder)).toBe(true)
    writeFileSync(join(folder, 'requirements', 'dbt.lock'), 'a==2')
    expect(python.pythonIsCurrent('dbt', folder)).toBe(false)
  })
})

describe('settings of the user', () => {
  it('reach both uv and pip, whichever spelling they have', () => {
    const env = python.environmentForUv({
      PIP_INDEX_URL: 'https://index.test/simple',
      SSL_CERT_FILE: '/ca.pem',
    })
    expect(env).toMatchObject({
      UV_DEFAULT_INDEX: 'https://index.test/simple',
      PIP_INDEX_URL: 'https://index.test/simple',
      SSL_CERT_FILE: '/ca.pem',
      PIP_CERT: '/ca.pem',
    })
    expect(python.environmentForUv({ UV_INDEX_URL: 'https://uv.test' }).PIP_INDEX_URL).toBe('https://uv.test')
    expect(python.environmentForUv({})).not.toHaveProperty('UV_DEFAULT_INDEX')
  })

  it('reach npm, which never runs on the Node it is about to delete', () => {
    const env = packages.environmentForNpm({
      PATH: `${folder}/node_modules/.bin:/usr/bin`,
      SSL_CERT_FILE: '/ca.pem',
    })
    expect(env.PATH).toBe('/usr/bin')
    expect(env.NODE_EXTRA_CA_CERTS).toBe('/ca.pem')
  })
})

describe('contentHash', () => {
  it('changes with a name or a byte, and not with when a file was written', () => {
    mkdirSync(join(folder, 'web'))
    writeFileSync(join(folder, 'web', 'a.ts'), 'one')
    const first = contentHash(['web', 'missing'], folder)
    cpSync(join(folder, 'web'), join(folder, 'copy'), { recursive: true })
    rmSync(join(folder, 'web'), { recursive: true })
    cpSync(join(folder, 'copy'), join(folder, 'web'), { recursive: true })
    expect(contentHash(['web'], folder)).toBe(first)
    writeFileSync(join(folder, 'web', 'b.ts'), '')
    const second = contentHash(['web'], folder)
    expect(second).not.toBe(first)
    writeFileSync(join(folder, 'web', 'a.ts'), 'two')
    expect(contentHash(['web'], folder)).not.toBe(second)
  })
})
