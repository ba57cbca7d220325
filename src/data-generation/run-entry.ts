import { PlatformError } from '../contracts/errors.ts'

/** Runs a generator as a program: what it says goes to standard error, which streams leave free for themselves. */
export async function runEntry(work: () => Promise<string>): Promise<void> {
  try {
    process.stderr.write(`${(await work()).trimEnd()}\n`)
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  }
}
