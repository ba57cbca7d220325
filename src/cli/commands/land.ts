import { existsSync } from 'node:fs'
import type { Observer } from '../../contracts/observer.ts'
import type { EventLog } from '../../ingestion/event-log/event-log.ts'
import { type LanderOptions, type LanderState, landLog, startLander } from '../../ingestion/lander/lander.ts'
import { keepHeapSmall } from '../../ingestion/lander/small-heap.ts'
import { startMaintenance } from '../../lake/start-maintenance.ts'
import { type AddCommand, examples } from '../command-line.ts'
import type { Configuration } from '../configuration.ts'
import { interruptible, untilInterrupted } from '../interruption.ts'
import { openConfiguredLog } from '../open-configured-log.ts'
import { wholeNumber } from '../options.ts'
import { readSecret, readShop, secretBytes } from '../shop.ts'

interface LandOptions {
  readonly once?: boolean
  readonly skipLost?: boolean
  readonly commitEvery: number
}

/** `sillage land`: the event log into bronze, once or as records come in. */
export const addLand: AddCommand = (program, act) => {
  const command = program
    .command('land')
    .description('land the records of the event log in bronze, each once, until stopped')
    .option('--once', 'land what the log has now, then end')
    .option('--commit-every <seconds>', 'land what came in at least this often', wholeNumber, 10)
    .option('--skip-lost', 'go on behind records that are gone from the log unread, and count them')
    .action(
      act(async ({ configuration, observer, remark }, options: LandOptions) => {
        const shop = await readShop(configuration.dataDir)
        const secret = secretBytes(await readSecret(configuration, shop))
        const log = await openConfiguredLog(configuration, { createsTopics: false })
        try {
          const landing = landingOptions(configuration, log, secret, observer, options)
          const state =
            options.once === true
              ? await interruptible(remark, () => landLog(landing))
              : await landOn(landing, remark)
          return { text: landedText(state), json: state }
        } finally {
          await log.close()
        }
      }),
    )
  examples(command, [
    ['what came in since the last time', 'sillage land --once --data my-shop'],
    ['as it comes in, in batches of a minute', 'sillage land --commit-every 60'],
  ])
}

const landingOptions = (
  { dataDir, python }: Configuration,
  log: EventLog,
  secret: Uint8Array,
  observer: Observer,
  { commitEvery, skipLost = false }: LandOptions,
): LanderOptions => ({
  dataDir,
  log,
  secret,
  observer,
  skipLost,
  commitEveryMs: commitEvery * 1000,
  ...(existsSync(python) ? { startMaintenance: () => startMaintenance(python) } : {}),
})

async function landOn(options: LanderOptions, remark: (line: string) => void): Promise<LanderState> {
  keepHeapSmall()
  const lander = await startLander(options)
  remark('Landing (Ctrl-C stops, after landing what was read)')
  await Promise.race([untilInterrupted(), lander.ended])
  await lander.stop()
  await lander.ended
  return lander.state()
}

function landedText({ totals }: LanderState): string {
  const { read, accepted, duplicate, quarantined, lost } = totals
  if (read === 0 && lost === 0) return 'Nothing new.'
  const skipped = lost > 0 ? `; ${lost} gone from the log and skipped` : ''
  return `${read} read = ${accepted} accepted + ${duplicate} duplicate + ${quarantined} quarantined${skipped}.`
}
