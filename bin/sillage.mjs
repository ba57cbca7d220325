#!/usr/bin/env node
// The command `sillage`: begins on any Node from 20 and continues on the pinned one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { handOver } from '../scripts/bootstrap/command.mjs'
import { root } from '../scripts/bootstrap/machine.mjs'
import { pinnedNode } from '../scripts/bootstrap/packages.mjs'

/** A lander reads much and keeps nothing: with a small heap its memory stays flat. */
const flags = process.argv.includes('land') ? ['--max-semi-space-size=4', '--max-old-space-size=128'] : []

if (existsSync(pinnedNode)) {
  process.exitCode = await handOver(pinnedNode, [
    ...flags,
    join(root, 'src', 'cli', 'main.ts'),
    ...process.argv.slice(2),
  ])
} else {
  process.stderr.write(`sillage: the packages are not installed; run \`npm start\` once in ${root}\n`)
  process.exitCode = 3
}
