import { generateExports } from './commands.ts'
import { runEntry } from './run-entry.ts'

await runEntry(async () => (await generateExports('crm', process.argv.slice(2))).message)
