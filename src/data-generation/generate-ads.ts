import { generateExports } from './commands.ts'
import { runEntry } from './run-entry.ts'

await runEntry(async () => (await generateExports('advertising', process.argv.slice(2))).message)
