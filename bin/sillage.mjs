#!/usr/bin/env node
// The command `sillage`: begins on any Node from 20 and continues on the pinned one.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { handOver } from '../scripts/bootstrap/command.mjs'
import { root } from '../scripts/bootstrap/machine.mjs'
import { pinnedNode } from '../scripts/bootstrap/packages.mjs'

/**
 * A lander reads much and keeps nothing. A small heap gives back at once what was read a moment ago, and the C library
 * on Linux, which else gives each thread a heap of its own, shares two between all: memory stays flat.
 */
const landerMemory = () => JSON.parse(readFileSync(join(root, 'bin', 'lander-memory.json'), 'utf8'))

if (existsSync(pinnedNode)) {
  const program = [join(root, 'src', 'cli', 'main.ts'), ...process.argv.slice(2)]
  const isLander = process.argv.includes('land')
  const { flags, environment } = isLander ? landerMemory() : { flags: [], environment: {} }
  process.exitCode = await handOver(pinnedNode, [...flags, ...program], { ...environment, ...process.env })
} else {
  process.stderr.write(`sillage: the packages are not installed; run \`npm start\` once in ${root}\n`)
  process.exitCode = 3
}
