import pg from 'pg'
import { PlatformError } from '../contracts/errors.ts'

/** A connection to a PostgreSQL server; every value comes and goes as PostgreSQL's own text, times in UTC. */
export interface Postgres {
  /** @throws {PlatformError} `source.unavailable` (may be retried when the connection broke). */
  rows<T = Record<string, string | null>>(sql: string, parameters?: readonly (string | null)[]): Promise<T[]>
  close(): Promise<void>
}

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`. */
  readonly url: string
  /** Default 10,000. */
  readonly connectTimeoutMs?: number
}

/** Session settings that make PostgreSQL's text of a value the same whoever configured the server. */
const sessionOptions = '-c timezone=UTC -c datestyle=ISO -c intervalstyle=iso_8601 -c extra_float_digits=3'

/** @throws {PlatformError} `source.unavailable` naming server and database, never the password. */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  const client = new pg.Client({ ...clientConfig(options), types: { getTypeParser: () => String } })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch (error) {
    throw postgresError(options.url, 'cannot be reached', error)
  }
  return {
    rows: async <T>(sql: string, parameters: readonly (string | null)[] = []) => {
      try {
        return (await client.query(sql, [...parameters])).rows as T[]
      } catch (error) {
        throw postgresError(options.url, 'refused a query', error)
      }
    },
    close: () => client.end().catch(() => {}),
  }
}

/** @throws {PlatformError} `config.invalid` for an address that is none. */
export function clientConfig({ url, connectTimeoutMs = 10_000 }: PostgresOptions): pg.ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new PlatformError(
      'config.invalid',
      'postgres: the address must look like postgres://user:password@host:5432/database',
    )
  return {
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'sillage',
    options: sessionOptions,
    keepAlive: true,
  }
}

/** Host, port and database of an address, for messages. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port === '' ? 5432 : port}${pathname}`
}

const brokenConnection =
  /^(08...|57P0[123]|53300)$|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection terminated|timeout expired|not queryable/

/** Classes of SQLSTATE whose messages speak of connections, rights, names and the server, never of a row's values. */
const withoutRows = /^(08|0A|25|28|3D|42|53|55|57|58)/

/** What the server says may quote rows, which hold personal data; then only its code is passed on. */
export function postgresError(url: string, what: string, error: unknown): PlatformError {
  const { code = '', message = String(error) } = error as { code?: string; message?: string }
  const isSqlState = /^[0-9A-Z]{5}$/.test(code)
  const said = isSqlState && !withoutRows.test(code) ? `SQLSTATE ${code}` : message || code
  return new PlatformError('source.unavailable', `postgres: ${placeOf(url)} ${what}: ${said}`, {
    canRetry: brokenConnection.test(code) || brokenConnection.test(message),
  })
}

/** Quotes a name as an SQL identifier of PostgreSQL. */
export const postgresIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
