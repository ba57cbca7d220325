import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { PlatformError } from '../contracts/errors.ts'
import { tablePath } from '../lake/layout.ts'
import { readPointer } from '../lake/pointer.ts'
import { dataFilePath } from '../lake/scan.ts'
import { openTable } from '../lake/table.ts'
import type { Configuration } from './configuration.ts'
import { followLog } from './follow-log.ts'
import { freeBytes, gigabytes } from './free-space.ts'
import { findShop, readSecret } from './shop.ts'
import type { ShopFile } from './shop-file.ts'
import { missingCountry } from './shop-settings.ts'

/** `open` is nothing wrong, only not there: no shop, nothing published. */
export interface Finding {
  readonly subject: string
  readonly state: 'fine' | 'open' | 'broken'
  /** What was found; when broken, what mends it. */
  readonly detail: string
}

const neededBytes = 2e9

/** Looks at everything the platform stands on; each finding is independent of the others. */
export async function examine(configuration: Configuration): Promise<Finding[]> {
  const shop = await findShop(configuration.dataDir).catch((error: unknown) => asBroken('shop', error))
  const found = [nodeVersion(), await pythonPackages(configuration.python), await disk(configuration.dataDir)]
  if (shop === undefined)
    return [
      ...found,
      {
        subject: 'shop',
        state: 'open',
        detail: `none in ${configuration.dataDir}: npm start, or sillage init`,
      },
    ]
  if ('state' in shop) return [...found, shop]
  return [
    ...found,
    { subject: 'shop', state: 'fine', detail: `${shop.name} (${shop.origin}) in ${configuration.dataDir}` },
    ...country(configuration, shop),
    await secret(configuration, shop),
    ...(await publication(configuration.dataDir)),
    await eventLog(configuration),
  ]
}

function nodeVersion(): Finding {
  const { node } = process.versions
  return Number(node.split('.')[0]) >= 24
    ? { subject: 'node', state: 'fine', detail: node }
    : {
        subject: 'node',
        state: 'broken',
        detail: `${node} is too old: start through \`npx --no-install sillage\``,
      }
}

async function pythonPackages(python: string): Promise<Finding> {
  const program =
    'import sys, importlib.metadata as m; print(sys.version.split()[0], *(p + " " + m.version(p) for p in ("dbt-core", "dbt-duckdb", "deltalake")), sep=", ")'
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', program])
    return { subject: 'python', state: 'fine', detail: stdout.trim() }
  } catch {
    return { subject: 'python', state: 'broken', detail: `${python} lacks dbt: run \`npm run setup\`` }
  }
}

async function disk(dataDir: string): Promise<Finding> {
  const free = await freeBytes(dataDir)
  const detail = `${gigabytes(free)} free`
  return free >= neededBytes
    ? { subject: 'disk', state: 'fine', detail }
    : {
        subject: 'disk',
        state: 'broken',
        detail: `${detail}, ${gigabytes(neededBytes)} are needed: free some space`,
      }
}

function country({ dataDir }: Configuration, shop: ShopFile): Finding[] {
  const missing = missingCountry(shop, dataDir)
  return missing === undefined ? [] : [{ subject: 'country', state: 'broken', detail: missing }]
}

async function secret(configuration: Configuration, shop: ShopFile): Promise<Finding> {
  try {
    await readSecret(configuration, shop)
    return { subject: 'secret', state: 'fine', detail: `matches ${shop.secretFingerprint}` }
  } catch (error) {
    return asBroken('secret', error)
  }
}

async function publication(dataDir: string): Promise<Finding[]> {
  try {
    const pointer = await readPointer(dataDir)
    if (pointer === undefined)
      return [{ subject: 'publication', state: 'open', detail: 'nothing yet: sillage run' }]
    const versions = [
      ...Object.entries(pointer.tables),
      ...Object.entries(pointer.bronze).map(([table, version]) => [`bronze.${table}`, version] as const),
    ]
    const damage = (
      await Promise.all(versions.map(([name, version]) => damagedFiles(dataDir, name, version)))
    ).flat()
    return [
      {
        subject: 'publication',
        state: 'fine',
        detail: `${pointer.sequence} of ${pointer.publishedAt}, data through ${pointer.dataThrough ?? '–'}`,
      },
      damage.length === 0
        ? { subject: 'tables', state: 'fine', detail: `${versions.length} published tables are whole` }
        : {
            subject: 'tables',
            state: 'broken',
            detail: `${damage.length} files are missing or cut, first ${damage[0]}: restore them, or build again with \`sillage run --full\``,
          },
    ]
  } catch (error) {
    return [asBroken('publication', error)]
  }
}

async function eventLog(configuration: Configuration): Promise<Finding> {
  const log = followLog(configuration)
  try {
    const { kind, topics } = await log.read()
    if (kind === null) return { subject: 'event log', state: 'open', detail: 'nothing yet: sillage collect' }
    const waiting = topics.reduce((sum, { lag }) => sum + lag, 0)
    return { subject: 'event log', state: 'fine', detail: `${kind}, ${waiting} records wait to be landed` }
  } catch (error) {
    return asBroken('event log', error)
  } finally {
    await log.close()
  }
}

async function damagedFiles(dataDir: string, name: string, version: number): Promise<string[]> {
  const state = await openTable(tablePath(dataDir, name)).readExisting(version)
  const checked = await Promise.all(
    state.files.map(async (file) => {
      const path = dataFilePath(state.path, file)
      const size = await stat(path).then(
        (found) => found.size,
        () => undefined,
      )
      return size === file.size ? undefined : path
    }),
  )
  return checked.filter((path) => path !== undefined)
}

function asBroken(subject: string, error: unknown): Finding {
  if (!(error instanceof PlatformError)) throw error
  return { subject, state: 'broken', detail: error.message }
}
