import { defineConfig } from 'vitest/config'

/** Tests against real servers, which they start themselves; one file at a time, the servers need the memory. */
export default defineConfig({
  test: {
    include: ['test/stack/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 1,
  },
})
