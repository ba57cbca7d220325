import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { compareIncrements } from './increments.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sillage-increments-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('runs over files in any order make the tables that one full run makes', async () => {
  const found = await compareIncrements(folder, {
    seed: 11,
    runs: 3,
    late: 'few',
    startDate: '2025-08-01',
    endDate: '2025-12-21',
  })
  expect(found.differences).toEqual({})
  // One run writes a partition, with a file for each of DuckDB's threads at most: nothing piles up to be compacted.
  expect(found.filesOfAPartition).toBeLessThanOrEqual(availableParallelism())
  expect(found.statuses).toEqual(['published', 'published', 'published'])
}, 900_000)
