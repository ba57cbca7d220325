// The web app is the only part that is built; it is built again when its inputs' content changed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runStep } from './command.mjs'
import { contentHash } from './content-hash.mjs'
import { root } from './machine.mjs'
import { pinnedNode } from './packages.mjs'

export const webAppCost = { title: 'the web app', seconds: 3, bytes: 2e6 }

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
