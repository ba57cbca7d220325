const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Resolves when the user (or the machine) asks the process to stop. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve())
  })
}

/**
 * Ends the process at once with code 130 when it is interrupted while `work` goes on, and says how to continue:
 * everything on disk is safe to leave as it is at any moment.
 */
export async function interruptible<T>(remark: (line: string) => void, work: () => Promise<T>): Promise<T> {
  const stop = () => {
    remark('\nStopped. What is finished is kept; the same command continues.')
    process.exit(130)
  }
  for (const signal of signals) process.once(signal, stop)
  try {
    return await work()
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}
