import type { Command } from 'commander'
import type { Observer } from '../contracts/observer.ts'
import type { Configuration } from './configuration.ts'
import type { ExitCode } from './exit-codes.ts'

/** What a command found out: shown as text, or as JSON with `--json`. */
export interface CommandResult {
  readonly text: string
  readonly json: unknown
  readonly exitCode?: ExitCode
}

export interface Terminal {
  write(text: string): void
  readonly isTTY: boolean
}

/** Where a command line runs: a terminal, or a test. */
export interface CliSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly stdout: Terminal
  readonly stderr: Terminal
}

/** What the frame gives to a command's action. */
export interface CommandContext {
  readonly configuration: Configuration
  readonly observer: Observer
  /** Progress and remarks; never part of the result. */
  readonly remark: (line: string) => void
  readonly isJson: boolean
}

/**
 * Wraps an action so that it receives the context and its result is printed; commander's own arguments
 * (operands, then options) follow.
 */
export type Act = <A extends unknown[]>(
  work: (context: CommandContext, ...args: A) => Promise<CommandResult>,
) => (...args: [...A, Command]) => Promise<void>

/** Adds one command to the program. */
export type AddCommand = (program: Command, act: Act) => void

/** Examples at the end of a command's help: what it does, then the line to type. */
export function examples(command: Command, lines: readonly (readonly [string, string])[]): void {
  const text = lines.map(([meaning, line]) => `  # ${meaning}\n  $ ${line}`).join('\n')
  command.addHelpText('after', `\nExamples:\n${text}`)
}
