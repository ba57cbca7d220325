import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot, readConfiguration } from '../../src/cli/configuration.ts'
import { errorOf } from './error-of.ts'

describe('readConfiguration', () => {
  it('has a default for all that is not secret', () => {
    const configuration = readConfiguration({})
    expect(configuration.port).toBe(4000)
    expect(configuration.dataDir).toBe(join(process.cwd(), 'data'))
    expect(configuration.secretsDir).toBe(join(homedir(), '.config', 'sillage'))
    expect(configuration.adapterDirs).toEqual([join(projectRoot, 'adapters')])
    expect(configuration.secret).toBeUndefined()
    expect(Object.isFrozen(configuration)).toBe(true)
  })

  it('lets the command line go before the environment, and an empty variable count as unset', () => {
    const environment = { SILLAGE_DATA: '/a', SILLAGE_PORT: '5000', SILLAGE_HOST: '' }
    expect(readConfiguration(environment)).toMatchObject({ dataDir: '/a', port: 5000, host: 'localhost' })
    expect(readConfiguration(environment, { data: '/b', port: '6000' })).toMatchObject({
      dataDir: '/b',
      port: 6000,
    })
  })

  it('lets the dashboard be asked under names of this machine, or those that are given', () => {
    expect(readConfiguration({}).hostNames).toEqual(
      expect.arrayContaining(['localhost', '127.0.0.1', '[::1]']),
    )
    expect(readConfiguration({ SILLAGE_HOST: '0.0.0.0' }).hostNames).toBeUndefined()
    const behindProxy = { SILLAGE_HOST: '0.0.0.0', SILLAGE_HOST_NAMES: 'Shop.example, b.example' }
    expect(readConfiguration(behindProxy).hostNames).toEqual(
      expect.arrayContaining(['localhost', 'shop.example', 'b.example']),
    )
  })

  it('puts adapters of one’s own after the platform’s', () => {
    expect(readConfiguration({ SILLAGE_ADAPTERS: '/x:/y' }).adapterDirs.slice(1)).toEqual(['/x', '/y'])
  })

  it('knows how to reach Kafka, the command line first', () => {
    expect(readConfiguration({}).log).toEqual({ kind: 'embedded' })
    const environment = {
      SILLAGE_LOG: 'kafka',
      SILLAGE_BROKERS: 'a.example:9092,b.example:9093',
      SILLAGE_KAFKA_USERNAME: 'shop',
      SILLAGE_KAFKA_PASSWORD: 'hidden',
      SILLAGE_KAFKA_TLS: 'true',
    }
    expect(readConfiguration(environment).log).toEqual({
      kind: 'kafka',
      brokers: ['a.example:9092', 'b.example:9093'],
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'shop', password: 'hidden' },
      tls: {},
    })
    const overrides = { log: 'kafka', brokers: 'c.example:9092' }
    expect(readConfiguration({}, overrides).log).toMatchObject({
      brokers: ['c.example:9092'],
      tls: undefined,
    })
    expect(readConfiguration(environment, { log: 'embedded' }).log).toEqual({ kind: 'embedded' })
  })

  it.each([
    [{ SILLAGE_LOG: 'rabbit' }, /SILLAGE_LOG must be (one of )?.*got "rabbit"/],
    [{ SILLAGE_LOG: 'kafka' }, /SILLAGE_BROKERS names no broker; set it, or give --brokers host:port/],
    [
      { SILLAGE_BROKERS: 'kafka.example' },
      /SILLAGE_BROKERS must be host:port, or several separated by commas, got "kafka.example"/,
    ],
    [
      { SILLAGE_LOG: 'kafka', SILLAGE_BROKERS: 'a:1', SILLAGE_KAFKA_USERNAME: 'shop' },
      /USERNAME and SILLAGE_KAFKA_PASSWORD go together/,
    ],
    [{ SILLAGE_PORT: 'many' }, /SILLAGE_PORT must be integer, got "many"/],
    [{ SILLAGE_PORT: '70000' }, /SILLAGE_PORT must be <= 65535, got 70000/],
    [{ SILLAGE_DATA: '/srv/shop[1]' }, /the data folder \/srv\/shop\[1\] has "\[" in its path/],
  ])('refuses %o in one line', (environment, message) => {
    const error = errorOf(() => readConfiguration(environment))
    expect(error.code).toBe('config.invalid')
    expect(error.message).toMatch(message)
  })

  it('never repeats a secret', () => {
    const error = errorOf(() => readConfiguration({ SILLAGE_SECRET: 'too-short' }))
    expect(error.message).toContain('SILLAGE_SECRET')
    expect(error.message).not.toContain('too-short')
  })
})
