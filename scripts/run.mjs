// Runs a TypeScript program of this project on the pinned Node, installing the packages first where they are missing.
import { join } from 'node:path'
import { handOver } from './bootstrap/command.mjs'
import { root } from './bootstrap/machine.mjs'
import { pinnedNode } from './bootstrap/packages.mjs'
import { announce, bootstrap, runScript } from './bootstrap.mjs'

await runScript(async () => {
  const [program, ...args] = process.argv.slice(2)
  announce(['packages'])
  await bootstrap(['packages'])
  return handOver(pinnedNode, [join(root, program), ...args])
})
