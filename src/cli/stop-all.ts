export type Stop = () => Promise<unknown>

/** Stops every part in turn, also behind one that fails. @throws The first failure. */
export const stopAll = (stops: readonly Stop[]): Promise<void> => thenStop(async () => {}, stops)

/**
 * Works, then stops every part in turn, whatever failed before.
 *
 * @param stops Read when the work has ended, so that it may add to them.
 * @throws The first failure, the work's before those of stopping.
 */
export async function thenStop<T>(work: () => Promise<T>, stops: readonly Stop[]): Promise<T> {
  const outcomes = await Promise.allSettled([work()])
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  for (const stop of stops) await stop().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
  return (outcomes[0] as PromiseFulfilledResult<T>).value
}
