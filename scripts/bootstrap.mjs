// Installs what is missing, in order, saying beforehand what it costs. As a program:
//   node scripts/bootstrap.mjs [packages] [web] [dbt] [conformance]     (none named: all)
import { pathToFileURL } from 'node:url'
import { say } from './bootstrap/command.mjs'
import {
  checkDisk,
  checkNodeVersion,
  checkPlatform,
  freeBytes,
  megabytes,
  SetupError,
} from './bootstrap/machine.mjs'
import { installPackages, packagesAreCurrent, packagesCost } from './bootstrap/packages.mjs'
import { installPython, pythonEnvironments, pythonIsCurrent } from './bootstrap/python.mjs'
import { buildWebApp, webAppCost, webAppIsCurrent } from './bootstrap/web-app.mjs'

const parts = {
  packages: { cost: packagesCost, isCurrent: () => packagesAreCurrent(), install: installPackages },
  web: { cost: webAppCost, isCurrent: webAppIsCurrent, install: buildWebApp },
  dbt: pythonPart('dbt'),
  conformance: pythonPart('conformance'),
}

/** Makes the named parts current; costs a few milliseconds when they are. */
export async function bootstrap(names) {
  checkPlatform()
  checkNodeVersion()
  for (const name of names) if (!parts[name].isCurrent()) await parts[name].install()
}

/**
 * Says what the missing parts and the further steps will cost, and stops when the disk is too small for them.
 * @param {string[]} names
 * @param {{ title: string, seconds: number, bytes: number }[]} furtherSteps what the caller will do afterwards
 */
export function announce(names, furtherSteps = []) {
  checkPlatform()
  checkNodeVersion()
  const costs = [
    ...names.filter((name) => !parts[name].isCurrent()).map((name) => parts[name].cost),
    ...furtherSteps,
  ]
  if (costs.length === 0) return
  const bytes = costs.reduce((sum, cost) => sum + cost.bytes, 0)
  const seconds = costs.reduce((sum, cost) => sum + cost.seconds, 0)
  process.stderr.write(
    `To do: about ${seconds} s and ${megabytes(bytes)} of disk (${megabytes(freeBytes())} are free).\n`,
  )
  for (const cost of costs) say(`· ${cost.title}: ${cost.seconds} s, ${megabytes(cost.bytes)}`)
  checkDisk(bytes)
}

/** Runs a script's main function; what the user has to mend is one line on standard error. */
export async function runScript(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 3
  }
}

function pythonPart(name) {
  return {
    cost: pythonEnvironments[name],
    isCurrent: () => pythonIsCurrent(name),
    install: () => installPython(name),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await runScript(async () => {
    const names = process.argv.slice(2)
    const unknown = names.find((name) => !(name in parts))
    if (unknown !== undefined)
      throw new SetupError(`There is no part "${unknown}"; the parts are ${Object.keys(parts).join(', ')}.`)
    if (names.length === 0) announce(Object.keys(parts))
    await bootstrap(names.length > 0 ? names : Object.keys(parts))
    return 0
  })
