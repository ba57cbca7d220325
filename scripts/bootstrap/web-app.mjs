// The web app and the tracker are the only parts that are built; they are built again when their inputs' content changed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runStep } from './command.mjs'
import { contentHash } from './content-hash.mjs'
import { root } from './machine.mjs'
import { pinnedNode } from './packages.mjs'

export const webAppCost = { title: 'the web app and the tracker', seconds: 3, bytes: 2e6 }

const inputs = [
  'src/dashboard/web',
  'src/contracts',
  'src/tracker',
  'vite.config.ts',
  'vite.tracker.config.ts',
  'package-lock.json',
]
const stamp = join(root, 'dist', 'web', 'built-from')
const tracker = join(root, 'dist', 'tracker', 'sillage.js')

export function webAppIsCurrent() {
  return existsSync(tracker) && existsSync(stamp) && readFileSync(stamp, 'utf8') === contentHash(inputs)
}

export async function buildWebApp() {
  const builds = [
    ['the tracker', 'vite.tracker.config.ts'],
    ['the web app', 'vite.config.ts'],
  ]
  for (const [title, config] of builds)
    await runStep({
      title,
      command: pinnedNode,
      args: [
        join('node_modules', 'vite', 'bin', 'vite.js'),
        'build',
        '--config',
        config,
        '--logLevel',
        'warn',
      ],
      log: 'vite-build',
      mend: 'the sources do not build: undo local changes under src/dashboard/web and src/tracker, then run the same command again.',
    })
  writeFileSync(stamp, contentHash(inputs))
}
