import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compareIncrements } from '../orchestration/increments.ts'
import { seed } from './seed.ts'

it.each([0, 1, 2, 3, 4, 5])(
  `runs over files in any order make the tables that one full run makes (seed ${seed} + %i)`,
  async (offset) => {
    const folder = await mkdtemp(join(tmpdir(), 'sillage-increments-'))
    try {
      const dates = { startDate: '2025-06-01', endDate: '2025-12-21' }
      const late = offset % 2 === 0 ? 'few' : 'most'
      const found = await compareIncrements(folder, { seed: seed + offset, runs: 5, late, ...dates })
      expect(found.differences).toEqual({})
      expect(found.statuses).toEqual(Array(5).fill('published'))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
