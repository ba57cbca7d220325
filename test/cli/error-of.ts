import { PlatformError } from '../../src/contracts/errors.ts'

/** The platform error that `work` throws; anything else fails the test. */
export function errorOf(work: () => unknown): PlatformError {
  try {
    work()
  } catch (error) {
    if (error instanceof PlatformError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

export async function rejectionOf(work: Promise<unknown>): Promise<PlatformError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  return errorOf(() => {
    if (outcome !== undefined) throw outcome
  })
}
