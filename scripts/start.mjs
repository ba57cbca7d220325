// `npm start`: installs what is missing, then hands over to `sillage start`, which serves while dbt is installed.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { handOver } from './bootstrap/command.mjs'
import { root } from './bootstrap/machine.mjs'
import { pinnedNode } from './bootstrap/packages.mjs'
import { announce, bootstrap, runScript } from './bootstrap.mjs'

/** Measured on two cores, simulation to published dashboard. */
const demoCost = { title: 'simulate the demo shop and compute its numbers', seconds: 90, bytes: 1.2e9 }

await runScript(async () => {
  const args = process.argv.slice(2)
  announce(['packages', 'web', 'dbt'], hasShop(args) ? [] : [demoCost])
  await bootstrap(['packages', 'web'])
  return handOver(pinnedNode, [join(root, 'src', 'cli', 'main.ts'), 'start', ...args])
})

function hasShop(args) {
  const at = args.indexOf('--data')
  const folder = (at < 0 ? undefined : args[at + 1]) ?? process.env.SILLAGE_DATA ?? join(root, 'data')
  return existsSync(resolve(folder, 'shop.json'))
}
