import { stripVTControlCharacters } from 'node:util'
import { CommanderError } from 'commander'
import { PlatformError } from '../contracts/errors.ts'
import type { CliSurroundings, Terminal } from './command-line.ts'
import { type ExitCode, exitCodeOf } from './exit-codes.ts'
import { createProgram } from './program.ts'

/** Runs one command line and returns its exit code; every failure is one line on standard error. */
export async function runCli(argv: readonly string[], surroundings: CliSurroundings): Promise<ExitCode> {
  const { program, exitCode } = createProgram(surroundings)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode()
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return report(error, argv, surroundings.stderr)
  }
}

function report(error: unknown, argv: readonly string[], stderr: Terminal): ExitCode {
  const failure =
    error instanceof PlatformError
      ? error
      : new PlatformError(
          'internal',
          `unexpected: ${error instanceof Error ? error.message : String(error)}`,
          {
            cause: error,
          },
        )
  if (argv.includes('--json'))
    stderr.write(`${JSON.stringify({ error: { code: failure.code, message: failure.message } })}\n`)
  else stderr.write(`sillage: ${oneLine(failure.message)} [${failure.code}]\n`)
  if (argv.includes('--debug')) stderr.write(`${stackOf(failure)}\n`)
  return exitCodeOf(failure.code)
}

const longest = 500

/** The whole message is in the stack that --debug prints. */
function oneLine(message: string): string {
  const line = stripVTControlCharacters(message).replaceAll(/\s*\n\s*/g, ' · ')
  return line.length <= longest ? line : `${line.slice(0, longest)}… (--debug shows all)`
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''
  return `${error.stack ?? error.message}${cause}`
}
