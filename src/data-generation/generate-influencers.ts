import { generateExports } from './commands.ts'
import { runEntry } from './run-entry.ts'

await runEntry(async () => (await generateExports('influencers', process.argv.slice(2))).message)
