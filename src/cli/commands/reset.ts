import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '../../contracts/errors.ts'
import { acquireLease } from '../../lake/lease.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { readShop, secretFile } from '../shop.ts'

/** The warehouse goes last: the lease lies there. */
const builtFolders = ['work', 'truth', 'log', 'log-epochs', 'processed', 'raw']

/** `sillage reset --demo`: removes the demo and nothing else. */
export const addReset: AddCommand = (program, act) => {
  const command = program
    .command('reset')
    .description('remove the demo shop and everything computed from it; refuses to touch a real shop')
    .requiredOption('--demo', 'said explicitly, because it deletes')
    .action(
      act(async ({ configuration: { dataDir, secretsDir } }) => {
        const shop = await readShop(dataDir)
        if (shop.origin !== 'demo')
          throw new PlatformError(
            'data.origin_mixed',
            `reset: ${dataDir} holds "${shop.name}", a real shop; only a demo is removed by this command`,
          )
        const lease = await acquireLease(dataDir, { purpose: 'a reset' })
        for (const folder of builtFolders) await rm(join(dataDir, folder), { recursive: true, force: true })
        await lease.release()
        await rm(join(dataDir, 'warehouse'), { recursive: true, force: true })
        await rm(join(dataDir, 'shop.json'), { force: true })
        await rm(secretFile(secretsDir, shop.id), { force: true })
        return { text: `The demo in ${dataDir} is gone. A new one: npm start`, json: { removed: dataDir } }
      }),
    )
  examples(command, [['start the demo afresh', 'sillage reset --demo && npm start']])
}
