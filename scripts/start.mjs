// `npm start`: installs what is missing, then hands over to `sillage start`, which serves while dbt is installed.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { handOver } from './bootstrap/command.mjs'
import { root } from './bootstrap/machine.mjs'
import { pinnedNode } from './bootstrap/packages.mjs'
import { announce, bootstrap, runScript } from './bootstrap.mjs'

/** Measured on two cores, simulation to published dashboard. */
const demoCosts = {
  small: { title: 'simulate ten weeks of the demo shop and compute its numbers', seconds: 20, bytes: 60e6 },
  default: {
    title: 'simulate two years of the demo shop and compute its numbers',
    seconds: 90,
    bytes: 1.2e9,
  },
}

await runScript(async () => {
  const args = process.argv.slice(2)
  announce(
    ['packages', 'web', 'dbt'],
    hasShop(args) ? [] : [demoCosts[option(args, '--demo') ?? 'default'] ?? demoCosts.default],
  )
  await bootstrap(['packages', 'web'])
  return handOver(pinnedNode, [join(root, 'src', 'cli', 'main.ts'), 'start', ...args])
})

function hasShop(args) {
  const folder = option(args, '--data') ?? process.env.SILLAGE_DATA ?? join(root, 'data')
  return existsSync(resolve(folder, 'shop.json'))
}

function option(args, name) {
  const at = args.indexOf(name)
  return at < 0 ? undefined : args[at + 1]
}
