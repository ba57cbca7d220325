// `npm test`: installs what is missing, then runs every embedded test. Arguments go to Vitest.
//   npm test -- test/cli          one folder
//   npm run test:stack            against real servers, which they start
//   npm run test:soak -- --seed 7 the long, random ones
import { join } from 'node:path'
import { handOver } from './bootstrap/command.mjs'
import { root } from './bootstrap/machine.mjs'
import { pinnedNode } from './bootstrap/packages.mjs'
import { announce, bootstrap, runScript } from './bootstrap.mjs'

await runScript(async () => {
  const parts = ['packages', 'web', 'dbt', 'conformance']
  announce(parts)
  await bootstrap(parts)
  const { isSoak, isStack, seed, rest } = readArguments(process.argv.slice(2))
  const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', root]
  if (isStack) return handOver(pinnedNode, [...vitest, '--config', 'vitest.stack.config.ts', ...rest])
  if (!isSoak) return handOver(pinnedNode, [...vitest, ...rest])
  process.stdout.write(
    `Soak tests with seed ${seed}; repeat them with: npm run test:soak -- --seed ${seed}\n`,
  )
  return handOver(pinnedNode, [...vitest, '--config', 'vitest.soak.config.ts', ...rest], {
    ...process.env,
    SILLAGE_SEED: String(seed),
  })
})

function readArguments(args) {
  const rest = [...args]
  const isSoak = rest[0] === '--soak'
  const isStack = rest[0] === '--stack'
  if (isSoak || isStack) rest.shift()
  const at = rest.indexOf('--seed')
  const seed = at < 0 ? Math.floor(Math.random() * 2 ** 31) : Number(rest.splice(at, 2)[1])
  return { isSoak, isStack, seed, rest }
}
