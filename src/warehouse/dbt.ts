import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PlatformError } from '../contracts/errors.ts'
import { withoutValues } from '../database/error-text.ts'

export interface DbtOptions {
  /** Folder of `dbt_project.yml`. */
  projectDir: string
  /** Python of the locked dbt environment. */
  python: string
  /** Scratch folder: parse cache, logs, the run file. */
  workDir: string
  /** dbt vars, the same for the whole life of the process. */
  vars: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

/** What dbt reports of one model, seed or test. */
export interface DbtNode {
  readonly id: string
  readonly name: string
  readonly resourceType: string
  readonly schema: string | null
  readonly partitionBy: string | null
  readonly reach: string | null
  readonly materialized: string | null
  readonly severity: string
  /** Model a test is attached to. */
  readonly testedModel: string | null
  readonly status: string
  readonly message: string | null
  /** Failing rows of a test. */
  readonly failures: number | null
  readonly seconds: number
  /** SQL of a node that did not succeed. */
  readonly compiled: string | null
}

export interface DbtResult {
  readonly ok: boolean
  readonly nodes: readonly DbtNode[]
  readonly error: string | null
}

/** dbt kept resident on an in-memory DuckDB, with delta-rs beside it; one request at a time. */
export interface Dbt {
  /** Of the project's files and vars as they were read; tables of another one are not built upon. */
  readonly fingerprint: string
  /** Runs one dbt command, e.g. `['run', '--select', 'marts']`; `onNode` is called as nodes finish. */
  invoke(args: readonly string[], onNode?: (node: string, status: string) => void): Promise<DbtResult>
  /** Reads rows from the run's in-memory database. */
  query(sql: string): Promise<{ columns: string[]; rows: unknown[][] }>
  /** A lake maintenance command, see `src/lake/maintenance.py`. */
  request(command: Record<string, unknown>): Promise<Record<string, unknown>>
  close(): Promise<void>
}

interface Answer {
  id: number
  ok: boolean
  progress?: { node: string; status: string }
  error?: string | null
  [key: string]: unknown
}

/** Path of the run file that models read their pinned tables from. */
export const runFilePath = (workDir: string) => join(workDir, 'run.json')

/**
 * Starts the resident process; it parses the project while the caller goes on, and the first request waits.
 * @throws {PlatformError} `python.missing` when the environment is not there.
 */
export function startDbt(options: DbtOptions): Dbt {
  if (!existsSync(options.python)) {
    throw new PlatformError(
      'python.missing',
      `warehouse: the dbt environment is missing (${options.python}); run "npm start" or "npm test" to install it`,
    )
  }
  mkdirSync(options.workDir, { recursive: true })
  const log = createWriteStream(join(options.workDir, 'dbt.log'), { flags: 'a' })
  // On a full disk the run itself says so; its log must not be what ends it.
  log.on('error', () => {})
  const child = spawn(options.python, [join(import.meta.dirname, 'resident.py')], {
    cwd: options.projectDir,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: environment(options),
  })
  const vars = ['--vars', JSON.stringify(options.vars)]
  const waiting = new Map<
    number,
    { settle: (answer: Answer) => void; onNode?: (node: string, status: string) => void }
  >()
  let lastId = 0
  let ended: string | null = null
  let tail = ''

  const waitFor = (id: number, onNode?: (node: string, status: string) => void) =>
    new Promise<Answer>((settle) => {
      if (ended !== null) settle({ id, ok: false, error: ended })
      else waiting.set(id, { settle, onNode })
    })
  const end = (reason: string) => {
    ended ??= reason
    for (const [id, { settle }] of waiting) settle({ id, ok: false, error: ended })
    waiting.clear()
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer
    const request = waiting.get(answer.id)
    if (answer.progress !== undefined) {
      request?.onNode?.(answer.progress.node, answer.progress.status)
      return
    }
    waiting.delete(answer.id)
    request?.settle(answer)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4000)
    log.write(chunk)
  })
  child.stdin.on('error', () => {})
  child.on('error', (error) => end(`the dbt process could not start: ${error.message}`))
  child.on('close', (code) => {
    log.end()
    end(`the dbt process ended with code ${code}: ${tail.trim().slice(-1500)}`)
  })

  const parsed = waitFor(0)
  const send = async (command: Record<string, unknown>, onNode?: (node: string, status: string) => void) => {
    const ready = await parsed
    if (!ready.ok) throw transformError('the dbt project does not parse', ready.error, tail)
    const id = ++lastId
    const answer = waitFor(id, onNode)
    if (ended === null) child.stdin.write(`${JSON.stringify({ ...command, id })}\n`)
    return answer
  }
  return {
    fingerprint: fingerprintOf(options),
    invoke: async (args, onNode) => {
      const answer = await send({ command: 'dbt', arguments: [...args, ...vars, '--no-write-json'] }, onNode)
      if (ended !== null) throw transformError('dbt stopped', ended, '')
      return {
        ok: answer.ok,
        nodes: (answer.nodes ?? []) as DbtNode[],
        error: (answer.error as string | null) ?? null,
      }
    },
    query: async (sql) => {
      const answer = await send({ command: 'query', sql })
      if (!answer.ok)
        throw transformError('a query on the run failed', withoutValues(String(answer.error)), '')
      return { columns: answer.columns as string[], rows: answer.rows as unknown[][] }
    },
    request: async (command) => {
      const answer = await send(command)
      if (!answer.ok) throw transformError('lake maintenance failed', answer.error, '')
      return (answer.result ?? {}) as Record<string, unknown>
    },
    close: () => close(child),
  }
}

function fingerprintOf({ projectDir, vars }: DbtOptions): string {
  const hash = createHash('sha256').update(JSON.stringify(vars))
  const files = readdirSync(projectDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(sql|yml|csv)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const file of files) hash.update(file.slice(projectDir.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

function environment(options: DbtOptions): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/bin:/bin',
    HOME: options.workDir,
    LANG: 'C.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
    DBT_PROFILES_DIR: options.projectDir,
    DBT_TARGET_PATH: join(options.workDir, 'dbt-target'),
    DBT_LOG_PATH: join(options.workDir, 'dbt-logs'),
    SILLAGE_RUN_FILE: runFilePath(options.workDir),
    SILLAGE_DBT_TEMP: join(options.workDir, 'dbt-temp'),
    SILLAGE_DBT_VARS: JSON.stringify(options.vars),
  }
}

function transformError(what: string, detail: unknown, tail: string): PlatformError {
  return new PlatformError('transform.failed', `transform: ${what}: ${detail ?? ''} ${tail}`.trim())
}

function close(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('close', () => resolve())
    child.stdin?.end()
    setTimeout(() => child.kill('SIGKILL'), 3000).unref()
  })
}
