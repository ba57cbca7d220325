import { defineConfig } from 'vitest/config'

/** The long, random tests; they draw from test/soak/seed.ts. */
export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
    passWithNoTests: true,
    provide: { seed: Number(process.env.SILLAGE_SEED ?? 1) },
  },
})
