import type { KeptRecords, LogHealth } from '../../contracts/data-health.ts'
import { PlatformError } from '../../contracts/errors.ts'
import { deadLetterOf, topicList } from '../../contracts/topics.ts'
import { embeddedLogFile, spillFile } from '../../ingestion/event-log/embedded-log.ts'
import type { EventLog } from '../../ingestion/event-log/event-log.ts'
import { readLogHealth } from '../../ingestion/event-log/log-health.ts'
import { missingRecords, recoverLog } from '../../ingestion/event-log/log-salvage.ts'
import { replayDeadLetters } from '../../ingestion/event-log/replay-dead-letters.ts'
import { readSpilled, resendRefused } from '../../ingestion/event-log/spill-file.ts'
import { type AddCommand, type CommandContext, type CommandResult, examples } from '../command-line.ts'
import { interruptible } from '../interruption.ts'
import { openConfiguredLog } from '../open-configured-log.ts'
import { offsetOption } from '../options.ts'
import { renderTable } from '../rendered-table.ts'
import { readShop } from '../shop.ts'

interface ReplayArguments {
  readonly from?: number
  readonly to?: number
  readonly reason?: string
  readonly dryRun?: boolean
}

/** `sillage topics create|list|lag|replay|resend|recover`: the event log, embedded or Kafka. */
export const addTopics: AddCommand = (program, act) => {
  const topics = program
    .command('topics')
    .description('the event log: its topics, how far they are landed, dead letters')

  const create = topics
    .command('create')
    .description('make the topics that are missing; those that exist keep their partitions and settings')
    .action(
      act((context) =>
        withLog(context, true, async (log) => {
          const names = (await log.topics()).map(({ name }) => name)
          const wanted = topicList.flatMap(({ name }) => [name, deadLetterOf(name)])
          const there = wanted.filter((name) => names.includes(name))
          return {
            text: `${there.length} topics are there: ${there.join(', ')}.`,
            json: { topics: there },
          }
        }),
      ),
    )
  examples(create, [['on a Kafka cluster', 'sillage topics create --log kafka --brokers kafka.example:9092']])

  const list = topics
    .command('list')
    .description('list topics and partitions with their offsets')
    .action(
      act((context) =>
        withLog(context, false, async (log) => {
          const found = await log.topics()
          const kept = readSpilled(context.configuration.dataDir)
          return {
            text: `${renderTable(
              ['topic', 'partition', 'oldest', 'next', 'records'],
              found.flatMap(({ name, partitions }) =>
                partitions.map(({ partition, firstOffset, nextOffset }) => [
                  name,
                  partition,
                  firstOffset,
                  nextOffset,
                  nextOffset - firstOffset,
                ]),
              ),
            )}${keptText(kept)}`,
            json: { kind: log.kind, topics: found, kept },
          }
        }),
      ),
    )
  examples(list, [['of my shop, for a script', 'sillage topics list --data my-shop --json']])

  const lag = topics
    .command('lag')
    .description('how many records of each topic wait to be landed in bronze')
    .action(
      act((context) =>
        withLog(context, false, async (log) => {
          const { kind, topics: found, kept } = await readLogHealth(log, context.configuration.dataDir)
          return { text: `${lagText(found)}${keptText(kept)}`, json: { kind, topics: found, kept } }
        }),
      ),
    )
  examples(lag, [['is the lander keeping up?', 'sillage topics lag --data my-shop']])

  const replay = topics
    .command('replay')
    .description(
      'send dead letters of a topic to it again; safe to repeat: of one event_id and day staging counts one',
    )
    .argument('<topic>', 'a topic or its dead-letter topic')
    .option('--from <offset>', 'first offset (default: the oldest)', offsetOption)
    .option('--to <offset>', 'last offset (default: the newest)', offsetOption)
    .option('--reason <reason>', 'only those refused for this reason')
    .option('--dry-run', 'count, and send nothing')
    .action(
      act((context, topic: string, options: ReplayArguments) =>
        withLog(context, options.dryRun !== true, async (log) => {
          const { from, to, reason, dryRun: isDryRun = false } = options
          const result = await interruptible(context.remark, () =>
            replayDeadLetters(log, {
              topic,
              isDryRun,
              ...(from === undefined ? {} : { from }),
              ...(to === undefined ? {} : { to }),
              ...(reason === undefined ? {} : { reason }),
            }),
          )
          const reasons = Object.entries(result.byReason).map(([name, count]) => `${name} ${count}`)
          const detail = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
          const unreadable =
            result.unreadable === 0 ? '' : ` ${result.unreadable} cannot be read as an event and stay.`
          return {
            text: isDryRun
              ? `${result.read} dead letters read; ${result.sent}${detail} would be sent to ${result.origin}.${unreadable} Nothing was sent.`
              : `${result.read} dead letters read; ${result.sent}${detail} sent to ${result.origin}.${unreadable} What still breaks its contract comes back in quarantine.`,
            json: { ...result, isDryRun },
          }
        }),
      ),
    )
  examples(replay, [
    ['what would be sent?', 'sillage topics replay marketing.web-events.v1 --dry-run'],
    ['those of one mishap', 'sillage topics replay marketing.web-events.v1 --from 1200 --to 1450'],
  ])

  const resend = topics
    .command('resend')
    .description(
      'send the records again that the log had refused for good, once its limits allow them; safe to repeat',
    )
    .action(
      act((context) =>
        withLog(context, true, async (log) => {
          const result = await interruptible(context.remark, () =>
            resendRefused(context.configuration.dataDir, log),
          )
          const { sent, stillRefused } = result
          return { text: `${sent} sent, ${stillRefused} still refused.`, json: result }
        }),
      ),
    )
  examples(resend, [
    ['after max.message.bytes of the topic was raised', 'sillage topics resend --data my-shop --log kafka'],
  ])

  const recover = topics
    .command('recover')
    .description('put what could be read of a damaged embedded log in its place; the damaged file is kept')
    .action(
      act(async ({ configuration: { dataDir } }) => {
        await readShop(dataDir)
        const files = [embeddedLogFile(dataDir), spillFile(dataDir)]
        const recovered = files.flatMap((file) => {
          const damaged = recoverLog(file)
          return damaged === undefined ? [] : [{ file, damaged, missing: missingRecords(file) }]
        })
        if (recovered.length === 0)
          throw new PlatformError(
            'data.missing',
            `topics: nothing was saved of a damaged log beside ${files.join(' or ')}; there is nothing to put in place`,
          )
        const told = recovered.map(
          ({ file, damaged, missing }) =>
            `The readable records are in place in ${file}; ${missing} are lost. The damaged file is kept: ${damaged}.`,
        )
        return {
          text: `${told.join('\n')}\nGo on with \`sillage land\`; it says which records of the log are missing.`,
          json: recovered,
        }
      }),
    )
  examples(recover, [['after a message that the log is damaged', 'sillage topics recover --data my-shop']])
}

async function withLog(
  { configuration }: CommandContext,
  createsTopics: boolean,
  work: (log: EventLog) => Promise<CommandResult>,
): Promise<CommandResult> {
  await readShop(configuration.dataDir)
  const log = await openConfiguredLog(configuration, { createsTopics })
  try {
    return await work(log)
  } finally {
    await log.close()
  }
}

const lagText = (topics: LogHealth['topics']): string =>
  renderTable(
    ['topic', 'partition', 'landed up to', 'next', 'waiting'],
    topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partition, landedOffset, nextOffset, lag }) => [
        name,
        partition,
        landedOffset ?? '–',
        nextOffset,
        lag,
      ]),
    ),
  )

/** What is in no log, and what to do about it; empty without any. */
const keptText = ({ waiting, refused, reason }: KeptRecords): string =>
  [
    waiting > 0
      ? `\n${waiting} kept in the data folder while the log was away; \`sillage collect\` or \`serve\` sends them.`
      : '',
    refused > 0
      ? `\n${refused} refused by the log for good and kept in the data folder (${reason}); once mended: sillage topics resend`
      : '',
  ].join('')
