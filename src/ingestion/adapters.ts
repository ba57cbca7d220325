import { readdir, readFile } from 'node:fs/promises'
import { basename, isAbsolute, join, normalize, sep } from 'node:path'
import { type TableName, tableNames } from '../contracts/all-contracts.ts'
import { PlatformError } from '../contracts/errors.ts'
import { currencyCodes } from '../contracts/vocabulary.ts'
import { parseSettings, type SettingPath, type Settings } from './adapter-settings.ts'

export const readerNames = ['csv', 'ndjson', 'json', 'lines', 'parquet'] as const
export type ReaderName = (typeof readerNames)[number]

export interface ReaderOptions {
  /** CSV: one character, default `,`. */
  readonly delimiter?: string
  /** CSV: one character, default `"`; doubled inside a quoted value. */
  readonly quote?: string
  /** CSV: whether the first record names the columns, default true; without it `columns` are in file order. */
  readonly header?: boolean
  /** CSV: texts that mean "no value", besides the empty one. */
  readonly nullText?: readonly string[]
  /** JSON: path of the records in the document; default the elements of a top-level array, else the document. */
  readonly records?: string
  /** Text files: as named by the Encoding standard, e.g. `windows-1252`; default `utf-8`. */
  readonly encoding?: string
}

/** One kind of file of a source and the contract tables it feeds. */
export interface AdapterInput {
  readonly name: string
  /** Globs relative to the adapter's folder below raw/. */
  readonly files: readonly string[]
  readonly reader: ReaderName
  readonly options: ReaderOptions
  /** What `input` offers: name in SQL, and the JSON path, header or column it comes from. */
  readonly columns: readonly { readonly name: string; readonly from: string }[]
  /** A SELECT over `input` that the tables' SELECTs may share as the relation `prepared`. */
  readonly prepare: { readonly file: string; readonly sql: string } | undefined
  readonly tables: readonly AdapterSelect[]
}

export interface AdapterSelect {
  readonly table: TableName
  readonly file: string
  readonly sql: string
}

/** A source format: SQL SELECTs from files as delivered to contract tables. */
export interface Adapter {
  readonly name: string
  readonly description: string
  readonly directory: string
  /** Folder below raw/ in which its files are looked for. */
  readonly folder: string
  /** ISO 4217 code, or `shop`. */
  readonly currency: string
  /** IANA name, or `shop`. */
  readonly timeZone: string
  readonly pricesIncludeTax: boolean
  readonly tax: 'standard' | 'none'
  readonly inputs: readonly AdapterInput[]
}

export interface AdapterSummary {
  readonly name: string
  readonly description: string
  readonly directory: string
  readonly folder: string
  readonly files: readonly string[]
  readonly tables: readonly string[]
}

/**
 * Loads every adapter of the folders, by name; of two with one name the later folder's wins.
 *
 * @throws {PlatformError} `adapter.broken` with the file, the line and what was expected.
 */
export async function loadAdapters(directories: readonly string[]): Promise<Adapter[]> {
  const adapters = new Map<string, Adapter>()
  for (const directory of directories) {
    const entries = await readdir(directory, { withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return []
        throw error
      },
    )
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!entry.isDirectory() || entry.name.startsWith('.')) continue
      const adapter = await loadAdapter(join(directory, entry.name))
      adapters.set(adapter.name, adapter)
    }
  }
  return [...adapters.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

export async function listAdapters(directories: readonly string[]): Promise<AdapterSummary[]> {
  const adapters = await loadAdapters(directories)
  return adapters.map(({ name, description, directory, folder, inputs }) => ({
    name,
    description,
    directory,
    folder,
    files: inputs.flatMap(({ files }) => files),
    tables: [...new Set(inputs.flatMap(({ tables }) => tables.map(({ table }) => table)))],
  }))
}

/** @throws {PlatformError} `adapter.unknown` with the adapters there are. */
export function adapterNamed(adapters: readonly Adapter[], name: string): Adapter {
  const adapter = adapters.find((candidate) => candidate.name === name)
  if (adapter !== undefined) return adapter
  const known = adapters.map((candidate) => candidate.name).join(', ') || 'none'
  throw new PlatformError(
    'adapter.unknown',
    `adapters: there is no adapter "${name}"; known: ${known}. To write one, see docs/guide/write-an-adapter.md`,
  )
}

async function loadAdapter(directory: string): Promise<Adapter> {
  const path = join(directory, 'adapter.yml')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new PlatformError('adapter.broken', `adapters: ${directory} has no adapter.yml`)
  })
  const settings = parseSettings(path, text)
  const name = settings.text('name', basename(directory))
  if (name !== basename(directory))
    settings.fail('name', `expected the folder's name, "${basename(directory)}"`)
  const inputs: AdapterInput[] = []
  for (const [index] of settings.list('inputs').entries()) {
    inputs.push(await loadInput(directory, settings, ['inputs', index]))
  }
  if (inputs.length === 0) settings.fail('inputs', 'expected at least one input')
  const currency = settings.text('currency', 'shop')
  if (currency !== 'shop' && !currencyCodes.includes(currency)) {
    settings.fail('currency', 'expected `shop` or an ISO 4217 code such as EUR')
  }
  const timeZone = settings.text('timeZone', 'shop')
  if (timeZone !== 'shop' && !isTimeZone(timeZone)) {
    settings.fail('timeZone', 'expected `shop` or an IANA name such as Europe/Paris')
  }
  const folder = settings.text('folder', name)
  if (!isBelow(folder)) settings.fail('folder', 'expected a folder below raw/')
  return {
    name,
    description: settings.text('description', ''),
    directory,
    folder,
    currency,
    timeZone,
    pricesIncludeTax: settings.flag('pricesIncludeTax', true),
    tax: settings.oneOf('tax', ['standard', 'none'], 'standard'),
    inputs,
  }
}

/** Whether a path leads to something inside the folder it starts from. */
function isBelow(path: string): boolean {
  const [first = ''] = normalize(path).split(sep)
  return !isAbsolute(path) && !path.includes('\0') && first !== '..' && first !== '.' && first !== ''
}

async function loadInput(directory: string, settings: Settings, at: SettingPath): Promise<AdapterInput> {
  const reader = settings.oneOf([...at, 'reader'], readerNames)
  const columns = settings.pairs([...at, 'columns']).map(([name, from]) => ({
    name,
    from: from ?? (reader === 'ndjson' || reader === 'json' ? `$."${name}"` : name),
  }))
  if (reader !== 'lines' && columns.length === 0) {
    settings.fail([...at, 'columns'], `expected the columns to read; the ${reader} reader needs them`)
  }
  const files = settings.textList([...at, 'files'])
  if (files.length === 0) settings.fail([...at, 'files'], 'expected a file pattern')
  const readSelect = async (setting: string, fileName: string) => {
    if (!isBelow(fileName)) settings.fail([...at, setting], 'expected a file in the adapter’s folder')
    const file = join(directory, fileName)
    const sql = await readFile(file, 'utf8').catch(() =>
      settings.fail([...at, setting], `${file} is missing`),
    )
    return { file, sql: sql.trim().replace(/;$/, '') }
  }
  const prepareFile = settings.text([...at, 'prepare'], '')
  const tables: AdapterSelect[] = []
  for (const [table, fileName] of settings.pairs([...at, 'tables'])) {
    if (!tableNames.includes(table as TableName)) {
      settings.fail(
        [...at, 'tables'],
        `"${table}" is not a contract table; the tables are ${tableNames.join(', ')}`,
      )
    }
    tables.push({ table: table as TableName, ...(await readSelect('tables', fileName ?? `${table}.sql`)) })
  }
  if (tables.length === 0) settings.fail([...at, 'tables'], 'expected at least one table')
  return {
    name: settings.text([...at, 'name'], tables[0]?.table),
    files,
    reader,
    options: readerOptions(settings, [...at, 'options']),
    columns,
    prepare: prepareFile === '' ? undefined : await readSelect('prepare', prepareFile),
    tables,
  }
}

const optionNames = ['delimiter', 'quote', 'header', 'nullText', 'records', 'encoding']

function readerOptions(settings: Settings, at: SettingPath): ReaderOptions {
  for (const name of settings.keys(at)) {
    if (!optionNames.includes(name))
      settings.fail([...at, name], `unknown option; known: ${optionNames.join(', ')}`)
  }
  const encoding = settings.text([...at, 'encoding'], 'utf-8')
  if (!isEncoding(encoding))
    settings.fail([...at, 'encoding'], 'expected a name such as utf-8 or windows-1252')
  const delimiter = settings.text([...at, 'delimiter'], ',')
  const quote = settings.text([...at, 'quote'], '"')
  if (delimiter.length !== 1) settings.fail([...at, 'delimiter'], 'expected one character')
  if (quote.length !== 1) settings.fail([...at, 'quote'], 'expected one character')
  const records = settings.text([...at, 'records'], '')
  return {
    delimiter,
    quote,
    header: settings.flag([...at, 'header'], true),
    nullText: settings.textList([...at, 'nullText']).filter((text) => text !== ''),
    encoding,
    ...(records === '' ? {} : { records }),
  }
}

function isTimeZone(name: string): boolean {
  return Intl.supportedValuesOf('timeZone').includes(name) || name === 'UTC'
}

function isEncoding(name: string): boolean {
  try {
    new TextDecoder(name)
    return true
  } catch {
    return false
  }
}
