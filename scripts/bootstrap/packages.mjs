// npm's packages, exactly as locked; among them the Node that runs everything else.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'
import { runStep } from './command.mjs'
import { root } from './machine.mjs'

/** Measured on two cores: 15 to 20 s, 660 MB. */
export const packagesCost = { title: "npm's packages and the pinned Node", seconds: 20, bytes: 660e6 }

export const pinnedNode = join(root, 'node_modules', '.bin', 'node')

/** True when what npm last finished installing is what the lock asks for. */
export function packagesAreCurrent(folder = root) {
  const installed = readLock(join(folder, 'node_modules', '.package-lock.json'))
  const wanted = readLock(join(folder, 'package-lock.json'))
  if (installed === undefined || wanted === undefined) return false
  if (!existsSync(join(folder, 'node_modules', '.bin', 'node'))) return false
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' ||
      (installed[path] === undefined ? optional === true : installed[path].version === version),
  )
}

export async function installPackages() {
  await runStep({
    title: packagesCost.title,
    command: 'npm',
    args: ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    env: environmentForNpm(process.env),
    log: 'npm-ci',
    mend: 'check the network and `npm config get registry` (npm honours HTTPS_PROXY and NODE_EXTRA_CA_CERTS), then run the same command again.',
  })
}

/** npm deletes node_modules while it works, so it must not run on the Node that lies there. */
export function environmentForNpm(env) {
  const path = (env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.endsWith(`node_modules${sep}.bin`))
    .join(delimiter)
  const certificates = env.NODE_EXTRA_CA_CERTS ?? env.SSL_CERT_FILE
  return { ...env, PATH: path, ...(certificates ? { NODE_EXTRA_CA_CERTS: certificates } : {}) }
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}
