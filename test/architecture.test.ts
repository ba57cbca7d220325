import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** DESIGN's table: which folders a folder may import, besides `contracts` and itself. */
const allowedFolders: Record<string, readonly string[]> = {
  contracts: [],
  database: [],
  'data-generation': [],
  measurement: [],
  tracker: [],
  emulators: ['data-generation'],
  monitoring: [],
  lake: ['database'],
  ingestion: ['database', 'lake'],
  live: ['database', 'lake', 'ingestion'],
  warehouse: ['database', 'lake'],
  orchestration: [
    'database',
    'data-generation',
    'measurement',
    'tracker',
    'emulators',
    'monitoring',
    'lake',
    'ingestion',
    'live',
    'warehouse',
  ],
  'dashboard/api': ['database', 'lake', 'ingestion', 'live', 'warehouse'],
  'dashboard/web': [],
  cli: [
    'database',
    'data-generation',
    'measurement',
    'tracker',
    'emulators',
    'monitoring',
    'lake',
    'ingestion',
    'live',
    'warehouse',
    'orchestration',
    'dashboard/api',
  ],
}

/** Packages that open connections, and the only folders that may import them. */
const driverHomes: Record<string, readonly string[]> = {
  '@duckdb/node-api': ['database'],
  pg: ['database'],
  'pg-logical-replication': ['database'],
  '@platformatic/kafka': ['ingestion'],
  'snowflake-sdk': ['warehouse'],
  '@connectrpc/connect': ['warehouse'],
  '@connectrpc/connect-node': ['warehouse'],
}

/** Only these may name the folder of simulated truth: who writes it and who scores against it. */
const truthReaders = ['src/data-generation', 'src/cli', 'test/data-generation', 'test/cli', 'test/fixtures']

const lineLimits = { '.ts': { aim: 300, limit: 600 }, '.sql': { aim: 80, limit: 200 } }

interface SourceFile {
  readonly path: string
  readonly text: string
  readonly lines: number
}

const source = filesUnder('src', ['.ts', '.tsx'])
const tests = filesUnder('test', ['.ts', '.tsx'])
const scripts = filesUnder('scripts', ['.ts', '.mjs'])
const sql = [...filesUnder('transform', ['.sql']), ...filesUnder('adapters', ['.sql'])]

describe('architecture', () => {
  it('knows every folder of src', () => {
    const unknown = source.filter((file) => folderOf(file.path) === undefined).map((file) => file.path)
    expect(unknown).toEqual([])
  })

  it('imports only along the allowed edges', () => {
    const wrong = source.flatMap((file) =>
      localImports(file)
        .filter((target) => !isAllowed(file.path, target))
        .map((target) => `${file.path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('has no cycle, type imports included', () => {
    expect(findCycle(new Map(source.map((file) => [file.path, localImports(file)])))).toBeUndefined()
  })

  it('keeps contracts free of packages other than typebox', () => {
    const wrong = source
      .filter((file) => folderOf(file.path) === 'contracts')
      .flatMap((file) => packageImports(file).map((name) => ({ path: file.path, name })))
      .filter(({ name }) => name !== 'typebox')
    expect(wrong).toEqual([])
  })

  it('imports drivers only where connections are made', () => {
    const wrong = source.flatMap((file) =>
      packageImports(file)
        .filter((name) => name in driverHomes && !driverHomes[name]!.includes(folderOf(file.path) ?? ''))
        .map((name) => `${file.path} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('reads the environment only in src/cli', () => {
    const wrong = source
      .filter(
        (file) => folderOf(file.path) !== 'cli' && /process\s*\.\s*env\b|import\.meta\.env\b/.test(file.text),
      )
      .map((file) => file.path)
    expect(wrong).toEqual([])
  })

  it('lets nobody but the scorer read the simulated truth', () => {
    const wrong = [...source, ...tests, ...sql]
      .filter((file) => file.path !== relative(root, import.meta.filename))
      .filter((file) => !truthReaders.some((folder) => file.path.startsWith(`${folder}/`)))
      .filter((file) => /['"`/]truth['"`/]/.test(file.text))
      .map((file) => file.path)
    expect(wrong).toEqual([])
  })

  it('names files after their idea, exports by name, and has no barrels', () => {
    const files = [...source, ...tests]
    const badName = files.filter(
      ({ path }) =>
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/.test(basename(path)) ||
        /(^|\/)(index\.tsx?|(utils?|common|helpers?|managers?|services?)(\.tsx?|\/))/.test(path),
    )
    expect(badName.map((file) => file.path)).toEqual([])
    const defaults = source.filter((file) => /^export default\b/m.test(file.text))
    expect(defaults.map((file) => file.path)).toEqual([])
  })

  it('says in each folder of src what lives there', () => {
    const folders = readdirSync(join(root, 'src'))
    const silent = folders.filter((folder) => !readdirSync(join(root, 'src', folder)).includes('README.md'))
    expect(silent).toEqual([])
  })

  it('keeps files readable in one sitting', () => {
    const measured = [...source, ...scripts, ...sql].filter((file) => !file.path.includes('.generated.'))
    const long = measured.filter((file) => file.lines > limitsOf(file).aim)
    for (const file of long.sort((a, b) => b.lines - a.lines))
      console.log(`${file.lines} lines (aim ${limitsOf(file).aim}): ${file.path}`)
    const tooLong = long.filter((file) => file.lines > limitsOf(file).limit)
    expect(tooLong.map((file) => `${file.path}: ${file.lines}`)).toEqual([])
  })
})

describe('the cycle finder', () => {
  it('finds a cycle and accepts a diamond', () => {
    const diamond = { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }
    expect(findCycle(new Map(Object.entries(diamond)))).toBeUndefined()
    expect(findCycle(new Map(Object.entries({ ...diamond, d: ['a'] })))).toEqual(['a', 'b', 'd', 'a'])
  })
})

function filesUnder(folder: string, extensions: readonly string[]): SourceFile[] {
  const entries = readFolder(join(root, folder))
  return entries
    .filter((path) => extensions.some((extension) => path.endsWith(extension)))
    .filter((path) => !/(^|\/)(node_modules|target|dbt_packages)\//.test(path))
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return {
        path: relative(root, path).split(sep).join('/'),
        text,
        lines: text.split('\n').length - 1,
      }
    })
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** The key of `allowedFolders` a file of src belongs to. */
function folderOf(path: string): string | undefined {
  return Object.keys(allowedFolders).find((folder) => path.startsWith(`src/${folder}/`))
}

function specifiers(file: SourceFile): string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)(['"])([^'"\n]+)\1/gm
  return [...file.text.matchAll(pattern)].map((match) => match[2]!)
}

function localImports(file: SourceFile): string[] {
  return specifiers(file)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) =>
      relative(root, resolve(root, dirname(file.path), specifier))
        .split(sep)
        .join('/'),
    )
    .filter((target) => /\.(ts|tsx|mjs)$/.test(target))
}

function packageImports(file: SourceFile): string[] {
  return specifiers(file)
    .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .map((specifier) =>
      specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/'),
    )
}

function isAllowed(path: string, target: string): boolean {
  const from = folderOf(path)
  const to = folderOf(target)
  if (from === undefined || to === undefined) return false
  return from === to || to === 'contracts' || allowedFolders[from]!.includes(to)
}

/** The files of one cycle, first repeated last, or undefined. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>()
  const visit = (node: string, trail: readonly string[]): string[] | undefined => {
    const start = trail.indexOf(node)
    if (start >= 0) return [...trail.slice(start), node]
    if (finished.has(node)) return undefined
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...trail, node])
      if (cycle !== undefined) return cycle
    }
    finished.add(node)
    return undefined
  }
  for (const node of graph.keys()) {
    const cycle = visit(node, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}

function limitsOf(file: SourceFile) {
  return file.path.endsWith('.sql') ? lineLimits['.sql'] : lineLimits['.ts']
}
