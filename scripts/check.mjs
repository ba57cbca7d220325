// `npm run check`: format and lint, types, architecture, generated files. Names what failed; runs all of it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './bootstrap/machine.mjs'
import { pinnedNode } from './bootstrap/packages.mjs'
import { bootstrap, runScript } from './bootstrap.mjs'

const bin = (name) => join(root, 'node_modules', '.bin', name)
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')

const checks = {
  lint: [bin('biome'), ['ci', '.']],
  types: [bin('tsc'), []],
  architecture: [pinnedNode, [vitest, 'run', 'test/architecture.test.ts', 'test/lock.test.ts']],
  generated: [pinnedNode, ['scripts/generate.ts', '--check']],
}

await runScript(async () => {
  await bootstrap(['packages'])
  const named = process.argv.slice(2)
  const failed = []
  for (const [name, [command, args]] of Object.entries(checks)) {
    if (named.length > 0 && !named.includes(name)) continue
    const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
    if (status !== 0) failed.push(name)
  }
  if (failed.length > 0) process.stderr.write(`check failed: ${failed.join(', ')}\n`)
  return failed.length === 0 ? 0 : 1
})
