import { homedir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { PlatformError } from '../contracts/errors.ts'
import { type KafkaOptions, saslMechanisms } from '../ingestion/event-log/kafka-options.ts'

export const projectRoot = resolve(import.meta.dirname, '..', '..')

/** Every setting that comes from outside, with the variable it comes in; `docs/guide/configuration.md` is made of it. */
export const configurationSchema = Type.Object(
  {
    dataDir: Type.String({
      variable: 'SILLAGE_DATA',
      minLength: 1,
      default: 'data',
      description: 'Folder of one shop: raw files, lake, warehouse. `--data` goes first.',
    }),
    port: Type.Integer({
      variable: 'SILLAGE_PORT',
      minimum: 1,
      maximum: 65535,
      default: 4000,
      description: 'Port of the dashboard. `--port` goes first.',
    }),
    host: Type.String({
      variable: 'SILLAGE_HOST',
      minLength: 1,
      default: 'localhost',
      description: 'Address the dashboard listens on; `0.0.0.0` opens it to the network.',
    }),
    collectPort: Type.Integer({
      variable: 'SILLAGE_COLLECT_PORT',
      minimum: 1,
      maximum: 65535,
      default: 4010,
      description: 'Port of the collector. `--collect-port`, and `--port` of `sillage collect`, go first.',
    }),
    collectHost: Type.String({
      variable: 'SILLAGE_COLLECT_HOST',
      minLength: 1,
      default: 'localhost',
      description: 'Address the collector listens on; `0.0.0.0` opens it to the network.',
    }),
    hostNames: Type.String({
      variable: 'SILLAGE_HOST_NAMES',
      default: '',
      description:
        'Names, separated by commas, under which the dashboard may be asked beside the one it listens on, e.g. behind a proxy. Names of this machine always count; with `SILLAGE_HOST` open to the network and no name here, any does.',
    }),
    trustedProxies: Type.String({
      variable: 'SILLAGE_TRUSTED_PROXIES',
      default: '',
      description:
        'Addresses and networks, separated by commas, whose `X-Forwarded-For` the collector believes, like `10.0.0.0/8`.',
    }),
    secret: Type.Optional(
      Type.String({
        variable: 'SILLAGE_SECRET',
        minLength: 16,
        description:
          'Secret for keyed hashes of personal data. Without it the file `<shop id>.secret` in the secrets folder is read.',
      }),
    ),
    secretsDir: Type.String({
      variable: 'SILLAGE_SECRETS_DIR',
      minLength: 1,
      default: '~/.config/sillage',
      description: 'Where `sillage init` keeps secrets, outside every data folder.',
    }),
    adapterDirs: Type.String({
      variable: 'SILLAGE_ADAPTERS',
      default: '',
      description: 'Further folders of adapters of your own, separated like PATH.',
    }),
    postgres: Type.Optional(
      Type.String({
        variable: 'SILLAGE_POSTGRES',
        minLength: 1,
        description: 'Address of the database that `sillage capture` follows, with its password.',
      }),
    ),
    python: Type.Optional(
      Type.String({
        variable: 'SILLAGE_PYTHON',
        minLength: 1,
        description: 'A Python that has dbt-duckdb and deltalake; default the one installed by `npm start`.',
      }),
    ),
    log: Type.Union([Type.Literal('embedded'), Type.Literal('kafka')], {
      variable: 'SILLAGE_LOG',
      default: 'embedded',
      description:
        'Where events wait before they are landed: `embedded` (a file in the data folder) or `kafka`. `--log` goes first.',
    }),
    brokers: Type.Optional(
      Type.String({
        variable: 'SILLAGE_BROKERS',
        pattern: '^[^\\s,:]+:\\d+(,[^\\s,:]+:\\d+)*$',
        description: 'Kafka’s brokers, `host:port`, separated by commas. `--brokers` goes first.',
      }),
    ),
    kafkaUsername: Type.Optional(
      Type.String({
        variable: 'SILLAGE_KAFKA_USERNAME',
        minLength: 1,
        description: 'User for SASL; without it the brokers are used without signing in.',
      }),
    ),
    kafkaPassword: Type.Optional(
      Type.String({ variable: 'SILLAGE_KAFKA_PASSWORD', minLength: 1, description: 'Its password.' }),
    ),
    kafkaSasl: Type.Union(
      saslMechanisms.map((mechanism) => Type.Literal(mechanism)),
      {
        variable: 'SILLAGE_KAFKA_SASL',
        default: 'SCRAM-SHA-512',
        description: 'SASL mechanism: `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.',
      },
    ),
    kafkaTls: Type.Boolean({
      variable: 'SILLAGE_KAFKA_TLS',
      default: false,
      description: '`true` speaks TLS with the brokers.',
    }),
    kafkaCa: Type.Optional(
      Type.String({
        variable: 'SILLAGE_KAFKA_CA',
        minLength: 1,
        description:
          'PEM file of the authority that signed the brokers’ certificates, where the system does not know it.',
      }),
    ),
    kafkaCert: Type.Optional(
      Type.String({
        variable: 'SILLAGE_KAFKA_CERT',
        minLength: 1,
        description:
          'PEM file of our own certificate, where the brokers ask for one; with `SILLAGE_KAFKA_KEY`.',
      }),
    ),
    kafkaKey: Type.Optional(
      Type.String({ variable: 'SILLAGE_KAFKA_KEY', minLength: 1, description: 'PEM file of its key.' }),
    ),
  },
  { additionalProperties: false },
)

type Settings = Static<typeof configurationSchema>

export interface Configuration {
  /** Absolute. */
  readonly dataDir: string
  readonly port: number
  readonly host: string
  readonly collectPort: number
  readonly collectHost: string
  /** Names the dashboard may be asked under; undefined: any. */
  readonly hostNames: readonly string[] | undefined
  readonly trustedProxies: readonly string[]
  readonly secret: string | undefined
  /** Absolute. */
  readonly secretsDir: string
  /** The platform's own adapters first. */
  readonly adapterDirs: readonly string[]
  readonly postgres: string | undefined
  readonly log: LogConfiguration
  readonly python: string
  readonly hasOwnPython: boolean
}

/** Which event log, and how to reach it. */
export type LogConfiguration =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'kafka'
      readonly brokers: readonly string[]
      readonly sasl: NonNullable<KafkaOptions['sasl']> | undefined
      /** Paths of PEM files. */
      readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined
    }

/** Settings in order, with what the schema says of each. */
export const settings = Object.entries(configurationSchema.properties).map(([name, schema]) => ({
  name: name as keyof Settings,
  ...(schema as unknown as { variable: string; description: string; default?: string | number }),
}))

/**
 * Validates the environment and what the command line says instead of it.
 * @throws {PlatformError} `config.invalid` naming the variable, what it should be and what it is.
 */
export function readConfiguration(
  environment: Readonly<Record<string, string | undefined>>,
  overrides: Partial<Record<'data' | 'port' | 'collectPort' | 'log' | 'brokers', string | undefined>> = {},
): Configuration {
  const given: Record<string, unknown> = {
    dataDir: overrides.data,
    port: overrides.port,
    collectPort: overrides.collectPort,
    log: overrides.log,
    brokers: overrides.brokers,
  }
  for (const { name, variable } of settings) given[name] ??= environment[variable] || undefined
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const candidate = Value.Default(configurationSchema, Value.Convert(configurationSchema, present))
  if (!Value.Check(configurationSchema, candidate)) throw invalid(candidate)
  refuseGlob(candidate.dataDir)
  return Object.freeze({
    dataDir: resolve(candidate.dataDir),
    port: candidate.port,
    host: candidate.host,
    collectPort: candidate.collectPort,
    collectHost: candidate.collectHost,
    hostNames: hostNamesOf(candidate.host, listed(candidate.hostNames)),
    trustedProxies: Object.freeze(listed(candidate.trustedProxies)),
    secret: candidate.secret,
    secretsDir: resolve(candidate.secretsDir.replace(/^~(?=$|\/)/, homedir())),
    adapterDirs: Object.freeze([
      join(projectRoot, 'adapters'),
      ...candidate.adapterDirs
        .split(delimiter)
        .filter((folder) => folder !== '')
        .map((folder) => resolve(folder)),
    ]),
    postgres: candidate.postgres,
    log: Object.freeze(logConfiguration(candidate)),
    python: candidate.python ?? join(projectRoot, '.venv', 'dbt', 'bin', 'python'),
    hasOwnPython: candidate.python !== undefined,
  })
}

function logConfiguration(settings: Settings): LogConfiguration {
  if (settings.log === 'embedded') return { kind: 'embedded' }
  const {
    brokers,
    kafkaUsername: username,
    kafkaPassword: password,
    kafkaTls,
    kafkaSasl: mechanism,
  } = settings
  if (brokers === undefined)
    throw new PlatformError(
      'config.invalid',
      'configuration: SILLAGE_LOG is kafka but SILLAGE_BROKERS names no broker; set it, or give --brokers host:port',
    )
  if ((username === undefined) !== (password === undefined))
    throw new PlatformError(
      'config.invalid',
      'configuration: SILLAGE_KAFKA_USERNAME and SILLAGE_KAFKA_PASSWORD go together, one of them is missing',
    )
  const { kafkaCa: ca, kafkaCert: cert, kafkaKey: key } = settings
  return {
    kind: 'kafka',
    brokers: brokers.split(','),
    sasl: username === undefined || password === undefined ? undefined : { mechanism, username, password },
    tls: kafkaTls || ca !== undefined || cert !== undefined ? { ca, cert, key } : undefined,
  }
}

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

const namesOfThisMachine = ['localhost', '127.0.0.1', '[::1]', '::1']

function hostNamesOf(host: string, named: readonly string[]): readonly string[] | undefined {
  const isLocal = namesOfThisMachine.includes(host.toLowerCase())
  if (!isLocal && named.length === 0) return undefined
  return Object.freeze([...namesOfThisMachine, host, ...named].map((name) => name.toLowerCase()))
}

/** The engines that read the lake's files take these characters in a path for wildcards. */
function refuseGlob(dataDir: string): void {
  const wildcard = /[*?[\]{}]/.exec(resolve(dataDir))?.[0]
  if (wildcard === undefined) return
  throw new PlatformError(
    'config.invalid',
    `configuration: the data folder ${resolve(dataDir)} has "${wildcard}" in its path; choose one without * ? [ ] { }`,
  )
}

function invalid(candidate: unknown): PlatformError {
  const [error] = Value.Errors(configurationSchema, candidate)
  const name = error?.instancePath.slice(1) ?? ''
  const setting = settings.find((each) => each.name === name)
  const got =
    name === 'secret' || name === 'kafkaPassword'
      ? 'something shorter'
      : JSON.stringify((candidate as Record<string, unknown>)[name])
  return new PlatformError(
    'config.invalid',
    `configuration: ${setting?.variable ?? name} ${name === 'brokers' ? 'must be host:port, or several separated by commas' : (error?.message ?? 'is not valid')}, got ${got}; see docs/guide/configuration.md`,
  )
}
