const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Resolves when the user (or the machine) asks the process to stop. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve())
  })
}

/** What an interrupted user is told of work that lands, builds and publishes. */
const continues = 'What is finished is kept; the same command continues.'

/**
 * Ends the process at once with code 130 when it is interrupted while `work` goes on, and says how to continue:
 * everything on disk is safe to leave as it is at any moment.
 *
 * @param next What the same command does when it is given again.
 */
export async function interruptible<T>(
  remark: (line: string) => void,
  work: () => Promise<T>,
  next = continues,
): Promise<T> {
  const stop = () => {
    remark(`\nStopped. ${next}`)
    process.exit(130)
  }
  for (const signal of signals) process.once(signal, stop)
  try {
    return await work()
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}
