// The web app is the only part that is built; it is built again when its inputs' content changed.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runStep } from './command.mjs'
import { root } from './machine.mjs'
import { pinnedNode } from './packages.mjs'

export const webAppCost = { title: 'the web app', seconds: 6, bytes: 10e6 }

const inputs = ['src/dashboard/web', 'src/contracts', 'vite.config.ts', 'package-lock.json']
const stamp = join(root, 'dist', 'web', 'built-from')

export function webAppIsCurrent() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === contentHash(inputs)
}

export async function buildWebApp() {
  await runStep({
    title: webAppCost.title,
    command: pinnedNode,
    args: [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
    log: 'vite-build',
    mend: 'the sources do not build: undo local changes under src/dashboard/web, then run the same command again.',
  })
  writeFileSync(stamp, contentHash(inputs))
}

/** Hash over names and bytes of files and folders, in one order on every machine. */
export function contentHash(paths, folder = root) {
  const hash = createHash('sha256')
  const visit = (path) => {
    const full = join(folder, path)
    if (!existsSync(full)) return
    const children = readChildren(full)
    if (children === undefined) hash.update(`${path}\0`).update(readFileSync(full)).update('\0')
    else for (const child of children) visit(`${path}/${child}`)
  }
  for (const path of paths) visit(path)
  return hash.digest('hex')
}

function readChildren(path) {
  try {
    return readdirSync(path).sort()
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined
    throw error
  }
}
