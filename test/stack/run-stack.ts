// `npm run stack [-- NAME …]`: starts the servers (or only those named), prints where they are, stops them on Ctrl-C.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Component, StartComponent } from './component.ts'
import { startKafka } from './components/kafka.ts'
import { startPostgres } from './components/postgres.ts'

const starters: Readonly<Record<string, StartComponent>> = {
  kafka: startKafka,
  postgres: async () => {
    const server = await startPostgres()
    return { name: 'postgres', addresses: { url: server.url }, stop: () => server.stop() }
  },
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(starters)
const unknown = names.filter((name) => !(name in starters))
if (unknown.length > 0)
  throw new Error(`stack: no ${unknown.join(', ')}; there are ${Object.keys(starters).join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'sillage-stack-'))
const interrupted = new Promise((resolve) => {
  process.once('SIGINT', resolve)
  process.once('SIGTERM', resolve)
})
const started: Component[] = []
try {
  for (const name of names) {
    process.stdout.write(`${name}: starting …\n`)
    const component = await starters[name]!({ folder: join(folder, name) })
    started.push(component)
    for (const [what, address] of Object.entries(component.addresses))
      process.stdout.write(`${name}: ${what} ${address}\n`)
  }
  process.stdout.write('Ctrl-C stops them and removes their data.\n')
  await interrupted
} finally {
  for (const component of started.reverse()) {
    process.stdout.write(`${component.name}: stopping …\n`)
    await component.stop()
  }
  rmSync(folder, { recursive: true, force: true })
}
