import { readFile } from 'node:fs/promises'
import { Option } from 'commander'
import { PlatformError } from '../../contracts/errors.ts'
import { type CaptureMap, mapOfSchema, parseCaptureMap } from '../../ingestion/change-capture/capture-map.ts'
import { type CaptureState, readCaptureState } from '../../ingestion/change-capture/capture-state.ts'
import { followSource } from '../../ingestion/change-capture/follow-source.ts'
import { type AddCommand, type CommandContext, type CommandResult, examples } from '../command-line.ts'
import { untilInterrupted } from '../interruption.ts'
import { openConfiguredLog } from '../open-configured-log.ts'
import { wholeNumber } from '../options.ts'
import { renderTable } from '../rendered-table.ts'
import { readShop } from '../shop.ts'

interface CaptureFlags {
  readonly from?: string
  readonly mode: 'replication' | 'queries'
  readonly map?: string
  readonly schema: string
  readonly slot: string
  readonly every: number
  readonly once?: boolean
  readonly status?: boolean
}

/** `sillage capture`: the changes of the shop's PostgreSQL database into the event log. */
export const addCapture: AddCommand = (program, act) => {
  const command = program
    .command('capture')
    .description('follow the changes of the shop’s PostgreSQL database; goes on where it stood')
    .option(
      '--from <address>',
      'postgres://user@host:5432/database; with a password it belongs in SILLAGE_POSTGRES (the default), because others of this machine can read a command line',
    )
    .addOption(
      new Option('--mode <mode>', 'replication sees deletions; queries need no rights but reading')
        .choices(['replication', 'queries'])
        .default('replication'),
    )
    .option('--map <file>', 'which tables and columns feed which; see docs/guide/capture-changes.md')
    .option('--schema <name>', 'without a map: where tables of bronze’s own names are', 'crm')
    .option('--slot <name>', 'name of the replication slot and the publication', 'sillage')
    .option('--every <seconds>', 'queries: pause between two rounds', wholeNumber, 30)
    .option('--once', 'take in what is there and end')
    .option('--status', 'show how far the source was captured and how its columns changed')
    .action(act((context, flags: CaptureFlags) => (flags.status ? status(context) : capture(context, flags))))
  examples(command, [
    [
      'follow a database whose tables are described in a file',
      'sillage capture --data my-shop --from postgres://reader@db.shop.example/shop --map capture.yml',
    ],
    ['ask once, without replication', 'sillage capture --data my-shop --mode queries --once'],
    ['how far it is', 'sillage capture --data my-shop --status'],
  ])
}

async function capture(
  { configuration, remark }: CommandContext,
  flags: CaptureFlags,
): Promise<CommandResult> {
  const { dataDir } = configuration
  const shop = await readShop(dataDir)
  if (shop.origin === 'demo')
    throw new PlatformError(
      'data.origin_mixed',
      `capture: ${dataDir} holds the demo; a database goes into a folder of its own: sillage init --data my-shop --name NAME --country FR --currency EUR --time-zone Europe/Paris`,
    )
  const url = flags.from ?? configuration.postgres
  if (url === undefined)
    throw new PlatformError(
      'config.invalid',
      'capture: which database? Set SILLAGE_POSTGRES or say --from postgres://user@host:5432/database',
    )
  if (hasPassword(flags.from))
    remark(
      'The password in --from can be read in this machine’s list of processes; set SILLAGE_POSTGRES instead, and change the password if others use this machine.',
    )
  const map = flags.map === undefined ? mapOfSchema(flags.schema) : await readMap(flags.map)
  const log = await openConfiguredLog(configuration)
  const interruption = new AbortController()
  void untilInterrupted().then(() => interruption.abort())
  try {
    const summary = await followSource({
      dataDir,
      url,
      map,
      log,
      mode: flags.mode,
      slot: flags.slot,
      everyMs: flags.every * 1000,
      isOnce: flags.once === true,
      signal: interruption.signal,
      onConnected: () => {
        if (flags.once !== true)
          remark(`Following the database by ${flags.mode} (Ctrl-C stops; the same command goes on)`)
      },
      onRetry: (error, afterMs) => remark(`${error.message}; trying again in ${afterMs / 1000} s`),
    })
    const drift = summary.drift.map(
      ({ table, column, change }) => `\nThe source’s column ${table}.${column} was ${change}.`,
    )
    return { text: `${summary.records} changes are in the log.${drift.join('')}`, json: summary }
  } finally {
    await log.close()
  }
}

const hasPassword = (url = ''): boolean => URL.canParse(url) && new URL(url).password !== ''

async function readMap(file: string): Promise<CaptureMap> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PlatformError('file.missing', `capture: ${file} cannot be read (${error.code}); check --map`)
  })
  return parseCaptureMap(text, file)
}

async function status({ configuration }: CommandContext): Promise<CommandResult> {
  const state = await readCaptureState(configuration.dataDir)
  if (state === undefined)
    return { text: 'No database has been captured here; begin with `sillage capture --from …`.', json: null }
  return { text: statusText(state), json: state }
}

function statusText({ mode, tables, drift }: CaptureState): string {
  const rows = Object.entries(tables).map(([table, progress]) => [
    table,
    progress.isCopied ? 'following' : 'copying',
    progress.records,
  ])
  const changes = drift.map(
    ({ table, column, change, seenAt }) => `\n${seenAt}  ${table}.${column} was ${change}`,
  )
  return `By ${mode}.\n${renderTable(['table', 'state', 'records'], rows)}${changes.length === 0 ? '' : `\nChanges of the source’s columns:${changes.join('')}`}`
}
