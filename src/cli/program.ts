import { Command } from 'commander'
import packageFile from '../../package.json' with { type: 'json' }
import { silentObserver } from '../contracts/observer.ts'
import type { Act, CliSurroundings, CommandContext, CommandResult } from './command-line.ts'
import { addAdapters } from './commands/adapters.ts'
import { addCapture } from './commands/capture.ts'
import { addChannel } from './commands/channel.ts'
import { addCheck } from './commands/check.ts'
import { addCollect } from './commands/collect.ts'
import { addDoctor } from './commands/doctor.ts'
import { addImport } from './commands/import.ts'
import { addInit } from './commands/init.ts'
import { addLand } from './commands/land.ts'
import { addQuarantine } from './commands/quarantine.ts'
import { addReset } from './commands/reset.ts'
import { addRollback } from './commands/rollback.ts'
import { addRun } from './commands/run.ts'
import { addServe } from './commands/serve.ts'
import { addSimulate } from './commands/simulate.ts'
import { addSources } from './commands/sources.ts'
import { addSql } from './commands/sql.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import { addTopics } from './commands/topics.ts'
import { readConfiguration } from './configuration.ts'
import type { ExitCode } from './exit-codes.ts'
import { terminalProgress } from './terminal-progress.ts'

const commands = [
  addStart,
  addInit,
  addSimulate,
  addImport,
  addAdapters,
  addCapture,
  addCheck,
  addLand,
  addRun,
  addStatus,
  addServe,
  addCollect,
  addSources,
  addSql,
  addChannel,
  addQuarantine,
  addTopics,
  addRollback,
  addDoctor,
  addReset,
]

interface GlobalOptions {
  readonly data?: string
  readonly port?: string
  readonly collectPort?: string
  readonly log?: string
  readonly brokers?: string
  readonly json?: boolean
}

/** The program with every command; `exitCode` tells, after parsing, what the command's result asks for. */
export function createProgram({ environment, stdout, stderr }: CliSurroundings): {
  program: Command
  exitCode: () => ExitCode
} {
  let exitCode: ExitCode = 0
  const program = new Command('sillage')
    .description('Which marketing made money? From raw files to an audited lakehouse and its dashboard.')
    .option('--data <dir>', 'folder of the shop (default: SILLAGE_DATA, else ./data)')
    .option('--log <kind>', 'event log: embedded or kafka (default: SILLAGE_LOG, else embedded)')
    .option('--brokers <list>', 'Kafka’s brokers, host:port,… (default: SILLAGE_BROKERS)')
    .option('--json', 'print the result as JSON')
    .option('--debug', 'print the stack of an error')
    .version(packageFile.version, '--version')
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) =>
        write(
          `${text
            .trim()
            .replaceAll('\n', ' ')
            .replace(/^error: /, 'sillage: ')}; --help says what is understood\n`,
        ),
    })
    .addHelpText('after', '\nMore of a command: sillage help COMMAND. The guides are in docs/guide.')
    .exitOverride()

  // Not among the global options in the help of every command.
  program.options.find(({ long }) => long === '--version')?.hideHelp()

  const act: Act =
    <A extends unknown[]>(work: (context: CommandContext, ...args: A) => Promise<CommandResult>) =>
    async (...received: [...A, Command]) => {
      const args = received.slice(0, -1) as unknown as A
      const options = (received.at(-1) as unknown as Command).optsWithGlobals<GlobalOptions>()
      const context: CommandContext = {
        configuration: readConfiguration(environment, options),
        observer: options.json === true ? silentObserver : terminalProgress(stderr),
        remark: (line) => stderr.write(`${line}\n`),
        isJson: options.json === true,
      }
      const result = await work(context, ...args)
      const text = context.isJson ? JSON.stringify(result.json, null, 2) : result.text
      if (text !== '') stdout.write(`${text}\n`)
      exitCode = result.exitCode ?? 0
    }
  for (const add of commands) add(program, act)
  return { program, exitCode: () => exitCode }
}
