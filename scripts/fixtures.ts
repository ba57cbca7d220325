// `npm run fixtures`: builds the named small worlds whose inputs changed, and says where they are.
import { terminalProgress } from '../src/cli/terminal-progress.ts'
import { type FixtureName, fixtureLake, fixtures } from '../test/fixtures/fixture-lake.ts'

const progress = terminalProgress({
  write: (text) => process.stderr.write(text),
  isTTY: process.stderr.isTTY === true,
})

for (const name of Object.keys(fixtures) as FixtureName[])
  process.stdout.write(`${name}: ${await fixtureLake(name, progress)}\n`)
