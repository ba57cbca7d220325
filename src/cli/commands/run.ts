import { PlatformError } from '../../contracts/errors.ts'
import { type AddCommand, examples } from '../command-line.ts'
import { interruptible } from '../interruption.ts'
import { businessDate } from '../options.ts'
import { runShop } from '../run-shop.ts'
import { runText } from '../run-text.ts'
import { readShop } from '../shop.ts'
import { missingCountry } from '../shop-settings.ts'

interface RunDates {
  readonly date?: string
  readonly from?: string
  readonly to?: string
  readonly full?: boolean
}

/** `sillage run`: lands what is new, builds what it reaches, audits and publishes. */
export const addRun: AddCommand = (program, act) => {
  const command = program
    .command('run')
    .description('land what is new, build what it reaches, audit and publish')
    .option('--date <date>', 'also rebuild this business date', businessDate)
    .option('--from <date>', 'also rebuild from this business date', businessDate)
    .option('--to <date>', '… to this one', businessDate)
    .option('--full', 'rebuild everything')
    .action(
      act(async ({ configuration, observer, remark }, options: RunDates) => {
        const shop = await readShop(configuration.dataDir)
        const missing = missingCountry(shop, configuration.dataDir)
        if (missing !== undefined) remark(missing)
        const scope = { full: options.full, ...dates(options) }
        const summary = await interruptible(remark, () => runShop(configuration, shop, observer, scope))
        return {
          text: runText(summary),
          json: summary,
          exitCode: summary.status === 'audit_failed' ? 4 : 0,
        }
      }),
    )
  examples(command, [
    ['what is new', 'sillage run --data my-shop'],
    ['a week again', 'sillage run --from 2025-03-03 --to 2025-03-09'],
    ['everything again', 'sillage run --full'],
  ])
}

function dates({ date, from = date, to = date ?? from }: RunDates): { from?: string; to?: string } {
  if (from === undefined && to === undefined) return {}
  if (from === undefined || to === undefined || from > to)
    throw new PlatformError(
      'config.invalid',
      `run: --from ${from ?? '?'} --to ${to ?? '?'} is no range of dates`,
    )
  return { from, to }
}
