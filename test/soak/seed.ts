import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    seed: number
  }
}

/** What every random choice of a soak test comes from; printed at the start of the run. */
export const seed = inject('seed')
