import { choiceFlag, type Flag, helpOf, numberFlag, readFlags } from './flags.ts'
import { runEntry } from './run-entry.ts'
import { resolveSetting } from './shop.ts'
import { statisticsOf, statisticsPage } from './truth/statistics.ts'
import { simulateWorld } from './world/world.ts'

const flags: Readonly<Record<string, Flag>> = {
  size: { type: 'string', default: 'default', help: 'small or default demo' },
  seed: { type: 'string', default: '1', help: 'seed of the demo' },
  help: { type: 'boolean', help: 'this text' },
}

await runEntry(async () => {
  const given = readFlags(process.argv.slice(2), flags)
  if (given.help === 'true') return helpOf('npm run generate:statistics -- --size default', flags)
  const size = choiceFlag(given, 'size', ['small', 'default'])
  const world = simulateWorld(resolveSetting({ size, seed: numberFlag(given, 'seed') }))
  const statistics = statisticsOf(world)
  process.stdout.write(statisticsPage(world, statistics))
  const outside = statistics.filter(({ value, from, to }) => value < from || value > to)
  return outside.length === 0
    ? 'all statistics lie inside their published ranges'
    : `outside their published ranges: ${outside.map(({ name }) => name).join(', ')}`
})
