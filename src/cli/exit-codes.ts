import type { ErrorCode } from '../contracts/errors.ts'

/** What each exit code tells a script. */
export const exitCodes = {
  0: 'done',
  1: 'a bug: run again with --debug and report the stack',
  2: 'the command was not understood: an unknown option, table, adapter or query',
  3: 'the set-up needs mending: the message says what and how',
  4: 'the data was refused: an audit failed, a file or an adapter is broken, records do not meet the contract',
  5: 'somebody else is at work: try again later',
  130: 'interrupted; run the same command again to continue',
} as const

export type ExitCode = keyof typeof exitCodes

const byError: Partial<Record<ErrorCode, ExitCode>> = {
  internal: 1,
  'config.invalid': 2,
  'contract.unknown': 2,
  'adapter.unknown': 2,
  'query.invalid': 2,
  'topic.unknown': 2,
  'adapter.broken': 4,
  'audit.failed': 4,
  'file.unreadable': 4,
  'lake.corrupt': 4,
  'transform.failed': 4,
  'lake.version_conflict': 5,
  'lease.held': 5,
  'lease.lost': 5,
  'log.unavailable': 5,
  'source.unavailable': 5,
}

/** The exit code of an error; a set-up to mend unless listed otherwise. */
export const exitCodeOf = (code: ErrorCode): ExitCode => byError[code] ?? 3
