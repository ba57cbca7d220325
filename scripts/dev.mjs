// `npm run dev`: the web app on port 4000 and its API over a fixture lake, both reloading as files change.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './bootstrap/machine.mjs'
import { pinnedNode } from './bootstrap/packages.mjs'
import { bootstrap, runScript } from './bootstrap.mjs'

await runScript(async () => {
  await bootstrap(['packages', 'dbt'])
  const args = process.argv.slice(2)
  if (!args.includes('--data')) args.push('--data', fixtureFolder())
  const main = join(root, 'src', 'cli', 'main.ts')
  const children = [
    spawn(
      pinnedNode,
      ['--watch', '--watch-preserve-output', main, 'serve', '--no-collect', '--port', '4001', ...args],
      {
        cwd: root,
        stdio: 'inherit',
      },
    ),
    spawn(pinnedNode, [join(root, 'node_modules', 'vite', 'bin', 'vite.js')], {
      cwd: root,
      stdio: 'inherit',
    }),
  ]
  const codes = children.map(
    (child) => new Promise((resolve) => child.on('close', (code) => resolve(code ?? 0))),
  )
  const code = await Promise.race(codes)
  for (const child of children) child.kill()
  return code
})

function fixtureFolder() {
  const { status, stdout } = spawnSync(pinnedNode, [join(root, 'scripts', 'fixtures.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) process.exit(status ?? 1)
  return /^small: (.+)$/m.exec(stdout)[1]
}
